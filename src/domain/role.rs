//! The role of a user.

use super::validation::FieldErrorKind;

/// What a user may do beyond their own account and tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Nothing.
    User,
    /// Administer all users.
    Admin,
}

impl Role {
    /// Parses a role.
    ///
    /// # Errors
    /// [`FieldErrorKind::Enum`] for any other text.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        match text {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            _ => Err(FieldErrorKind::Enum("'user' or 'admin'")),
        }
    }

    /// The role as rows, tokens and the API hold it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}
