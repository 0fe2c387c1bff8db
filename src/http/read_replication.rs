//! Read replicas of D1 (`D1_READ_REPLICATION`): the header `X-D1-Bookmark` says how fresh a read must be, and every response
//! returns the bookmark for the client's next read.

use super::{request::Request, response::ApiResponse};
use crate::{
    auth::token_rejection::TokenRejection,
    error::ApiError,
    store::{Store, replicas::Bookmark},
};

const BOOKMARK_HEADER: &str = "X-D1-Bookmark";

/// Runs a read with the request's bookmark on any replica that is fresh enough; runs a write, and a read without a valid
/// bookmark, on the primary database.
///
/// # Errors
/// [`ApiError`]
pub async fn run(
    is_read: bool,
    request: &Request,
    store: &Store,
    command: impl AsyncFn(&Store) -> Result<ApiResponse, ApiError>,
) -> Result<ApiResponse, ApiError> {
    let bookmark = match is_read {
        true => request.header(BOOKMARK_HEADER)?.and_then(Bookmark::parse),
        false => None,
    };
    let mut d1_session = store.with_session(bookmark.as_ref())?;
    let mut response = command(&d1_session).await;
    if bookmark.is_some() && is_inconclusive(&response) {
        d1_session = store.with_session(None)?;
        response = command(&d1_session).await;
    }
    let response = response?;
    Ok(match d1_session.bookmark() {
        Some(bookmark) => response.with_header(BOOKMARK_HEADER, bookmark.into_string()),
        None => response,
    })
}

/// Whether the primary must decide: a session that was opened a moment ago may not have reached the replica, and a bookmark
/// that D1 cannot follow must not make a read fail.
fn is_inconclusive(response: &Result<ApiResponse, ApiError>) -> bool {
    matches!(
        response,
        Err(ApiError::Token(TokenRejection::SessionEnded) | ApiError::Unavailable(_) | ApiError::Internal(_))
    )
}
