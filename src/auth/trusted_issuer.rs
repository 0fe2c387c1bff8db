//! An issuer of `TRUSTED_ISSUERS`: verifies its tokens by its public keys, and knows what its claims must be and count for.

use super::{
    claims::{Claims, ExpectedClaims},
    issuer_token::IssuerToken,
    issuer_trust::IssuerTrust,
    token_rejection::{Shown, TokenRejection},
};
use crate::platform::key_set::{KeySet, KeySetOutcome, KeySetVersion};
use std::{cell::OnceCell, rc::Rc};

/// Why a token of a trusted issuer is not verified.
#[derive(Debug)]
pub enum IssuerError {
    /// The token is rejected.
    Rejected(TokenRejection),
    /// No key of the issuer is known, so that nothing can be said about the token.
    KeysUnavailable,
    /// JavaScript failed.
    Failed(String),
}

impl From<TokenRejection> for IssuerError {
    fn from(rejection: TokenRejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// An issuer of `TRUSTED_ISSUERS`.
#[derive(Debug)]
pub struct TrustedIssuer {
    /// Whom its subjects name, and whether its `role` claim counts.
    pub(super) issuer: IssuerTrust,
    /// Its `iss`, and its `aud` unless it sets none.
    pub(super) expected: ExpectedClaims,
    keys: String,
    key_set: OnceCell<Rc<KeySet>>,
}

impl TrustedIssuer {
    /// Creates an issuer; `keys` is the address of its key set, or the set itself in JSON.
    pub fn new(name: String, audience: Option<String>, keys: String, issuer: IssuerTrust) -> Self {
        Self {
            issuer,
            expected: ExpectedClaims {
                issuer: Some(name),
                audience,
            },
            keys,
            key_set: OnceCell::new(),
        }
    }

    /// Its `iss`.
    pub fn name(&self) -> &str {
        self.expected.issuer.as_deref().unwrap_or_default()
    }

    /// Verifies the signature of a token that claims this issuer, and returns its claims, which are not checked yet, and the keys.
    ///
    /// # Errors
    /// [`IssuerError`]
    pub(super) async fn verify(&self, token: &IssuerToken<'_>) -> Result<(Claims, KeySetVersion), IssuerError> {
        let key_set = self.key_set.get_or_init(|| Rc::new(KeySet::new(&self.keys)));
        let (signed, signature) = token.signed_and_signature();
        let key_id = token.key_id().map(str::to_owned);
        let algorithm = token.algorithm().name();
        let outcome = key_set.verify(algorithm, key_id, signed, signature).await;
        let shown = || Shown::new(self.name());
        match outcome.map_err(|error| IssuerError::Failed(format!("the keys of an issuer: {error:?}")))? {
            KeySetOutcome::Verified(keys) => Ok((Claims::parse(token.payload())?, keys)),
            KeySetOutcome::Mismatch => Err(TokenRejection::IssuerSignature(shown()).into()),
            KeySetOutcome::UnknownKey => Err(TokenRejection::UnknownKey(shown()).into()),
            KeySetOutcome::OtherAlgorithm => Err(TokenRejection::OtherAlgorithm(shown()).into()),
            KeySetOutcome::Unavailable => Err(IssuerError::KeysUnavailable),
        }
    }
}
