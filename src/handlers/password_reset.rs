//! A forgotten password: `POST /api/auth/password/forgot` sends a link, `POST /api/auth/password/reset` sets a new password by it.

use super::email_limit::count_email;
use crate::{
    auth::{
        keys::LinkPurpose,
        link_token::{Bound, VerifiedLink, for_password_reset},
        password_hash,
    },
    context::RequestContext,
    domain::{credentials::Password, email::Email, home::Home, ids::UserId, validation::FieldErrorKind},
    email::{Message, Notice},
    error::ApiError,
    http::{body_fields::read_body, request::Request, response::ApiResponse},
    platform::random,
    rate_limit::signin::Limiter,
    store::{Store, accounts::Account},
};

/// The same for every address.
const SENT: &str = r#"{"detail":"If that address has an account, an email is on its way"}"#;

/// What a link is bound to.
pub(super) fn bound(account: &Account) -> Bound<'_> {
    Bound {
        email: &account.profile.email,
        password_hash: &account.password_hash,
    }
}

/// Parses the token of a link. Accepts any text: malformed and expired tokens get the same error.
pub(super) fn parse_token(text: &str) -> Result<String, FieldErrorKind> {
    Ok(text.to_owned())
}

pub(super) fn parse_forgot(body: &[u8]) -> Result<Email, ApiError> {
    read_body(body, |fields| fields.required_text("email", Email::parse))
}

pub(super) fn parse_reset(body: &[u8]) -> Result<(String, Password), ApiError> {
    read_body(body, |fields| {
        let token = fields.required_text("token", parse_token);
        let password = fields.required_text("password", Password::parse_new);
        Some((token?, password?))
    })
}

/// `POST /api/auth/password/forgot`: an address without an account costs the same queries and the same rendering, and only the
/// sending, after the response, is left out.
///
/// # Errors
/// [`ApiError`]
pub async fn forgot(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let email = parse_forgot(&body?)?;
    let store = Store::from_env(context.env)?;
    let lookup = store.begin_account(&email)?;
    count_email(email.as_str(), &context).await?;
    let account = lookup.finish().await?;
    let nobody = UserId::new(context.now, &random::bytes()?, Home::MAIN);
    let (user_id, bound) = match &account {
        Some(account) => (&account.id, bound(account)),
        None => (
            &nobody,
            Bound {
                email: email.as_str(),
                password_hash: "",
            },
        ),
    };
    let token = for_password_reset(user_id, bound, &context.config.keys, context.now)?;
    let message = context.render_email(email.as_str(), Message::ResetPassword(&token))?;
    if account.is_some() {
        context.send(&message);
    }
    Ok(ApiResponse::json(202, SENT.to_owned()))
}

/// `POST /api/auth/password/reset`: sets the password and ends every session in one transaction. The link proves that the
/// address is the caller's.
///
/// # Errors
/// [`ApiError`]
pub async fn reset(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let (token, password) = parse_reset(&body?)?;
    let config = context.config;
    let link = VerifiedLink::verify(&token, LinkPurpose::PasswordReset, &config.keys, context.now);
    let link = link.ok_or(ApiError::InvalidLink)?;
    let store = Store::from_env(context.env)?;
    let account = store.account_by_id(&link.token.user_id).await?;
    let account = account.filter(|account| link.is_bound_to(bound(account)));
    let account = account.ok_or(ApiError::InvalidLink)?;
    let new_hash = password_hash::hash(&password, &random::bytes()?, &config.argon2)?;
    let pseudonym = config.keys.account_pseudonym(&account.profile.email);
    // The attempts are deleted meanwhile: whoever has the link may sign in, even if this transaction is not the first.
    let clearing = Limiter::new(context.env, &pseudonym).begin_clear_all()?;
    let version = store.reset_password(&account, &new_hash, context.now).await?;
    let version = version.ok_or(ApiError::InvalidLink)?;
    let databases = context.databases();
    databases.revoke_at_home(&account.id, version, context.now).await?;
    if let Err(error) = clearing.finish().await {
        context.meta.log_error(&error.into());
    }
    context.notify(&account.profile.email, Notice::PasswordReset);
    Ok(ApiResponse::no_content())
}
