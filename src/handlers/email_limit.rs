//! The limit of emails that somebody asks for: for an address, whether it has an account or not, and all kinds together.

use crate::{
    context::RequestContext,
    error::ApiError,
    rate_limit::{
        signin::{Attempt, Limiter},
        sliding_window::SigninLimit,
    },
};

const LIMIT: SigninLimit = SigninLimit {
    max_attempts: 3,
    window_seconds: 3_600,
};

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
