//! Bearer authentication: verifies the `Authorization` header and returns an [`AuthUser`], which every per-user query
//! requires.

use super::{
    claims::{Claims, ExpectedClaims, Expiry, ProfileClaims},
    issuer::{Issuers, Signer},
    jws::UntrustedToken,
    keys::Keyring,
    token_rejection::TokenRejection,
};
use crate::{
    domain::ids::{SessionId, UserId},
    platform::clock::Timestamp,
};

/// A caller with a verified token. Only [`verify`] constructs it.
#[derive(Debug)]
pub struct AuthUser {
    id: UserId,
    expiry: Expiry,
    session: Option<SessionId>,
    claims: ProfileClaims,
}

impl AuthUser {
    /// The token's subject, with its issuer's prefix.
    pub fn id(&self) -> &UserId {
        &self.id
    }

    /// The session that must still be active; the store checks it in the same round trip as the query. `None` for another
    /// issuer's token, which is valid by its signature and claims alone.
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// When the token expires; callers that awaited something since verification check it again.
    pub fn expiry(&self) -> Expiry {
        self.expiry
    }

    /// The user as another issuer's claims describe it; `None` where there is a session, whose user's row decides.
    pub fn profile(&self) -> Option<&ProfileClaims> {
        self.session.is_none().then_some(&self.claims)
    }

    /// The token's own description of the user and its issuer, which a session's row may contradict by now.
    pub fn claims(&self) -> &ProfileClaims {
        &self.claims
    }
}

/// Verifies the token of an `Authorization` header (RFC 6750, section 2.1): everything except whether its session is
/// active, which needs the database.
///
/// # Errors
/// The first check that fails, as [`TokenRejection`].
pub fn authenticate(
    authorization: Option<&str>,
    keys: &Keyring,
    expected: &ExpectedClaims,
    issuers: &Issuers,
    now: Timestamp,
) -> Result<AuthUser, TokenRejection> {
    verify(bearer_token(authorization)?, keys, expected, issuers, now)
}

/// Verifies a token without its header, as [`authenticate`] does.
///
/// # Errors
/// The first check that fails, as [`TokenRejection`].
pub fn verify(
    token: &str,
    keys: &Keyring,
    expected: &ExpectedClaims,
    issuers: &Issuers,
    now: Timestamp,
) -> Result<AuthUser, TokenRejection> {
    let untrusted = UntrustedToken::parse(token)?;
    let signer = signer_of(&untrusted, keys)?;
    let mut claims = Claims::parse(&untrusted.payload()?)?;
    let (subject, expiry) = claims.check(expected, now)?;
    let id = issuers.user_id(signer, subject).ok_or(TokenRejection::ForeignSubject)?;
    let session = match &claims.sid {
        Some(sid) if signer == Signer::Own => {
            let session = sid.as_deref().and_then(SessionId::parse);
            Some(session.ok_or(TokenRejection::ForeignSession)?)
        }
        _ => None,
    };
    Ok(AuthUser {
        id,
        expiry,
        session,
        claims: claims.into_profile(|claim| issuers.role(signer, claim)),
    })
}

/// Finds the secret that has signed the token.
fn signer_of(token: &UntrustedToken<'_>, keys: &Keyring) -> Result<Signer, TokenRejection> {
    if keys.own().any(|own| token.is_signed_by(&own.access_token)) {
        return Ok(Signer::Own);
    }
    if keys.better_auth.iter().any(|key| token.is_signed_by(key)) {
        return Ok(Signer::BetterAuth);
    }
    let is_refresh_token = keys.own().any(|own| token.is_signed_by(&own.refresh_token));
    Err(match is_refresh_token {
        true => TokenRejection::RefreshToken,
        false => TokenRejection::Signature,
    })
}

/// Extracts the token of `Bearer <token>`; the scheme is case-insensitive. The runtime joins repeated headers with a comma
/// and a space, so a token that contains either is rejected.
fn bearer_token(authorization: Option<&str>) -> Result<&str, TokenRejection> {
    let header = authorization
        .filter(|header| !header.is_empty())
        .ok_or(TokenRejection::HeaderMissing)?;
    let (scheme, token) = header.split_once(' ').ok_or(TokenRejection::HeaderFormat)?;
    let token = token.trim_matches(' ');
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.contains([' ', ',']) {
        return Err(TokenRejection::HeaderFormat);
    }
    Ok(token)
}
