//! The attempt of a sign-in, acquired while the account is looked up.

use crate::{
    auth::device_token::{Device, VerifiedDevice},
    context::RequestContext,
    domain::email::Email,
    error::ApiError,
    rate_limit::signin::{Attempt, Limiter},
    store::{Store, accounts::Account},
};

/// An attempt that is counted, so that the password may be verified.
pub(super) struct SigninAttempt<'a> {
    /// Clears the count that the attempt was made under.
    pub(super) limiter: Limiter<'a>,
    /// What was looked up meanwhile.
    pub(super) account: Option<Account>,
}

/// The device of a token, if the token is good for this account.
pub(super) fn device_of(token: Option<&VerifiedDevice>, account: &Account) -> Option<Device> {
    token?.of(&account.id, account.device_tokens_since)
}

/// Acquires an attempt and looks up the account at once. A limited attempt without a device token does not wait for the account.
///
/// Only the account tells whether a device token is good. One that was issued for this address is counted under its device
/// meanwhile, and where it turns out to be void, a shared attempt takes the place of that one. So nobody but who once had the
/// account's password can make the Durable Object count a device, and void ones keep no place from others. A token of any other
/// address is looked up first: that is one more wait, and no row for it.
pub(super) async fn acquire<'a>(
    email: &Email,
    token: Option<&VerifiedDevice>,
    pseudonym: &'a str,
    store: &Store,
    context: &RequestContext<'_>,
) -> Result<SigninAttempt<'a>, ApiError> {
    let limit = context.config.signin_limit;
    let lookup = store.begin_account(email)?;
    let mut limiter = Limiter::new(context.env, pseudonym);
    let (attempt, account) = match (token, token.and_then(|token| token.claimed_for(pseudonym))) {
        (None, _) => {
            require_allowed(limiter.acquire(limit).await?)?;
            let account = lookup.finish().await?;
            return Ok(SigninAttempt { limiter, account });
        }
        (token, Some(device)) => {
            limiter = limiter.of_device(Some(device));
            let mut attempt = limiter.acquire(limit).await?;
            let account = lookup.finish().await?;
            let is_good = account.as_ref().and_then(|account| device_of(token, account)).is_some();
            if !is_good && limiter.is_of_device() {
                attempt = limiter.acquire_shared(limit).await?;
            }
            (attempt, account)
        }
        (token, None) => {
            let account = lookup.finish().await?;
            limiter = limiter.of_device(account.as_ref().and_then(|account| device_of(token, account)));
            (limiter.acquire(limit).await?, account)
        }
    };
    require_allowed(attempt)?;
    Ok(SigninAttempt { limiter, account })
}

const fn require_allowed(attempt: Attempt) -> Result<(), ApiError> {
    match attempt {
        Attempt::Allowed => Ok(()),
        Attempt::Limited { retry_after_seconds } => Err(ApiError::TooManySigninAttempts { retry_after_seconds }),
    }
}
