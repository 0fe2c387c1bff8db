//! Limits of emails to one address: of those that a request asks for, all kinds together and for an unknown address as well; and of
//! notices to an unverified address, which may belong to somebody other than the person who signed up with it.

use crate::{
    context::RequestContext,
    email::Notice,
    error::ApiError,
    rate_limit::{
        signin::{Attempt, Limiter},
        sliding_window::SigninLimit,
    },
    store::accounts::Account,
};

const LIMIT: SigninLimit = SigninLimit {
    max_attempts: 3,
    window_seconds: 3_600,
};

const UNVERIFIED_NOTICE_LIMIT: SigninLimit = SigninLimit {
    max_attempts: 10,
    window_seconds: 3_600,
};

/// Sends a notice to an account's address where email is configured; to an unverified address at most ten an hour. What it reports
/// has happened, so a failure is only logged.
pub(super) async fn notify(account: &Account, notice: Notice, context: &RequestContext<'_>) {
    let address = &account.profile.email;
    if !account.is_email_verified && context.config.email.is_some() {
        let name = format!("notice:{}", context.config.keys.account_pseudonym(address));
        match Limiter::new(context.env, &name).acquire(UNVERIFIED_NOTICE_LIMIT).await {
            Ok(Attempt::Allowed) => {}
            Ok(Attempt::Limited { .. }) => return,
            Err(error) => return context.meta.log_error(&error.into()),
        }
    }
    context.notify(address, notice);
}

/// Counts an email to the address.
///
/// # Errors
/// [`ApiError::TooManyEmails`], or [`ApiError::Unavailable`]
pub(super) async fn count_email(address: &str, context: &RequestContext<'_>) -> Result<(), ApiError> {
    let name = format!("email:{}", context.config.keys.account_pseudonym(address));
    match Limiter::new(context.env, &name).acquire(LIMIT).await? {
        Attempt::Allowed => Ok(()),
        Attempt::Limited { retry_after_seconds } => Err(ApiError::TooManyEmails { retry_after_seconds }),
    }
}
