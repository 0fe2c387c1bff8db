//! Ownership: only the user that a path names may use it; everyone else gets 403.

use super::guard::AuthUser;

/// The path names a user other than the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotOwner;

/// Compares the `user_id` segment of a path, percent-encoded or not, with the token's subject.
///
/// # Errors
/// [`NotOwner`]
pub fn require_owner(user: &AuthUser, path_segment: &str) -> Result<(), NotOwner> {
    match user.id().is_in_path(path_segment) {
        true => Ok(()),
        false => Err(NotOwner),
    }
}
