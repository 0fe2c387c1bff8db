//! Why a token is rejected, in words for the operator: the failed check and what to do about it. The client receives only the
//! [`TokenError`] that it belongs to, so that the response does not help a forger.

use super::token_error::TokenError;
use std::fmt;

/// How much of the token's own text a log line may hold, in characters.
const MAX_SHOWN: usize = 100;

/// A piece of a token's text, cut to 100 characters. Control characters beyond ASCII and line separators are replaced; JSON
/// escapes those of ASCII.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    /// Cuts the text.
    pub fn new(text: &str) -> Self {
        let is_unsafe = |char: char| matches!(char, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}');
        let shown = text.chars().take(MAX_SHOWN);
        Self(
            shown
                .map(|char| if is_unsafe(char) { '\u{fffd}' } else { char })
                .collect(),
        )
    }
}

/// Why a request is not authenticated.
#[derive(Debug, PartialEq, Eq)]
pub enum TokenRejection {
    /// The `Authorization` header is absent or empty.
    HeaderMissing,
    /// The header is not exactly one `Bearer <token>`.
    HeaderFormat,
    /// Another Worker passed something other than a text of a header's length.
    NotText,
    /// The token has no dots.
    Opaque,
    /// The token has five parts (RFC 7516, section 3.1).
    Encrypted,
    /// The token has neither three nor five parts, nor only one.
    NotThreeParts,
    /// The header is not base64url, not a JSON object, or has no `alg`.
    Header,
    /// `alg` is not accepted.
    Algorithm(Shown),
    /// The header has `crit`.
    CriticalHeader,
    /// The payload or the signature is not canonical base64url without padding.
    Encoding,
    /// No configured secret has signed the token.
    Signature,
    /// A public-key algorithm, and `TRUSTED_ISSUERS` does not list this `iss`; `None` where it is absent or not a string.
    UnknownIssuer(Option<Shown>),
    /// This issuer's key set has no key of that `kid`, or, without `kid`, not exactly one key.
    UnknownKey(Shown),
    /// The chosen key of this issuer is for other algorithms.
    OtherAlgorithm(Shown),
    /// The chosen key of this issuer has not signed the token.
    IssuerSignature(Shown),
    /// `aud` does not name the audience that `TRUSTED_ISSUERS` requires.
    IssuerAudience,
    /// The signature is that of a refresh token.
    RefreshToken,
    /// The payload is not a JSON object, or has a claim twice.
    Payload,
    /// There is no `exp`.
    NoExpiry,
    /// This claim is not a number below 2^53.
    NotATime(&'static str),
    /// `exp` has passed.
    Expired,
    /// This claim is more than 60 s ahead.
    NotYet(&'static str),
    /// `iss` is not `JWT_ISSUER`; `None` where it is absent or not a string.
    Issuer(Option<Shown>),
    /// `aud` does not name `JWT_AUDIENCE`.
    Audience,
    /// There is no usable `sub`.
    Subject,
    /// `sub` begins with another issuer's prefix.
    ForeignSubject,
    /// `sid` is not an id of a session of this service.
    ForeignSession,
    /// The session has ended, or is another user's.
    SessionEnded,
}

impl TokenRejection {
    /// The same rejection for a trusted issuer, whose audience another setting requires.
    pub fn of_trusted_issuer(self) -> Self {
        match self {
            Self::Audience => Self::IssuerAudience,
            other => other,
        }
    }

    /// Whether the log names the reason. A request without a single Bearer token presents none to reject, and its response
    /// already says what is wrong with the header.
    pub fn is_logged(&self) -> bool {
        !matches!(self, Self::HeaderMissing | Self::HeaderFormat)
    }
}

impl From<&TokenRejection> for TokenError {
    fn from(rejection: &TokenRejection) -> Self {
        use TokenRejection::{
            Algorithm, Audience, CriticalHeader, Encoding, Encrypted, Expired, ForeignSession, ForeignSubject, Header,
            HeaderFormat, HeaderMissing, Issuer, IssuerAudience, IssuerSignature, NoExpiry, NotATime, NotText,
            NotThreeParts, NotYet, Opaque, OtherAlgorithm, Payload, RefreshToken, SessionEnded, Signature, Subject,
            UnknownIssuer, UnknownKey,
        };
        match rejection {
            HeaderMissing => Self::HeaderMissing,
            HeaderFormat => Self::HeaderFormat,
            NotText | Opaque | Encrypted | NotThreeParts | Header | Algorithm(_) | CriticalHeader | Encoding
            | Signature | UnknownIssuer(_) | UnknownKey(_) | OtherAlgorithm(_) | IssuerSignature(_)
            | IssuerAudience | RefreshToken | Payload | NoExpiry | NotATime(_) | NotYet(_) | Issuer(_) | Audience
            | ForeignSubject => Self::Invalid,
            Expired => Self::Expired,
            Subject => Self::MissingSubject,
            ForeignSession | SessionEnded => Self::Revoked,
        }
    }
}

impl From<TokenRejection> for TokenError {
    fn from(rejection: TokenRejection) -> Self {
        Self::from(&rejection)
    }
}

impl fmt::Display for TokenRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Algorithm(Shown(algorithm)) => return write!(f, "algorithm {algorithm} is not accepted: {}", cure(algorithm)),
            Self::NotATime(claim) => return write!(f, "{claim} is not a number of seconds below 2^53"),
            Self::NotYet(claim) => {
                return write!(f, "{claim} is more than 60 seconds ahead: set the issuer's clock");
            }
            Self::Issuer(Some(Shown(issuer))) => return write!(f, "iss is {issuer}, not what JWT_ISSUER requires"),
            Self::UnknownIssuer(Some(Shown(issuer))) => return write!(f, "iss is {issuer}, which TRUSTED_ISSUERS does not list"),
            Self::UnknownKey(Shown(issuer)) => return write!(f, "kid names no usable key of {issuer}"),
            Self::OtherAlgorithm(Shown(issuer)) => return write!(f, "alg is not that of the key of {issuer}"),
            Self::IssuerSignature(Shown(issuer)) => return write!(f, "the key of {issuer} has not signed it"),
            Self::HeaderMissing | Self::HeaderFormat => return TokenError::from(self).fmt(f),
            Self::NotText => "not a text of at most 131072 characters: pass the token, or the Authorization header, as it came",
            Self::Opaque => {
                "no dots, so it is not a JWT: an opaque session token means something to its issuer alone, request a JWT there"
            }
            Self::Encrypted => {
                "five parts, so it is an encrypted JWE, as Auth.js's session cookie is: have its issuer sign a JWT instead"
            }
            Self::NotThreeParts => "not three parts separated by dots, so it is not a JWT: request a JWT from its issuer",
            Self::Header => "the header is not a JSON object with alg in base64url",
            Self::CriticalHeader => "the header has crit, and no extension is supported",
            Self::Encoding => "not canonical base64url without padding",
            Self::Signature => {
                "no configured secret has signed it: compare JWT_SECRET, or BETTER_AUTH_SECRET for a Better Auth frontend, \
                 and their _PREVIOUS with the issuer's secret"
            }
            Self::UnknownIssuer(None) => "no iss, and TRUSTED_ISSUERS requires one of every algorithm but HS256",
            Self::IssuerAudience => "aud does not name what its issuer's entry in TRUSTED_ISSUERS requires",
            Self::RefreshToken => "a refresh token is not an access token: send it to /api/auth/refresh",
            Self::Payload => "the claims are not a JSON object, or one of them occurs twice",
            Self::NoExpiry => "no exp: a token that never expires is not accepted",
            Self::Expired => "expired: the client must refresh it or sign in again",
            Self::Issuer(None) => "no iss, and JWT_ISSUER requires one",
            Self::Audience => "aud does not name what JWT_AUDIENCE requires",
            Self::Subject => "no sub of 1 to 255 bytes",
            Self::ForeignSubject => {
                "sub begins with the prefix of another issuer: BETTER_AUTH_SUBJECT_PREFIX, or subject_prefix in TRUSTED_ISSUERS"
            }
            Self::ForeignSession => {
                "sid is not a session of this service: an issuer with a sid of its own belongs under BETTER_AUTH_SECRET"
            }
            Self::SessionEnded => "the session has ended, or is not one of this user's",
        })
    }
}

/// What to do about an algorithm that is not accepted.
fn cure(algorithm: &str) -> &'static str {
    match algorithm {
        "HS384" | "HS512" => "sign with HS256",
        "none" => "unsigned tokens prove nothing",
        _ => "see TRUSTED_ISSUERS",
    }
}

#[cfg(test)]
mod tests;
