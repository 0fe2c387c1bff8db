//! Where a command on tasks is carried out: on the primary database, or, where `D1_READ_REPLICATION` is set and the client
//! says by a bookmark how fresh it must be, on a replica.

use super::tasks::Command;
use crate::{
    auth::{guard::AuthUser, token_error::TokenError},
    context::RequestContext,
    error::ApiError,
    http::{answer::Answer, request::Request},
    store::{Store, caller::CallerStore, replicas::Bookmark},
};

/// What a client has seen or made last, in requests and answers.
pub const BOOKMARK_HEADER: &str = "X-D1-Bookmark";

/// Carries a command out. With replicas, the answer tells the bookmark that the client's next read should bring; a read
/// without one, or with what is none, is the primary's, as is every write.
///
/// # Errors
/// [`ApiError`]
pub async fn carry_out(
    command: &Command,
    request: &Request,
    store: &Store,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<Answer, ApiError> {
    let run_on = async |store: &Store| {
        let rows = CallerStore::new(store, user, context.now);
        command.run(&rows, context, user).await
    };
    if !context.config.read_replication {
        return run_on(store).await;
    }
    let bookmark = match command.is_read() {
        true => request.header(BOOKMARK_HEADER)?.and_then(Bookmark::parse),
        false => None,
    };
    let mut session = store.since(bookmark.as_ref())?;
    let mut answer = run_on(&session).await;
    // A session that was opened a moment ago may not have reached the replica: only the primary says that one is over. Nor
    // must a bookmark that D1 cannot follow keep anybody from their tasks.
    let is_in_doubt = matches!(
        answer,
        Err(ApiError::Token(TokenError::Revoked) | ApiError::Unavailable(_) | ApiError::Internal(_))
    );
    if bookmark.is_some() && is_in_doubt {
        session = store.since(None)?;
        answer = run_on(&session).await;
    }
    let answer = answer?;
    Ok(match session.bookmark() {
        Some(bookmark) => answer.with_header(BOOKMARK_HEADER, bookmark.into_string()),
        None => answer,
    })
}
