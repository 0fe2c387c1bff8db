//! The password of a signed-in caller, which confirms what a stolen session alone must not do.

use crate::{
    auth::{
        guard::AuthUser,
        password_hash::{self, PasswordCheck},
    },
    context::RequestContext,
    domain::credentials::Password,
    error::ApiError,
    rate_limit::{
        signin::{Attempt, Limiter},
        sliding_window::SigninLimit,
    },
    store::{accounts::Account, caller::CallerStore},
};

/// Counted for the session alone, so that whoever uses up an account's sign-in attempts does not block a change of the password.
const LIMIT: SigninLimit = SigninLimit {
    max_attempts: 5,
    window_seconds: 900,
};

/// Returns the caller's account if this is its password; computes one hash.
///
/// # Errors
/// [`ApiError::UserNotFound`] for another issuer's caller, [`ApiError::TooManySigninAttempts`],
/// [`ApiError::CurrentPasswordIncorrect`], or a failure of storage
pub(super) async fn confirm_password(
    password: &Password,
    caller: &CallerStore<'_>,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<Account, ApiError> {
    let session = user.session().ok_or(ApiError::UserNotFound)?;
    // The database and the limiter are asked at once; a session that has ended is reported before the limit.
    let account = caller.begin_account()?;
    let name = format!("session:{session}");
    let attempt = Limiter::new(context.env, &name).acquire(LIMIT).await;
    let account = account.finish().await?;
    if let Attempt::Limited { retry_after_seconds } = attempt? {
        return Err(ApiError::TooManySigninAttempts { retry_after_seconds });
    }
    match password_hash::verify(password, Some(&account.password_hash), &context.config.argon2)? {
        PasswordCheck::Match | PasswordCheck::NeedsRehash => Ok(account),
        PasswordCheck::Mismatch | PasswordCheck::Unreadable => Err(ApiError::CurrentPasswordIncorrect),
    }
}
