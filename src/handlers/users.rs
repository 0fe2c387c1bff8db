//! Users as the API returns them to themselves: profiles, and the session's user.

use crate::{
    auth::guard::AuthUser,
    context::RequestContext,
    domain::credentials::Name,
    error::ApiError,
    http::{body_fields::read_body, response::ApiResponse},
    store::{Store, StoreError, caller::CallerStore},
};
use serde::Serialize;

/// The user of another issuer's token, as its claims describe it.
#[derive(Serialize)]
struct ClaimedUser<'a> {
    id: &'a str,
    email: Option<&'a str>,
    name: Option<&'a str>,
    role: Option<&'a str>,
    created_at: Option<&'a str>,
    email_verified: Option<bool>,
}

/// `GET /api/auth/session`: the caller, or null for an anonymous one. An invalid token makes the caller anonymous.
///
/// # Errors
/// [`ApiError`]
pub async fn session(user: Option<&AuthUser>, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let user = match user.map(|user| (user, user.profile())) {
        None => "null".to_owned(),
        Some((user, Some(claims))) => serde_json::to_string(&ClaimedUser {
            id: user.id().as_str(),
            email: claims.email.as_deref(),
            name: claims.name.as_deref(),
            role: claims.role.as_deref(),
            created_at: None,
            email_verified: None,
        })?,
        Some((user, None)) => {
            let store = Store::from_env(context.env)?;
            let home = context.databases().home_of(user.id()).await?;
            let caller = CallerStore::new(&store, home.as_ref(), user, context.now);
            match caller.caller().await {
                Ok(Some(user)) => user.into(),
                Ok(None) => "null".to_owned(),
                Err(error @ StoreError::SessionInactive) => {
                    context.meta.log_error(&error.into());
                    "null".to_owned()
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    Ok(ApiResponse::json(200, format!(r#"{{"user":{user}}}"#)))
}

/// `GET /api/users/{user_id}/profile`: the caller.
///
/// # Errors
/// [`ApiError`]
pub async fn profile(store: &CallerStore<'_>) -> Result<ApiResponse, ApiError> {
    let user = store.caller().await?.ok_or(ApiError::UserNotFound)?;
    Ok(ApiResponse::json(200, user))
}

/// Parses the body of a change: absent keeps the name, null clears it.
///
/// # Errors
/// [`ApiError::Validation`]
pub fn parse_changes(body: &[u8]) -> Result<Option<Option<Name>>, ApiError> {
    read_body(body, |fields| fields.nullable_text("name", Name::parse))
}

/// `PATCH /api/users/{user_id}/profile`: changes the caller's name.
///
/// # Errors
/// [`ApiError`]
pub async fn change_profile(name: Option<&Option<Name>>, store: &CallerStore<'_>) -> Result<ApiResponse, ApiError> {
    let user = store.update_name(name).await?.ok_or(ApiError::UserNotFound)?;
    Ok(ApiResponse::json(200, user))
}
