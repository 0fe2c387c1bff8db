//! Why a token is not good, in the words that the client hears.

use super::jws::InvalidToken;
use std::fmt;

/// Why a request is not authenticated. Each reason is its own `detail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// No `Authorization` header.
    HeaderMissing,
    /// Something else than one `Bearer <token>`.
    HeaderFormat,
    /// Not a token that this service takes.
    Invalid,
    /// `exp` is reached.
    Expired,
    /// No usable `sub`.
    MissingSubject,
    /// Its session has ended.
    Revoked,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HeaderMissing => "Authorization header missing",
            Self::HeaderFormat => "Invalid authorization format. Use: Bearer <token>",
            Self::Invalid => "Invalid token",
            Self::Expired => "Token expired",
            Self::MissingSubject => "Invalid token: missing user identifier",
            Self::Revoked => "Token revoked",
        })
    }
}

impl From<InvalidToken> for TokenError {
    fn from(_: InvalidToken) -> Self {
        Self::Invalid
    }
}
