//! Tokens that only a trusted issuer's private key can have signed. Nothing of one can be read but the issuer that it claims:
//! its other claims come from `TrustedIssuer::verify` alone.

use super::token_rejection::{Shown, TokenRejection};
use crate::domain::json::JsonObject;

/// A signature algorithm with a public key, by its name in the header (RFC 7518, RFC 8037, RFC 9864).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKeyAlgorithm(&'static str);

const ALGORITHMS: [&str; 5] = ["EdDSA", "Ed25519", "ES256", "RS256", "PS256"];

impl PublicKeyAlgorithm {
    /// Parses `alg`; `None` for one that is not accepted.
    pub fn parse(alg: &str) -> Option<Self> {
        ALGORITHMS.into_iter().find(|known| *known == alg).map(Self)
    }

    /// The name in the header.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// Why a token with it is rejected where no issuer is trusted.
    pub fn rejection(self) -> TokenRejection {
        TokenRejection::Algorithm(Shown::new(self.0))
    }
}

/// A well-formed token with a public-key algorithm, whose signature is not verified yet.
pub struct IssuerToken<'a> {
    algorithm: PublicKeyAlgorithm,
    key_id: Option<String>,
    signed: &'a [u8],
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> IssuerToken<'a> {
    /// Puts the decoded parts together.
    ///
    /// # Errors
    /// [`TokenRejection::Header`] where `kid` is not a string.
    pub(super) fn new(
        algorithm: PublicKeyAlgorithm,
        header: &[u8],
        signed: &'a [u8],
        payload: Vec<u8>,
        signature: Vec<u8>,
    ) -> Result<Self, TokenRejection> {
        let header = parse_object(header).ok_or(TokenRejection::Header)?;
        let key_id = match header.get("kid") {
            None => None,
            Some(key_id) => Some(key_id.text().ok_or(TokenRejection::Header)?),
        };
        Ok(Self {
            algorithm,
            key_id,
            signed,
            payload,
            signature,
        })
    }

    /// The algorithm of the header.
    pub fn algorithm(&self) -> PublicKeyAlgorithm {
        self.algorithm
    }

    /// The key that the header chooses among its issuer's.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The `iss` that the token claims, which chooses the issuer whose keys may verify it; `None` where it is absent or not a
    /// string.
    pub fn claimed_issuer(&self) -> Option<String> {
        parse_object(&self.payload)?.get("iss")?.text()
    }

    /// What is signed, and the signature.
    pub(super) fn signed_and_signature(&self) -> (&[u8], &[u8]) {
        (self.signed, &self.signature)
    }

    /// The payload, of which nothing is verified.
    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }
}

fn parse_object(json: &[u8]) -> Option<JsonObject<'_>> {
    JsonObject::parse(std::str::from_utf8(json).ok()?).ok()
}
