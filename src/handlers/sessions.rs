//! Sessions: created by `POST /api/auth/signin`, rotated by `/api/auth/refresh`, ended by `/api/auth/signout`.

use crate::{
    auth::{
        password_hash::{self, PasswordCheck},
        revocation::session_of_refresh_token,
        session_tokens::{Profile, Session, verify_refresh_token},
    },
    context::RequestContext,
    domain::{credentials::Password, email::Email},
    error::ApiError,
    http::{auth_response::auth_response, body_fields::read_body, request::Request, response::ApiResponse},
    platform::{log::Event, random},
    rate_limit::signin::{Attempt, Limiter},
    store::{Store, sessions::RefreshOutcome},
};

const UNREADABLE_HASH: &str = "unreadable_hash";
const UNREADABLE_HASH_CAUSE: &str = "users.password_hash is not an Argon2id PHC string of version 19 with one lane, at most \
                                     65536 KiB and 16 iterations: replace it, since no password matches until then";

pub(super) fn parse_sign_in(body: &[u8]) -> Result<(Email, Password), ApiError> {
    read_body(body, |fields| {
        let email = fields.required_text("email", Email::parse);
        let password = fields.required_text("password", Password::parse_attempt);
        Some((email?, password?))
    })
}

pub(super) fn parse_refresh(body: &[u8]) -> Result<String, ApiError> {
    read_body(body, |fields| {
        fields.required_text("refresh_token", |text| Ok(text.to_owned()))
    })
}

/// `POST /api/auth/signin`: creates a session if the password matches.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_in(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let (email, password) = parse_sign_in(&body?)?;
    let (session, profile) = sign_in_with_password(&email, &password, ApiError::InvalidCredentials, &context).await?;
    auth_response(200, &session, &profile, context.config, context.now)
}

/// Acquires an attempt, looks up the account, then computes one hash whether the account exists or not: a wrong password and
/// an unknown address take the same time and return the same error, `rejection`. An internal failure does not release the
/// attempt, because releasing it would allow guesses that are not counted.
pub(super) async fn sign_in_with_password(
    email: &Email,
    password: &Password,
    rejection: ApiError,
    context: &RequestContext<'_>,
) -> Result<(Session, Profile), ApiError> {
    let config = context.config;
    let account_pseudonym = config.keys.account_pseudonym(email.as_str());
    let log_failure = |reason| {
        context.log(&Event::SigninFailed {
            reason,
            cause: (reason == UNREADABLE_HASH).then_some(UNREADABLE_HASH_CAUSE),
            account: &account_pseudonym,
            client_ip: context.meta.client_ip,
        });
    };
    let limiter = Limiter::new(context.env, &account_pseudonym);
    if let Attempt::Limited { retry_after_seconds } = limiter.acquire(config.signin_limit).await? {
        log_failure("limited");
        return Err(ApiError::TooManySigninAttempts { retry_after_seconds });
    }
    let store = Store::from_env(context.env)?;
    let account = store.account(email).await?;
    let stored = account.as_ref().map(|account| account.password_hash.as_str());
    let check = password_hash::verify(password, stored, &config.argon2)?;
    let is_right = matches!(check, PasswordCheck::Match | PasswordCheck::NeedsRehash);
    let Some(account) = account.filter(|_| is_right) else {
        log_failure(match check {
            PasswordCheck::Unreadable => UNREADABLE_HASH,
            _ => "invalid_credentials",
        });
        return Err(rejection);
    };
    if check == PasswordCheck::NeedsRehash {
        let new_hash = password_hash::hash(password, &random::bytes()?, &config.argon2)?;
        store.replace_password_hash(&account, &new_hash).await?;
    }
    // Clear the counter before creating the session: if clearing fails, no session exists.
    limiter.clear().await?;
    let session = Session::new(account.id, &config.lifetimes, context.now, &random::bytes()?);
    if !store.open_session(&session, config.sessions_max, context.now).await? {
        log_failure("invalid_credentials");
        return Err(rejection);
    }
    Ok((session, account.profile))
}

/// `POST /api/auth/refresh`: exchanges a refresh token for the tokens of the session's next generation.
///
/// # Errors
/// [`ApiError`]
pub async fn refresh(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let (session, profile) = rotate(&parse_refresh(&body?)?, &context).await?;
    auth_response(200, &session, &profile, context.config, context.now)
}

/// Rotates the session of a refresh token to its next generation; logs the reuse of a token, which ends the session.
pub(super) async fn rotate(token: &str, context: &RequestContext<'_>) -> Result<(Session, Profile), ApiError> {
    let config = context.config;
    let token = verify_refresh_token(token, &config.keys, &config.expected_claims, context.now)
        .map_err(|_| ApiError::InvalidRefreshToken)?;
    let session_id = token.session_id;
    let store = Store::from_env(context.env)?;
    match store.refresh(token, config.refresh_grace_seconds, context.now).await? {
        RefreshOutcome::Rotated(session, profile) => Ok((session, profile)),
        RefreshOutcome::ReuseDetected => {
            context.log(&Event::SessionEndedByReuse {
                session: session_id.to_string(),
                client_ip: context.meta.client_ip,
            });
            Err(ApiError::InvalidRefreshToken)
        }
        RefreshOutcome::NotFound => Err(ApiError::InvalidRefreshToken),
    }
}

/// `POST /api/auth/signout`: ends the session of the access token. Without an `Authorization` header it ends that of a refresh
/// token, and always succeeds: a client whose access token has expired must be able to sign out.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_out(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    if !request.authorization().is_empty() || !request.has_body() {
        let user = context.authenticate(request)?;
        Store::from_env(context.env)?.sign_out(&user, context.now).await?;
        return Ok(ApiResponse::no_content());
    }
    let (body, context) = context.receive_json(request).await;
    let token = parse_refresh(&body?)?;
    if let Some(session) = session_of_refresh_token(&token, &context.config.keys) {
        Store::from_env(context.env)?.end_session(&session, context.now).await?;
    }
    Ok(ApiResponse::no_content())
}
