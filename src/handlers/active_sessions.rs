//! The caller's sessions as the caller sees them: `GET` and `DELETE /api/auth/sessions`, and one of them by its id.

use crate::{domain::ids::SessionId, error::ApiError, http::response::ApiResponse, store::caller::CallerStore};

/// `GET /api/auth/sessions`: the active sessions, the newest first.
///
/// # Errors
/// [`ApiError`]
pub async fn list(caller: &CallerStore<'_>) -> Result<ApiResponse, ApiError> {
    Ok(ApiResponse::json(200, caller.sessions().await?))
}

/// `DELETE /api/auth/sessions/{id}`: ends one session. A malformed id names none, like an unknown one.
///
/// # Errors
/// [`ApiError`]
pub async fn end(id: &str, caller: &CallerStore<'_>) -> Result<ApiResponse, ApiError> {
    let ended = caller.end_session(SessionId::parse(id)).await?;
    ended.ok_or(ApiError::SessionNotFound)?;
    Ok(ApiResponse::no_content())
}

/// `DELETE /api/auth/sessions`: ends every session but the caller's.
///
/// # Errors
/// [`ApiError`]
pub async fn end_others(caller: &CallerStore<'_>) -> Result<ApiResponse, ApiError> {
    caller.end_other_sessions().await?;
    Ok(ApiResponse::no_content())
}
