//! The door: from an `Authorization` header to an [`AuthUser`], without whom no handler reaches anybody's rows.

use super::{
    claims::{Claims, ExpectedClaims, Expiry, ProfileClaims},
    jws::UntrustedToken,
    keys::Keyring,
    token_error::TokenError,
};
use crate::{
    domain::ids::{SessionId, UserId},
    platform::clock::Timestamp,
};

/// A caller whose token is good. Only [`authenticate`] makes one.
#[derive(Debug)]
pub struct AuthUser {
    id: UserId,
    session: Option<SessionId>,
    expiry: Expiry,
    profile: ProfileClaims,
}

impl AuthUser {
    /// The token's subject.
    pub fn id(&self) -> &UserId {
        &self.id
    }

    /// The session that must still live for the token to be good: the store looks at it in the same round trip as the
    /// query. `None` for another issuer's token, which is good on its signature and claims alone.
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// When the token expires, for whoever has waited since it was verified.
    pub fn expiry(&self) -> Expiry {
        self.expiry
    }

    /// What the token says of its user: to be believed where there is no session, and so no row of ours to ask.
    pub fn profile(&self) -> &ProfileClaims {
        &self.profile
    }
}

/// Verifies the token of an `Authorization` header (RFC 6750, section 2.1), up to the session.
///
/// # Errors
/// The first check that fails, as [`TokenError`].
pub fn authenticate(
    authorization: Option<&str>,
    keys: &Keyring,
    expected: &ExpectedClaims,
    now: Timestamp,
) -> Result<AuthUser, TokenError> {
    let token = bearer_token(authorization)?;
    let untrusted = UntrustedToken::parse(token)?;
    let is_ours = keys.own().any(|own| untrusted.is_signed_by(&own.access_token));
    let is_known = is_ours || keys.better_auth.as_ref().is_some_and(|key| untrusted.is_signed_by(key));
    if !is_known {
        return Err(TokenError::Invalid);
    }
    let mut claims = Claims::parse(&untrusted.payload()?)?;
    let (id, expiry) = claims.check(expected, now)?;
    let session = match &claims.sid {
        Some(sid) if is_ours => Some(sid.as_str().and_then(SessionId::parse).ok_or(TokenError::Revoked)?),
        _ => None,
    };
    Ok(AuthUser {
        id,
        session,
        expiry,
        profile: claims.into_profile(),
    })
}

/// The token of `Bearer <token>`, the scheme in any case. Several headers arrive joined by a comma and a space.
fn bearer_token(authorization: Option<&str>) -> Result<&str, TokenError> {
    let header = authorization
        .filter(|header| !header.is_empty())
        .ok_or(TokenError::HeaderMissing)?;
    let (scheme, token) = header.split_once(' ').ok_or(TokenError::HeaderFormat)?;
    let token = token.trim_matches(' ');
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.contains([' ', ',']) {
        return Err(TokenError::HeaderFormat);
    }
    Ok(token)
}
