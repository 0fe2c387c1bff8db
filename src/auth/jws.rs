//! The signature layer: parses JWS in compact form, and signs and verifies HS256 (RFC 7515, RFC 7518 section 3.2). A token with
//! another algorithm is an [`IssuerToken`], which has no function that verifies a MAC: HS256 never verifies under a public key.

use super::{
    issuer_token::{IssuerToken, PublicKeyAlgorithm},
    keys::{mac, verify_mac},
    token_rejection::{Shown, TokenRejection},
};
use base64ct::{Base64UrlUnpadded, Encoding};
use jwt_compact::alg::Hs256Key;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};

/// `{"alg":"HS256","typ":"JWT"}`: the header of every token that is issued here.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// The bytes are not JSON of the expected shape. The caller knows which part of the token they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct InvalidJson;

/// A well-formed token, by the kind of key that may have signed it.
pub enum ParsedToken<'a> {
    /// With HS256: only a configured secret.
    Secret(UntrustedToken<'a>),
    /// With any other accepted algorithm: only a trusted issuer's key.
    PublicKey(IssuerToken<'a>),
}

/// A well-formed HS256 token whose signature is not verified yet.
pub struct UntrustedToken<'a> {
    signed: &'a [u8],
    payload: &'a str,
    signature: Vec<u8>,
}

/// The header members that are checked. `jwk`, `jku`, `x5u` and `x5c` are ignored: a token never brings its key. `kid` chooses
/// only among a trusted issuer's keys.
#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default, deserialize_with = "deserialize_some")]
    crit: Option<IgnoredAny>,
}

/// Deserializes a member that is present, null included, as `Some`, which distinguishes null from an absent member.
///
/// # Errors
/// Where the member is not a `T`.
fn deserialize_some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(member: D) -> Result<Option<T>, D::Error> {
    T::deserialize(member).map(Some)
}

impl<'a> ParsedToken<'a> {
    /// Parses the compact form: three parts of canonical base64url without padding, an accepted `alg`, no `crit`.
    ///
    /// # Errors
    /// [`TokenRejection`] for everything else.
    pub fn parse(token: &'a str) -> Result<Self, TokenRejection> {
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenRejection::Opaque)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenRejection::NotThreeParts)?;
        match payload.matches('.').count() {
            0 => {}
            2 => return Err(TokenRejection::Encrypted),
            _ => return Err(TokenRejection::NotThreeParts),
        }
        let signed = signed.as_bytes();
        // Nearly every token has this exact header: skip parsing it.
        if header != HEADER {
            let header_json = decode(header).map_err(|_| TokenRejection::Header)?;
            let header: Header = from_json_object(&header_json).map_err(|_| TokenRejection::Header)?;
            let algorithm = PublicKeyAlgorithm::parse(&header.alg);
            if header.alg != "HS256" && algorithm.is_none() {
                return Err(TokenRejection::Algorithm(Shown::new(&header.alg)));
            }
            if header.crit.is_some() {
                return Err(TokenRejection::CriticalHeader);
            }
            if let Some(algorithm) = algorithm {
                let (payload, signature) = (decode(payload)?, decode(signature)?);
                let token = IssuerToken::new(algorithm, &header_json, signed, payload, signature)?;
                return Ok(Self::PublicKey(token));
            }
        }
        Ok(Self::Secret(UntrustedToken {
            signed,
            payload,
            signature: decode(signature)?,
        }))
    }
}

impl<'a> UntrustedToken<'a> {
    /// Parses a token that only a secret may have signed.
    ///
    /// # Errors
    /// [`TokenRejection`] for everything else, a token of a trusted issuer included.
    pub fn parse(token: &'a str) -> Result<Self, TokenRejection> {
        match ParsedToken::parse(token)? {
            ParsedToken::Secret(token) => Ok(token),
            ParsedToken::PublicKey(token) => Err(token.algorithm().rejection()),
        }
    }

    /// Whether this key has signed the token; compares in constant time.
    pub fn is_signed_by(&self, key: &Hs256Key) -> bool {
        verify_mac(key, self.signed, &self.signature)
    }

    /// Decodes the signed payload, which is a JSON object in every valid token.
    ///
    /// # Errors
    /// [`TokenRejection::Encoding`] where the payload is not canonical base64url.
    pub fn payload(&self) -> Result<Vec<u8>, TokenRejection> {
        decode(self.payload)
    }
}

/// Signs the claims: a JWT in compact form (RFC 7519).
///
/// # Errors
/// Where the claims cannot be serialized to JSON.
pub fn issue(claims: &impl Serialize, key: &Hs256Key) -> Result<String, serde_json::Error> {
    let mut token = format!(
        "{HEADER}.{}",
        Base64UrlUnpadded::encode_string(&serde_json::to_vec(claims)?)
    );
    let signature = mac(key, token.as_bytes());
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(&signature));
    Ok(token)
}

/// Parses a JSON object. Checks for the opening brace, since serde would also deserialize a struct from an array.
///
/// # Errors
/// [`InvalidJson`] where the bytes are not a JSON object of that shape, or a member of `T` occurs twice.
fn from_json_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, InvalidJson> {
    // serde_json skips unknown members without validating their UTF-8, so validate everything first.
    let text = std::str::from_utf8(bytes).map_err(|_| InvalidJson)?;
    if !text.trim_ascii_start().starts_with('{') {
        return Err(InvalidJson);
    }
    serde_json::from_str(text).map_err(|_| InvalidJson)
}

fn decode(part: &str) -> Result<Vec<u8>, TokenRejection> {
    Base64UrlUnpadded::decode_vec(part).map_err(|_| TokenRejection::Encoding)
}
