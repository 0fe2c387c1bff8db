//! Administration of users: `/api/admin/users`. Deleting one is in `deletion`, with a user's own deletion.

use crate::{
    auth::{guard::AuthUser, keys::Keyring},
    context::RequestContext,
    domain::{email::Email, ids::UserId, role::Role},
    error::ApiError,
    http::{body_fields::read_body, query_fields::read_query, response::ApiResponse},
    pagination::{self, cursor::List},
    store::{
        admin::{UserChange, UserChanges, UserPage},
        caller::CallerStore,
    },
};

pub(super) fn parse_page(query: &str, user: &UserId, keys: &Keyring) -> Result<UserPage, ApiError> {
    read_query(query, |fields| {
        let email = fields.parameter("email", Email::parse);
        let limit = pagination::limit(fields);
        let after = pagination::after(List::Users, fields, user, keys);
        Some(UserPage {
            email: email?,
            limit: limit?,
            after: after?,
        })
    })
}

pub(super) fn parse_changes(body: &[u8]) -> Result<UserChanges, ApiError> {
    read_body(body, |fields| {
        let role = fields.text("role", Role::parse);
        let suspended = fields.boolean("suspended");
        Some(UserChanges {
            role: role?,
            suspended: suspended?,
        })
    })
}

/// `GET /api/admin/users`: a page of all users.
///
/// # Errors
/// [`ApiError`]; a caller who is not an administrator learns nothing else.
pub async fn list(
    store: &CallerStore<'_>,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<ApiResponse, ApiError> {
    match parse_page(context.meta.url.query, user.id(), &context.config.keys) {
        Ok(page) => {
            let users = store.users(&page).await?;
            Ok(pagination::page_response(List::Users, users, context, user))
        }
        Err(invalid_query) => Err(role_checked_first(invalid_query, store).await),
    }
}

/// `GET /api/admin/users/{id}`: one user. A malformed id names none, like an unknown one, here and below.
///
/// # Errors
/// [`ApiError`]
pub async fn read(id: &str, store: &CallerStore<'_>) -> Result<ApiResponse, ApiError> {
    let user = store.user(id).await?.ok_or(ApiError::UserNotFound)?;
    Ok(ApiResponse::json(200, user))
}

/// `PATCH /api/admin/users/{id}`: changes the role, suspends the user, or ends a suspension.
///
/// # Errors
/// [`ApiError`]; a caller who is not an administrator learns nothing else.
pub async fn update(
    id: &str,
    body: Result<Vec<u8>, ApiError>,
    caller: &CallerStore<'_>,
    context: &RequestContext<'_>,
) -> Result<ApiResponse, ApiError> {
    let changes = match body.and_then(|body| parse_changes(&body)) {
        Ok(changes) => changes,
        Err(invalid_body) => return Err(role_checked_first(invalid_body, caller).await),
    };
    match caller.update_user(id, &changes).await? {
        UserChange::Made(user) => {
            if changes.suspended == Some(true)
                && let Some(id) = UserId::from_row(id.to_owned())
            {
                context.databases().revoke_changed(&id, context.now).await?;
            }
            Ok(ApiResponse::json(200, user))
        }
        UserChange::UserNotFound => Err(ApiError::UserNotFound),
        UserChange::LastAdmin => Err(ApiError::LastAdmin {
            change: match changes.role {
                Some(Role::User) => "demoted",
                _ => "suspended",
            },
        }),
    }
}

/// `DELETE /api/admin/users/{id}/sessions`: ends every session of a user.
///
/// # Errors
/// [`ApiError`]
pub async fn end_sessions(
    id: &str,
    store: &CallerStore<'_>,
    context: &RequestContext<'_>,
) -> Result<ApiResponse, ApiError> {
    store.end_sessions_of(id).await?.ok_or(ApiError::UserNotFound)?;
    if let Some(id) = UserId::from_row(id.to_owned())
        && let Some(home) = context.databases().home_of(&id).await?
    {
        home.end_all_sessions(&id).await?;
    }
    Ok(ApiResponse::no_content())
}

/// For a request that fails before the query that would have checked the role: a caller who is not an administrator learns
/// only that.
async fn role_checked_first(error: ApiError, store: &CallerStore<'_>) -> ApiError {
    match store.require_admin().await {
        Ok(()) => error,
        Err(role_error) => role_error.into(),
    }
}
