//! Sessions: opened by `POST /api/auth/signin` and `POST /auth/token`, moved on by `/api/auth/refresh`, ended by
//! `/api/auth/signout`.

use crate::{
    auth::{
        guard::AuthUser,
        password_hash::{self, PasswordCheck},
        session_tokens::{Profile, Session, verify_refresh_token},
    },
    context::RequestContext,
    domain::{credentials::Password, email::Email, validation::FieldErrorKind},
    error::ApiError,
    http::{
        auth_response::{auth_response, token_response},
        body_fields::{self, read_body},
        request::Request,
        response::ApiResponse,
    },
    platform::{log::Event, random},
    rate_limit::signin::{Attempt, Limiter},
    store::{Store, sessions::RefreshOutcome},
};

pub(super) fn parse_sign_in(body: &[u8]) -> Result<(Email, Password), ApiError> {
    read_body(body, |fields| {
        let email = fields.required_text("email", Email::parse);
        let password = fields.required_text("password", Password::parse_attempt);
        Some((email?, password?))
    })
}

pub(super) fn parse_password_grant(form: &[u8]) -> Result<(Email, Password), ApiError> {
    body_fields::read_form(form, |fields| {
        let grant_type = fields.text("grant_type", |text| match text {
            "" | "password" => Ok(()),
            _ => Err(FieldErrorKind::Enum("'password'")),
        });
        let email = fields.required_text("username", Email::parse);
        let password = fields.required_text("password", Password::parse_attempt);
        grant_type?;
        Some((email?, password?))
    })
}

pub(super) fn parse_refresh(body: &[u8]) -> Result<String, ApiError> {
    read_body(body, |fields| {
        fields.required_text("refresh_token", |text| Ok(text.to_owned()))
    })
}

/// `POST /api/auth/signin`: a new session for who knows the password.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_in(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let (email, password) = parse_sign_in(&body?)?;
    let (session, profile) = open_session(&email, &password, ApiError::InvalidCredentials, &context).await?;
    auth_response(200, &session, &profile, context.config, context.now)
}

/// `POST /auth/token`: the same as OAuth2's password grant (RFC 6749, section 4.3), in a form.
///
/// # Errors
/// [`ApiError`]
pub async fn password_grant(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_form(request).await;
    let (email, password) = parse_password_grant(&body?)?;
    let (session, profile) = open_session(&email, &password, ApiError::IncorrectPassword, &context).await?;
    token_response(&session, &profile, context.config, context.now)
}

/// The attempt is taken first, then the account is looked up, then one hash is computed, whether there is an account or
/// not: the answer to a wrong password and to an unknown address, which is `refusal`, costs and says the same. An attempt
/// that ends in a failure of ours stays taken: to give it back would be a way to guess for nothing.
async fn open_session(
    email: &Email,
    password: &Password,
    refusal: ApiError,
    context: &RequestContext<'_>,
) -> Result<(Session, Profile), ApiError> {
    let config = context.config;
    let account_key = config.keys.account_key(email.as_str());
    let log_failure = |reason| {
        context.log(&Event::SigninFailed {
            reason,
            account: &account_key,
            client_ip: context.meta.client_ip,
        });
    };
    let limiter = Limiter::new(context.env, &account_key);
    if let Attempt::Limited { retry_after_seconds } = limiter.acquire(config.signin_limit).await? {
        log_failure("limited");
        return Err(ApiError::TooManySigninAttempts { retry_after_seconds });
    }
    let store = Store::from_env(context.env)?;
    let account = store.account(email).await?;
    let stored = account.as_ref().map(|account| account.password_hash.as_str());
    let verdict = password_hash::verify(password, stored, &config.argon2)?;
    let Some(account) = account.filter(|_| verdict != PasswordCheck::Mismatch) else {
        log_failure("invalid_credentials");
        return Err(refusal);
    };
    if verdict == PasswordCheck::NeedsRehash {
        let fresh = password_hash::hash(password, &random::bytes()?, &config.argon2)?;
        store.renew_password_hash(&account, &fresh).await?;
    }
    // Before the session is opened: should this fail, nobody is told of a failure and has a session all the same.
    limiter.clear().await?;
    let session = Session::new(account.id, &config.lifetimes, context.now, &random::bytes()?);
    if !store.open_session(&session, context.now).await? {
        log_failure("invalid_credentials");
        return Err(refusal);
    }
    Ok((session, account.profile))
}

/// `POST /api/auth/refresh`: the session's next generation, for who holds the refresh token of the present one.
///
/// # Errors
/// [`ApiError`]
pub async fn refresh(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let token = parse_refresh(&body?)?;
    let config = context.config;
    let token = verify_refresh_token(&token, &config.keys, &config.expected_claims, context.now)
        .map_err(|_| ApiError::InvalidRefreshToken)?;
    let session_id = token.session_id;
    match Store::from_env(context.env)?.refresh(token, context.now).await? {
        RefreshOutcome::Rotated(session, profile) => {
            auth_response(200, &session, &profile, context.config, context.now)
        }
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

/// `POST /api/auth/signout`: the end of the caller's session.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_out(user: &AuthUser, store: &Store, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    store.sign_out(user, context.now).await?;
    Ok(ApiResponse::no_content())
}
