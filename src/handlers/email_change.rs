//! Change of an account's address: `POST /api/auth/email` sends a link to the new one, `POST /api/auth/email/confirm` changes it.

use super::{
    current_password::confirm_password,
    email_limit::{CountedNotice, count_email},
    email_verification::{ON_ITS_WAY, parse_verify},
    password_reset::bound,
};
use crate::{
    auth::{
        guard::AuthUser,
        keys::LinkPurpose,
        link_token::{VerifiedLink, for_email_change},
    },
    context::RequestContext,
    domain::{credentials::Password, email::Email},
    email::{Message, Notice},
    error::ApiError,
    http::{body_fields::read_body, request::Request, response::ApiResponse},
    store::{Store, caller::CallerStore, email::EmailChange},
};

/// The new address, and the password that confirms the change.
pub type RequestedChange = (Email, Password);

/// Parses the body of a change of address.
///
/// # Errors
/// [`ApiError::Validation`]
pub fn parse_change(body: &[u8]) -> Result<RequestedChange, ApiError> {
    read_body(body, |fields| {
        let email = fields.required_text("email", Email::parse);
        let password = fields.required_text("password", Password::parse_attempt);
        Some((email?, password?))
    })
}

/// `POST /api/auth/email`: the response does not tell whether somebody has the new address. Its owner gets a warning in place of
/// the link, at the same cost.
///
/// # Errors
/// [`ApiError`]
pub async fn request_change(
    (new_email, password): &RequestedChange,
    store: &Store,
    caller: &CallerStore<'_>,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<ApiResponse, ApiError> {
    let account = confirm_password(password, caller, context, user).await?;
    let lookup = store.begin_account(new_email)?;
    count_email(new_email.as_str(), context).await?;
    let owner = lookup.finish().await?;
    let keys = &context.config.keys;
    let token = for_email_change(&account.id, new_email.as_str(), bound(&account), keys, context.now)?;
    let message = match owner.is_none_or(|owner| owner.id == account.id) {
        true => Message::ChangeEmail(&token),
        false => Message::AlreadyRegistered,
    };
    context.send(&context.render_email(new_email.as_str(), message)?);
    CountedNotice::begin(&account, Notice::EmailChangeRequested, context)
        .send()
        .await;
    Ok(ApiResponse::json(202, ON_ITS_WAY.to_owned()))
}

/// `POST /api/auth/email/confirm`: changes the address, which the link has verified.
///
/// # Errors
/// [`ApiError`]
pub async fn confirm(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let token = parse_verify(&body?)?;
    let link = VerifiedLink::verify(&token, LinkPurpose::EmailChange, &context.config.keys, context.now);
    let link = link.ok_or(ApiError::InvalidLink)?;
    let new_email = link.token.email.as_deref().ok_or(ApiError::InvalidLink)?;
    let store = Store::from_env(context.env)?;
    let account = store.account_by_id(&link.token.user_id).await?;
    let account = account.filter(|account| link.is_bound_to(bound(account)));
    let account = account.ok_or(ApiError::InvalidLink)?;
    match store.change_email(&account, new_email).await? {
        EmailChange::Changed => {}
        EmailChange::Taken => return Err(ApiError::EmailTaken),
        EmailChange::AccountChanged => return Err(ApiError::InvalidLink),
    }
    if new_email != account.profile.email {
        context.notify(&account.profile.email, Notice::EmailChanged);
    }
    Ok(ApiResponse::no_content())
}
