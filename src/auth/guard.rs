//! Bearer authentication: verifies the `Authorization` header and returns an [`AuthUser`], which every per-user query
//! requires.

use super::{
    claims::{Claims, ExpectedClaims, Expiry, NotBefore, ProfileClaims},
    issuer::{Issuers, Signer},
    issuer_token::IssuerToken,
    jws::{ParsedToken, UntrustedToken},
    keys::Keyring,
    token_rejection::{Shown, TokenRejection},
    trusted_issuer::{IssuerError, TrustedIssuer},
    verified_tokens::VerifiedTokens,
};
use crate::{
    domain::ids::{SessionId, UserId},
    platform::clock::Timestamp,
};
use std::rc::Rc;

/// A caller with a verified token. Only a [`Verifier`] constructs it.
#[derive(Debug)]
pub struct AuthUser {
    id: UserId,
    not_before: NotBefore,
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

    /// Whether the token is valid at this moment, as far as its own times say.
    pub(super) fn is_valid_at(&self, now: Timestamp) -> bool {
        self.not_before.is_reached(now) && self.expiry.check(now).is_ok()
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

/// What tokens are verified against.
#[derive(Clone, Copy)]
pub struct Verifier<'a> {
    /// The secrets.
    pub keys: &'a Keyring,
    /// What tokens under a secret must claim.
    pub expected: &'a ExpectedClaims,
    /// The other issuers.
    pub issuers: &'a Issuers,
    /// The tokens that were accepted before, with these keys, claims and issuers.
    pub verified: &'a VerifiedTokens<AuthUser>,
    /// The time of the request.
    pub now: Timestamp,
    /// Returns the current time: a trusted issuer's keys may have to be fetched, which takes seconds.
    pub clock: fn() -> Timestamp,
}

impl<'a> Verifier<'a> {
    /// Verifies the token of an `Authorization` header (RFC 6750, section 2.1): everything except whether its session is
    /// active, which needs the database. Waits only for a trusted issuer's token.
    ///
    /// # Errors
    /// The first check that fails, as [`IssuerError`].
    pub async fn authenticate(self, authorization: Option<&str>) -> Result<Rc<AuthUser>, IssuerError> {
        self.verify(bearer_token(authorization)?).await
    }

    /// Verifies a token in the same way.
    ///
    /// # Errors
    /// The first check that fails, as [`IssuerError`].
    pub async fn verify(self, token: &str) -> Result<Rc<AuthUser>, IssuerError> {
        if let Some(user) = self.verified.find(token, |user| user.is_valid_at(self.now)) {
            return Ok(user);
        }
        let (user, keys) = match ParsedToken::parse(token)? {
            ParsedToken::Secret(token) => {
                let signer = signer_of(&token, self.keys)?;
                let claims = Claims::parse(&token.payload()?)?;
                (self.user(signer, self.expected, claims, self.now)?, None)
            }
            ParsedToken::PublicKey(token) => {
                let issuer = self.trusted_issuer(&token)?;
                let (claims, keys) = issuer.verify(&token).await?;
                let user = self.user(Signer::Trusted(issuer), &issuer.expected, claims, (self.clock)());
                (user.map_err(TokenRejection::of_trusted_issuer)?, Some(keys))
            }
        };
        let user = Rc::new(user);
        self.verified.remember(token, &user, keys);
        Ok(user)
    }

    /// Finds the issuer that the token claims.
    fn trusted_issuer(self, token: &IssuerToken<'_>) -> Result<&'a TrustedIssuer, TokenRejection> {
        if self.issuers.trusted.is_empty() {
            return Err(token.algorithm().rejection());
        }
        let claimed = token.claimed_issuer();
        let is_claimed = |issuer: &&TrustedIssuer| claimed.as_deref() == Some(issuer.name());
        let issuer = self.issuers.trusted.iter().find(is_claimed);
        issuer.ok_or_else(|| TokenRejection::UnknownIssuer(claimed.as_deref().map(Shown::new)))
    }

    /// Checks the claims that the signer has signed.
    fn user(
        self,
        signer: Signer<'_>,
        expected: &ExpectedClaims,
        mut claims: Claims,
        now: Timestamp,
    ) -> Result<AuthUser, TokenRejection> {
        let (subject, expiry) = claims.check(expected, now)?;
        let id = self.issuers.user_id(signer, subject);
        let id = id.ok_or(TokenRejection::ForeignSubject)?;
        let session = match &claims.sid {
            Some(sid) if matches!(signer, Signer::Own) => {
                let session = sid.as_deref().and_then(SessionId::parse);
                Some(session.ok_or(TokenRejection::ForeignSession)?)
            }
            _ => None,
        };
        Ok(AuthUser {
            id,
            not_before: claims.not_before(),
            expiry,
            session,
            claims: claims.into_profile(|claim| self.issuers.role(signer, claim)),
        })
    }
}

/// Finds the secret that has signed the token.
fn signer_of(token: &UntrustedToken<'_>, keys: &Keyring) -> Result<Signer<'static>, TokenRejection> {
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

#[cfg(test)]
impl Verifier<'_> {
    /// Verifies a header and polls once, since a token that no trusted issuer has signed must not wait.
    pub fn authenticate_at_once(self, header: &str) -> Result<Rc<AuthUser>, TokenRejection> {
        use std::{
            pin::pin,
            task::{Context, Poll, Waker},
        };
        match pin!(self.authenticate(Some(header))).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(user)) => Ok(user),
            Poll::Ready(Err(IssuerError::Rejected(rejection))) => Err(rejection),
            Poll::Ready(Err(_)) | Poll::Pending => unreachable!("only a trusted issuer's token waits for keys"),
        }
    }
}
