//! `POST /api/auth/password`: changes the caller's password, and ends every session that the old one opened.

use super::{current_password::confirm_password, email_limit::CountedNotice};
use crate::{
    auth::{device_token::Device, guard::AuthUser, password_hash, session_tokens::Session},
    context::RequestContext,
    domain::{credentials::Password, ids::DeviceId},
    email::Notice,
    error::ApiError,
    http::{auth_response::auth_response, body_fields::read_body, request::Request, response::ApiResponse},
    platform::random,
    store::{caller::CallerStore, sessions::NewSession},
};

const HASH_REPLACED: &str = "the password hash was replaced while it was verified";

/// The current and the new password.
pub type Passwords = (Password, Password);

/// Parses the body. The rules for new passwords do not apply to the current one.
///
/// # Errors
/// [`ApiError::Validation`]
pub fn parse_change(body: &[u8]) -> Result<Passwords, ApiError> {
    read_body(body, |fields| {
        let current = fields.required_text("current_password", Password::parse_attempt);
        let new = fields.required_text("new_password", Password::parse_new);
        Some((current?, new?))
    })
}

/// `POST /api/auth/password`: ends all sessions, in the same transaction as the change, and signs the caller in anew.
///
/// # Errors
/// [`ApiError`]
pub async fn change(
    (current, new): &Passwords,
    request: &Request,
    caller: &CallerStore<'_>,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<ApiResponse, ApiError> {
    let config = context.config;
    let account = confirm_password(current, caller, context, user).await?;
    let new_hash = password_hash::hash(new, &random::bytes()?, &config.argon2)?;
    let session = Session::new(user.id().clone(), &config.lifetimes, context.now, &random::bytes()?);
    let headers = request.session_client();
    let new = NewSession {
        session: &session,
        client: &headers.client(),
        password_hash: &new_hash,
        version: account.version,
    };
    let notice = CountedNotice::begin(&account, Notice::PasswordChanged, context);
    if !caller.change_password(&account, new).await? {
        return Err(ApiError::Unavailable(HASH_REPLACED.to_owned()));
    }
    notice.send().await;
    let device = Device {
        id: DeviceId::of_first(session.id),
        voided_until: account.device_tokens_since,
    };
    auth_response(200, &session, &account.profile, Some(device), config, context.now)
}
