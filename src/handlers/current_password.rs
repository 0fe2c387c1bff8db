//! The password of a signed-in caller, which confirms what a stolen session alone must not do.

use crate::{
    context::RequestContext,
    domain::ids::SessionId,
    error::ApiError,
    rate_limit::{
        signin::{Attempt, Limiter},
        sliding_window::SigninLimit,
    },
};

/// Counted for the session alone: strangers who use up an account's sign-in attempts keep nobody from changing a password.
const LIMIT: SigninLimit = SigninLimit {
    max_attempts: 5,
    window_seconds: 900,
};

/// Acquires an attempt of the session, before the password is verified.
///
/// # Errors
/// [`ApiError::TooManySigninAttempts`], or [`ApiError::Unavailable`]
pub(super) async fn acquire_attempt(session: SessionId, context: &RequestContext<'_>) -> Result<(), ApiError> {
    let name = format!("session:{session}");
    match Limiter::new(context.env, &name).acquire(LIMIT).await? {
        Attempt::Allowed => Ok(()),
        Attempt::Limited { retry_after_seconds } => Err(ApiError::TooManySigninAttempts { retry_after_seconds }),
    }
}
