//! Sessions: opened by `POST /api/auth/signin` and `POST /auth/token`, moved on by `/api/auth/refresh`, ended by
//! `/api/auth/signout`.

use super::tokens::{new_session, signed_in, token_response};
use crate::{
    auth::{
        guard::AuthUser,
        password_hash::{self, Verdict},
        session::{Profile, Session, verify_refresh_token},
    },
    context::RequestContext,
    domain::{credentials::Password, email::Email, problem::Problem},
    error::ApiError,
    http::{
        answer::Answer,
        body::{read_form, read_json},
        fields::{self, read_body},
    },
    limiter::client::{Attempt, Limiter},
    log::Event,
    random,
    store::{Store, sessions::Refreshed},
};
use worker::Request;

pub(super) fn parse_sign_in(body: &[u8]) -> Result<(Email, Password), ApiError> {
    read_body(body, |fields| {
        let email = fields.required_text("email", Email::parse);
        let password = fields.required_text("password", Password::parse_attempt);
        Some((email?, password?))
    })
}

pub(super) fn parse_password_grant(form: &[u8]) -> Result<(Email, Password), ApiError> {
    fields::read_form(form, |fields| {
        let grant_type = fields.text("grant_type", |text| match text {
            "" | "password" => Ok(()),
            _ => Err(Problem::Enum("'password'")),
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
pub async fn sign_in(request: &mut Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let (email, password) = parse_sign_in(&read_json(request).await?)?;
    let context = &context.after_body();
    let (session, profile) = open_session(&email, &password, ApiError::InvalidCredentials, context).await?;
    signed_in(200, &session, &profile, context)
}

/// `POST /auth/token`: the same as OAuth2's password grant (RFC 6749, section 4.3), in a form.
///
/// # Errors
/// [`ApiError`]
pub async fn password_grant(request: &mut Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let (email, password) = parse_password_grant(&read_form(request).await?)?;
    let context = &context.after_body();
    let (session, profile) = open_session(&email, &password, ApiError::IncorrectPassword, context).await?;
    token_response(&session, &profile, context)
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
    let account_name = config.keys.account_name(email.as_str());
    let log_failure = |reason| {
        context.log(&Event::SigninFailed {
            reason,
            account: &account_name,
            client: context.incoming.client,
        });
    };
    let limiter = Limiter::new(context.env, &account_name);
    if let Attempt::Refused { retry_after_seconds } = limiter.take(config.signin_limit).await? {
        log_failure("limited");
        return Err(ApiError::TooManySigninAttempts { retry_after_seconds });
    }
    let store = Store::of(context.env)?;
    let account = store.account(email).await?;
    let stored = account.as_ref().map(|account| account.password_hash.as_str());
    let verdict = password_hash::verify(password, stored, &config.argon2)?;
    let Some(account) = account.filter(|_| verdict != Verdict::Wrong) else {
        log_failure("invalid_credentials");
        return Err(refusal);
    };
    if verdict == Verdict::RightButOutdated {
        let fresh = password_hash::hash(password, &random::bytes()?, &config.argon2)?;
        store.renew_password_hash(&account, &fresh).await?;
    }
    // Before the session is opened: should this fail, nobody is told of a failure and has a session all the same.
    limiter.clear().await?;
    let session = new_session(account.id, context)?;
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
pub async fn refresh(request: &mut Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let token = parse_refresh(&read_json(request).await?)?;
    let context = &context.after_body();
    let config = context.config;
    let token = verify_refresh_token(&token, &config.keys, &config.parties, context.now)
        .map_err(|_| ApiError::InvalidRefreshToken)?;
    let session_id = token.session_id;
    match Store::of(context.env)?.refresh(token, context.now).await? {
        Refreshed::Moved(session, profile) => signed_in(200, &session, &profile, context),
        Refreshed::EndedByReuse => {
            context.log(&Event::SessionEndedByReuse {
                session: session_id.to_string(),
                client: context.incoming.client,
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
