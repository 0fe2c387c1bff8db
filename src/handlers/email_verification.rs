//! Verification of an address: the link that a caller asks for, or that a sign-up sends, and what following it does.

use super::{
    email_limit::count_email,
    password_reset::{bound, parse_token},
};
use crate::{
    auth::{
        guard::AuthUser,
        keys::LinkPurpose,
        link_token::{VerifiedLink, for_email_verification, for_password_reset},
        password_hash::NO_PASSWORD,
    },
    context::RequestContext,
    domain::ids::UserId,
    email::Message,
    error::ApiError,
    http::{body_fields::read_body, request::Request, response::ApiResponse},
    store::{Store, caller::CallerStore},
};
use serde::Serialize;

/// The response to a caller who asked for an email to an address of their own.
pub(super) const ON_ITS_WAY: &str = r#"{"detail":"An email is on its way"}"#;

#[derive(Serialize)]
struct ResetToken {
    reset_token: String,
}

pub(super) fn parse_verify(body: &[u8]) -> Result<String, ApiError> {
    read_body(body, |fields| fields.required_text("token", parse_token))
}

/// Sends a link that verifies the address, unless it has received as many emails as it may in an hour.
///
/// # Errors
/// [`ApiError`]
pub(super) async fn send_link(
    user: &UserId,
    email: &str,
    signup: Option<&str>,
    context: &RequestContext<'_>,
) -> Result<(), ApiError> {
    match count_email(email, context).await {
        Ok(()) => send_counted_link(user, email, signup, context),
        Err(ApiError::TooManyEmails { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

fn send_counted_link(
    user: &UserId,
    email: &str,
    signup: Option<&str>,
    context: &RequestContext<'_>,
) -> Result<(), ApiError> {
    let token = for_email_verification(user, email, signup, &context.config.keys, context.now)?;
    context.send(&context.render_email(email, Message::VerifyEmail(&token))?);
    Ok(())
}

/// `POST /api/auth/email/verification`: sends a link to the caller's address.
///
/// # Errors
/// [`ApiError`]
pub async fn request_link(
    caller: &CallerStore<'_>,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<ApiResponse, ApiError> {
    user.session().ok_or(ApiError::UserNotFound)?;
    let account = caller.begin_account()?.finish().await?;
    if account.is_email_verified {
        return Err(ApiError::EmailAlreadyVerified);
    }
    let email = &account.profile.email;
    count_email(email, context).await?;
    send_counted_link(&account.id, email, account.signup_id.as_deref(), context)?;
    Ok(ApiResponse::json(202, ON_ITS_WAY.to_owned()))
}

/// `POST /api/auth/email/verify`: 204, or a token with which to choose a password, where the address was signed up more than
/// once and so has none.
///
/// # Errors
/// [`ApiError`]
pub async fn verify(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let token = parse_verify(&body?)?;
    let keys = &context.config.keys;
    let link = VerifiedLink::verify(&token, LinkPurpose::EmailVerification, keys, context.now);
    let link = link.ok_or(ApiError::InvalidLink)?.token;
    let email = link.email.as_deref().ok_or(ApiError::InvalidLink)?;
    let store = Store::from_env(context.env)?;
    let account = store.verify_email(&link.user_id, email, link.signup.as_deref()).await?;
    let account = account.ok_or(ApiError::InvalidLink)?;
    if account.password_hash != NO_PASSWORD {
        return Ok(ApiResponse::no_content());
    }
    context
        .databases()
        .revoke_at_home(&account.id, account.version, context.now)
        .await?;
    let reset_token = for_password_reset(&account.id, bound(&account), keys, context.now)?;
    Ok(ApiResponse::from_value(200, &ResetToken { reset_token })?)
}
