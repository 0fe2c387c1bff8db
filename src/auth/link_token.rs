//! Tokens in the links of emails. Nothing is stored for them: each is signed under a key of its purpose and bound to what it
//! changes, so that it is void once that has changed.

use super::{
    jws::{UntrustedToken, issue},
    keys::{Keyring, LinkPurpose, mac, verify_mac},
};
use crate::{
    domain::{ids::UserId, json::JsonObject},
    platform::clock::Timestamp,
};
use base64ct::{Base64UrlUnpadded, Encoding};
use jwt_compact::alg::Hs256Key;
use serde::Serialize;

/// Separates the texts of a binding. No address and no hash contains it.
const SEPARATOR: u8 = 0;

/// What a link changes, and until when it may.
#[derive(Debug, Serialize)]
pub struct LinkToken {
    /// The user.
    #[serde(rename = "sub")]
    pub user_id: String,
    /// The new address of a change of address, or the address that is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The sign-up that is verified, where the account awaits one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signup: Option<String>,
    /// A MAC of the values that the link is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<String>,
    #[serde(rename = "exp")]
    expires_at: u64,
}

/// The present values that a link is bound to: it is void once one of them has changed.
#[derive(Clone, Copy)]
pub struct Bound<'a> {
    /// The account's address.
    pub email: &'a str,
    /// The account's PHC string.
    pub password_hash: &'a str,
}

impl Bound<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.email.as_bytes().to_vec();
        bytes.push(SEPARATOR);
        bytes.extend_from_slice(self.password_hash.as_bytes());
        bytes
    }
}

impl LinkPurpose {
    const fn lifetime_seconds(self) -> u64 {
        match self {
            Self::PasswordReset => 30 * 60,
            Self::EmailVerification => 24 * 60 * 60,
            Self::EmailChange => 60 * 60,
        }
    }
}

/// Issues the token of a link that sets a new password.
///
/// # Errors
/// Where the claims cannot be serialized to JSON.
pub fn for_password_reset(
    user: &UserId,
    bound: Bound<'_>,
    keys: &Keyring,
    now: Timestamp,
) -> Result<String, serde_json::Error> {
    sign(LinkPurpose::PasswordReset, user, (None, None), Some(bound), keys, now)
}

/// Issues the token of a link that verifies the address, and with it the sign-up that the account awaits, if it does.
///
/// # Errors
/// Where the claims cannot be serialized to JSON.
pub fn for_email_verification(
    user: &UserId,
    email: &str,
    signup: Option<&str>,
    keys: &Keyring,
    now: Timestamp,
) -> Result<String, serde_json::Error> {
    sign(
        LinkPurpose::EmailVerification,
        user,
        (Some(email), signup),
        None,
        keys,
        now,
    )
}

/// Issues the token of a link that changes the account's address to this one.
///
/// # Errors
/// Where the claims cannot be serialized to JSON.
pub fn for_email_change(
    user: &UserId,
    new_email: &str,
    bound: Bound<'_>,
    keys: &Keyring,
    now: Timestamp,
) -> Result<String, serde_json::Error> {
    sign(
        LinkPurpose::EmailChange,
        user,
        (Some(new_email), None),
        Some(bound),
        keys,
        now,
    )
}

fn sign(
    purpose: LinkPurpose,
    user: &UserId,
    (email, signup): (Option<&str>, Option<&str>),
    bound: Option<Bound<'_>>,
    keys: &Keyring,
    now: Timestamp,
) -> Result<String, serde_json::Error> {
    let key = keys.current.link_key(purpose);
    let token = LinkToken {
        user_id: user.as_str().to_owned(),
        email: email.map(str::to_owned),
        signup: signup.map(str::to_owned),
        bound: bound.map(|bound| Base64UrlUnpadded::encode_string(&mac(&key, &bound.bytes()))),
        expires_at: now.seconds() + purpose.lifetime_seconds(),
    };
    issue(&token, &key)
}

/// A link whose signature and expiry are verified. What it is bound to is not: see [`VerifiedLink::is_bound_to`].
pub struct VerifiedLink {
    /// What it changes.
    pub token: LinkToken,
    key: Hs256Key,
}

impl VerifiedLink {
    /// Verifies the token of a link for this purpose; `None` for any other text, and once it has expired.
    pub fn verify(token: &str, purpose: LinkPurpose, keys: &Keyring, now: Timestamp) -> Option<Self> {
        let untrusted = UntrustedToken::parse(token).ok()?;
        let key = keys
            .own()
            .map(|own| own.link_key(purpose))
            .find(|key| untrusted.is_signed_by(key))?;
        let payload = untrusted.payload().ok()?;
        let claims = JsonObject::parse(std::str::from_utf8(&payload).ok()?).ok()?;
        let token = LinkToken {
            user_id: claims.text("sub")?,
            email: claims.text("email"),
            signup: claims.text("signup"),
            bound: claims.text("bound"),
            expires_at: claims.number("exp")?,
        };
        (token.expires_at > now.seconds()).then_some(Self { token, key })
    }

    /// Whether the present values are those for which the link was issued; compares in constant time.
    pub fn is_bound_to(&self, present: Bound<'_>) -> bool {
        let claimed = self.token.bound.as_deref().map(Base64UrlUnpadded::decode_vec);
        matches!(claimed, Some(Ok(claimed)) if verify_mac(&self.key, &present.bytes(), &claimed))
    }
}

#[cfg(test)]
mod tests;
