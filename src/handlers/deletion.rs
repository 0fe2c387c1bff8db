//! Deletion of a user: `POST /api/auth/account/delete` by themselves, `DELETE /api/admin/users/{id}` by an administrator.

use super::current_password::confirm_password;
use crate::{
    auth::guard::AuthUser,
    context::RequestContext,
    domain::{credentials::Password, ids::UserId},
    email::Notice,
    error::ApiError,
    http::{body_fields::read_body, response::ApiResponse},
    store::{
        Store,
        admin::UserChange,
        caller::CallerStore,
        deletion::{BATCH, DeletedUser, OwnDeletion},
        revocations::Revocation,
    },
};

/// Batches of tasks that a request deletes after the first one: the client waits for them, and the daily clean-up deletes the rest.
const MAX_FURTHER_BATCHES: u32 = 9;

/// Parses the body of the caller's own deletion.
///
/// # Errors
/// [`ApiError::Validation`]
pub fn parse(body: &[u8]) -> Result<Password, ApiError> {
    read_body(body, |fields| fields.required_text("password", Password::parse_attempt))
}

/// `POST /api/auth/account/delete` by a user of this service, who proves the password.
///
/// # Errors
/// [`ApiError`]
pub async fn delete_account(
    password: &Password,
    user: &AuthUser,
    store: &Store,
    caller: &CallerStore<'_>,
    context: &RequestContext<'_>,
) -> Result<ApiResponse, ApiError> {
    let account = confirm_password(password, caller, context, user).await?;
    let outcome = caller.delete_account(account.profile.email).await?;
    finish_own(outcome, &account.id, store, context).await
}

/// The same by another issuer's caller, of whom this service knows no password.
///
/// # Errors
/// [`ApiError`]
pub async fn delete_without_session(
    store: &Store,
    caller: &CallerStore<'_>,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<ApiResponse, ApiError> {
    let outcome = caller.delete_account_without_session().await?;
    finish_own(outcome, user.id(), store, context).await
}

/// `DELETE /api/admin/users/{id}`
///
/// # Errors
/// [`ApiError`]
pub async fn delete_user(
    id: &str,
    store: &Store,
    caller: &CallerStore<'_>,
    context: &RequestContext<'_>,
) -> Result<ApiResponse, ApiError> {
    match caller.delete_user(id).await? {
        UserChange::Made(deleted) => {
            let id = UserId::from_row(id.to_owned()).ok_or(ApiError::UserNotFound)?;
            finish(&deleted, &id, store, context).await
        }
        UserChange::UserNotFound => Err(ApiError::UserNotFound),
        UserChange::LastAdmin => Err(last_admin()),
    }
}

async fn finish_own(
    outcome: OwnDeletion,
    user_id: &UserId,
    store: &Store,
    context: &RequestContext<'_>,
) -> Result<ApiResponse, ApiError> {
    match outcome {
        OwnDeletion::Deleted(deleted) => finish(&deleted, user_id, store, context).await,
        OwnDeletion::PasswordNotProved => Err(ApiError::CurrentPasswordIncorrect),
        OwnDeletion::LastAdmin => Err(last_admin()),
    }
}

/// Ends the sessions where the home is not `DB`, then deletes further tasks, as many as one request may. A failure of that is only
/// logged: the user is deleted already, and nobody can read the tasks.
async fn finish(
    deleted: &DeletedUser,
    user_id: &UserId,
    store: &Store,
    context: &RequestContext<'_>,
) -> Result<ApiResponse, ApiError> {
    let home = context.databases().home_of(user_id).await?;
    let mut has_tasks = deleted.has_tasks;
    let mut max_batches = MAX_FURTHER_BATCHES;
    if let Some(email) = &deleted.email {
        if let Some(home) = &home {
            home.revoke(store, &[Revocation(user_id.as_str(), None)], context.now)
                .await?;
            // The first batch was one of `DB`, which has none of these tasks.
            has_tasks = true;
            max_batches += 1;
        }
        context.notify(email, Notice::AccountDeleted);
    }
    let store = home.as_ref().unwrap_or(store);
    for _ in 0..max_batches {
        if !has_tasks {
            break;
        }
        match store.continue_deletion(user_id.as_str()).await {
            Ok(batch) => has_tasks = batch == BATCH,
            Err(error) => {
                context.meta.log_error(&error.into());
                break;
            }
        }
    }
    Ok(ApiResponse::no_content())
}

const fn last_admin() -> ApiError {
    ApiError::LastAdmin { change: "deleted" }
}
