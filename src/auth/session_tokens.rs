//! A session's two tokens: a short-lived access token, and a refresh token that rotates the session to its next generation.
//!
//! The refresh token carries session and generation; the database row holds only the generation. So nothing in the database
//! can be replayed as a token, and a refresh token of an older generation shows that it was copied.

use super::{
    claims::{Claims, ExpectedClaims},
    jws::{UntrustedToken, issue},
    keys::Keyring,
    token_error::TokenError,
};
use crate::{
    domain::ids::{IdRandomness, SessionId, SubjectPrefix, UserId},
    platform::clock::Timestamp,
};
use serde::Serialize;

/// Lifetimes of tokens and sessions, in seconds.
#[derive(Debug)]
pub struct Lifetimes {
    /// An access token's lifetime.
    pub access_token: u64,
    /// A refresh token's lifetime.
    pub refresh_token: u64,
    /// The whole session's lifetime, which rotation does not extend.
    pub session: u64,
}

/// A session as it is after its creation or rotation.
#[derive(Debug)]
pub struct Session {
    /// The user that the session belongs to.
    pub user_id: UserId,
    /// The session's id.
    pub id: SessionId,
    /// How often the session was rotated.
    pub generation: u32,
    /// When the session ends, whatever its rotations.
    pub expires_at: Timestamp,
}

impl Session {
    /// Creates a session at generation 0, with an id from the time and ten random bytes.
    pub fn new(user_id: UserId, lifetimes: &Lifetimes, now: Timestamp, randomness: &IdRandomness) -> Self {
        Self {
            user_id,
            id: SessionId::new(now, randomness),
            generation: 0,
            expires_at: now.plus_seconds(lifetimes.session),
        }
    }
}

/// The claims of an access token that describe its user, besides `sub`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The email address.
    pub email: String,
    /// `user` or `admin`.
    pub role: String,
}

/// Both tokens of a session. Has no Debug, which would print them.
pub struct TokenPair {
    /// A JWT for the `Authorization` header.
    pub access_token: String,
    /// A JWT for the refresh route.
    pub refresh_token: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
}

/// A verified refresh token: signed by this service and not expired.
#[derive(Debug)]
pub struct RefreshToken {
    /// The user that the session belongs to.
    pub user_id: UserId,
    /// The session's id.
    pub session_id: SessionId,
    /// The generation that the token rotates.
    pub generation: u32,
}

#[derive(Serialize)]
struct RegisteredClaims<'a> {
    sub: &'a str,
    sid: String,
    iat: u64,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
}

#[derive(Serialize)]
struct AccessClaims<'a> {
    #[serde(flatten)]
    registered: RegisteredClaims<'a>,
    email: &'a str,
    role: &'a str,
}

#[derive(Serialize)]
struct RefreshClaims<'a> {
    #[serde(flatten)]
    registered: RegisteredClaims<'a>,
    #[serde(rename = "gen")]
    generation: u32,
}

/// Issues both tokens of a session; neither expires later than the session.
///
/// # Errors
/// Where the claims cannot be serialized to JSON.
pub fn issue_tokens(
    session: &Session,
    profile: &Profile,
    (keys, expected, lifetimes): (&Keyring, &ExpectedClaims, &Lifetimes),
    now: Timestamp,
) -> Result<TokenPair, serde_json::Error> {
    let issued_at = now.seconds();
    let expires_in = |lifetime: u64| session.expires_at.seconds().saturating_sub(issued_at).min(lifetime);
    let registered = |lifetime: u64| RegisteredClaims {
        sub: session.user_id.as_str(),
        sid: session.id.to_string(),
        iat: issued_at,
        exp: issued_at + expires_in(lifetime),
        iss: expected.issuer.as_deref(),
        aud: expected.audience.as_deref(),
    };
    let access = AccessClaims {
        registered: registered(lifetimes.access_token),
        email: &profile.email,
        role: &profile.role,
    };
    let refresh = RefreshClaims {
        registered: registered(lifetimes.refresh_token),
        generation: session.generation,
    };
    Ok(TokenPair {
        access_token: issue(&access, &keys.current.access_token)?,
        refresh_token: issue(&refresh, &keys.current.refresh_token)?,
        expires_in: expires_in(lifetimes.access_token),
    })
}

/// Verifies a refresh token: the same checks of form, times, issuer and audience as for an access token, with the key for
/// refresh tokens.
///
/// # Errors
/// The first check that fails, as [`TokenError`].
pub fn verify_refresh_token(
    token: &str,
    keys: &Keyring,
    expected: &ExpectedClaims,
    now: Timestamp,
) -> Result<RefreshToken, TokenError> {
    let untrusted = UntrustedToken::parse(token)?;
    if !keys.own().any(|own| untrusted.is_signed_by(&own.refresh_token)) {
        return Err(TokenError::Invalid);
    }
    let mut claims = Claims::parse(&untrusted.payload()?)?;
    let (subject, _) = claims.check(expected, now)?;
    let session_id = claims.sid.flatten().as_deref().and_then(SessionId::parse);
    let generation = claims.generation.flatten();
    match (session_id, generation) {
        (Some(session_id), Some(generation)) => Ok(RefreshToken {
            user_id: UserId::from_subject(&SubjectPrefix::default(), subject),
            session_id,
            generation,
        }),
        _ => Err(TokenError::Invalid),
    }
}

#[cfg(test)]
mod tests;
