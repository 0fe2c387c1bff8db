//! Limits of emails to one address: of those that a request asks for, all kinds together and for an unknown address as well; and of
//! notices to an unverified address, which may belong to somebody other than the person who signed up with it.

use crate::{
    context::RequestContext,
    email::Notice,
    error::ApiError,
    rate_limit::{
        signin::{Acquiring, Attempt, Limiter, LimiterUnavailable},
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

/// A notice to an account's address where email is configured; to an unverified address at most ten an hour. What it reports
/// happens, so a failure is only logged.
pub(super) struct CountedNotice<'a> {
    address: &'a str,
    notice: Notice,
    context: &'a RequestContext<'a>,
    /// `None` where nothing is counted.
    count: Option<Result<Acquiring, LimiterUnavailable>>,
}

impl<'a> CountedNotice<'a> {
    /// Begins to count it, so that what it reports can be awaited meanwhile.
    pub(super) fn begin(account: &'a Account, notice: Notice, context: &'a RequestContext<'a>) -> Self {
        let address = &account.profile.email;
        let count = (!account.is_email_verified && context.config.email.is_some()).then(|| {
            let name = format!("notice:{}", context.config.keys.account_pseudonym(address));
            Limiter::new(context.env, &name).begin_acquire(UNVERIFIED_NOTICE_LIMIT)
        });
        Self {
            address,
            notice,
            context,
            count,
        }
    }

    /// Sends it, unless the address has received too many.
    pub(super) async fn send(self) {
        let acquired = match self.count {
            Some(Ok(count)) => count.finish().await.map(|acquired| acquired.attempt),
            Some(Err(error)) => Err(error),
            None => Ok(Attempt::Allowed),
        };
        match acquired {
            Ok(Attempt::Allowed) => self.context.notify(self.address, self.notice),
            Ok(Attempt::Limited { .. }) => {}
            Err(error) => self.context.meta.log_error(&error.into()),
        }
    }
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
