//! Accounts and sessions: `/api/auth`.

use crate::{
    app::RequestContext,
    auth::{
        guard::AuthUser,
        password_hash::{self, Verdict},
        session::{Profile, Session, TokenPair, issue_tokens, verify_refresh_token},
    },
    domain::{
        credentials::{Name, Password},
        email::Email,
        ids::{SessionId, UserId},
    },
    error::ApiError,
    http::{answer::Answer, body::read_json, fields::read_body},
    limiter::client::{Attempt, Limiter},
    log::Event,
    random,
    store::{Store, sessions::Refreshed, users::NewAccount},
};
use serde::Serialize;
use worker::Request;

/// What a client gets who has signed up, signed in or refreshed.
#[derive(Serialize)]
struct AuthResponse<'a> {
    access_token: &'a str,
    refresh_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    user_id: &'a str,
    email: &'a str,
}

/// `POST /api/auth/signup`: a new account, signed in.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_up(request: &mut Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let (email, password, name) = read_body(&read_json(request).await?, |fields| {
        let email = fields.required_text("email", Email::parse);
        let password = fields.required_text("password", Password::parse_new);
        let name = fields.nullable_text("name", Name::parse);
        Some((email?, password?, name?.flatten()))
    })?;
    let password_hash = password_hash::hash(&password, &random::bytes()?, &context.config.argon2)?;
    let user_id = UserId::new(context.now, &random::bytes()?);
    let session = new_session(user_id, context)?;
    let account = NewAccount {
        email: &email,
        name: name.as_ref(),
        password_hash: &password_hash,
    };
    let store = Store::of(context.env)?;
    if !store.sign_up(&account, &session, context.now).await? {
        return Err(ApiError::EmailTaken);
    }
    let profile = Profile {
        email: email.as_str().to_owned(),
        role: "user".to_owned(),
    };
    signed_in(201, &session, &profile, context)
}

/// `POST /api/auth/signin`: a new session for who knows the password.
///
/// The attempt is taken first, then the account is looked up, then one hash is computed, whether there is an account or
/// not: the answer to a wrong password and to an unknown address costs and says the same.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_in(request: &mut Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let (email, password) = read_body(&read_json(request).await?, |fields| {
        let email = fields.required_text("email", Email::parse);
        let password = fields.required_text("password", Password::parse_attempt);
        Some((email?, password?))
    })?;
    let config = context.config;
    let account_name = config.keys.account_name(email.as_str());
    let failed = |reason| {
        context.log(&Event::SigninFailed {
            reason,
            account: &account_name,
            client: context.incoming.client,
        });
    };
    let limiter = Limiter::new(context.env, &account_name);
    let attempt = limiter.take(config.signin_limit).await;
    match attempt.map_err(|error| ApiError::Unavailable(error.to_string()))? {
        Attempt::Taken => {}
        Attempt::Refused { retry_after_seconds } => {
            failed("limited");
            return Err(ApiError::TooManySigninAttempts { retry_after_seconds });
        }
    }
    let store = Store::of(context.env)?;
    let account = store.account(&email).await?;
    let stored = account.as_ref().map(|account| account.password_hash.as_str());
    let verdict = password_hash::verify(&password, stored, &config.argon2)?;
    let account = match (account, verdict) {
        (None, _) | (_, Verdict::Wrong) => {
            failed("invalid_credentials");
            return Err(ApiError::InvalidCredentials);
        }
        (Some(account), Verdict::Right) => account,
        (Some(account), Verdict::RightButOutdated) => {
            let fresh = password_hash::hash(&password, &random::bytes()?, &config.argon2)?;
            store.renew_password_hash(&account, &fresh).await?;
            account
        }
    };
    let session = new_session(account.id, context)?;
    if !store.open_session(&session, context.now).await? {
        return Err(ApiError::InvalidCredentials);
    }
    limiter
        .clear()
        .await
        .map_err(|error| ApiError::Unavailable(error.to_string()))?;
    signed_in(200, &session, &account.profile, context)
}

/// `POST /api/auth/refresh`: the session's next generation, for who holds the refresh token of the present one.
///
/// # Errors
/// [`ApiError`]
pub async fn refresh(request: &mut Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let token = read_body(&read_json(request).await?, |fields| {
        fields.required_text("refresh_token", |text| Ok(text.to_owned()))
    })?;
    let config = context.config;
    let token = verify_refresh_token(&token, &config.keys, &config.parties, context.now)
        .map_err(|_| ApiError::InvalidRefreshToken)?;
    let session_id = token.session_id;
    match Store::of(context.env)?.refresh(token, context.now).await? {
        Refreshed::Moved(session, profile) => signed_in(200, &session, &profile, context),
        Refreshed::EndedByReuse => {
            context.log(&Event::SessionEndedByReuse {
                session: session_id.to_string(),
            });
            Err(ApiError::InvalidRefreshToken)
        }
        Refreshed::Gone => Err(ApiError::InvalidRefreshToken),
    }
}

/// `POST /api/auth/signout`: the end of the caller's session.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_out(user: &AuthUser, store: &Store, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    store.sign_out(user, context.now).await?;
    Ok(Answer::no_content())
}

fn new_session(user_id: UserId, context: &RequestContext<'_>) -> Result<Session, ApiError> {
    Ok(Session {
        user_id,
        id: SessionId::new(context.now, &random::bytes()?),
        generation: 0,
        expires_at: context.now.plus_seconds(context.config.lifetimes.session),
    })
}

fn signed_in(
    status: u16,
    session: &Session,
    profile: &Profile,
    context: &RequestContext<'_>,
) -> Result<Answer, ApiError> {
    let config = context.config;
    let settings = (&config.keys, &config.parties, &config.lifetimes);
    let TokenPair {
        access_token,
        refresh_token,
        expires_in,
    } = issue_tokens(session, profile, settings, context.now)?;
    let response = AuthResponse {
        access_token: &access_token,
        refresh_token: &refresh_token,
        token_type: "bearer",
        expires_in,
        user_id: session.user_id.as_str(),
        email: &profile.email,
    };
    Ok(Answer::of(status, &response)?)
}
