//! Ownership: only the user that a path names may use it. Another caller gets 403, or 401 if their session has ended.

use super::guard::AuthUser;

/// The path names a user other than the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotOwner;

/// Compares the decoded `user_id` segment of a path with the token's subject.
///
/// # Errors
/// [`NotOwner`]
pub fn require_owner(user: &AuthUser, owner: &str) -> Result<(), NotOwner> {
    match user.id().as_str() == owner {
        true => Ok(()),
        false => Err(NotOwner),
    }
}
