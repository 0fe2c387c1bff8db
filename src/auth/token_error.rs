//! Why a request is not authenticated, in the wording that the client receives.

use std::fmt;

/// Why a request is not authenticated. Each reason has its own `detail` in the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// The `Authorization` header is absent or empty.
    HeaderMissing,
    /// The header is not exactly one `Bearer <token>`.
    HeaderFormat,
    /// The token is malformed, signed by no configured key, or has wrong claims.
    Invalid,
    /// The token's `exp` has passed.
    Expired,
    /// The token has no usable `sub`.
    MissingSubject,
    /// The token's session has ended.
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
