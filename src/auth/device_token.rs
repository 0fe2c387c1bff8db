//! Device tokens (OWASP's device cookies): name a device on which a user has signed in before, so that its sign-in attempts are
//! counted apart from those of strangers. They open nothing by themselves, and nothing is stored for them.

use super::{
    jws::{UntrustedToken, issue},
    keys::Keyring,
};
use crate::{
    domain::{
        ids::{DeviceId, UserId},
        json::JsonObject,
    },
    platform::clock::Timestamp,
};
use serde::Serialize;

const LIFETIME_SECONDS: u64 = 365 * 24 * 60 * 60;

#[derive(Serialize)]
struct DeviceClaims<'a> {
    sub: &'a str,
    device: String,
    exp: u64,
}

/// Issues the token of a user's device, good for a year from now.
///
/// # Errors
/// Where the claims cannot be serialized to JSON.
pub fn issue_device_token(
    user: &UserId,
    device: DeviceId,
    keys: &Keyring,
    now: Timestamp,
) -> Result<String, serde_json::Error> {
    let claims = DeviceClaims {
        sub: user.as_str(),
        device: device.to_string(),
        exp: now.seconds() + LIFETIME_SECONDS,
    };
    issue(&claims, &keys.current.device_token_key())
}

/// A device token whose signature and expiry are verified. Whose it is, is not: see [`VerifiedDevice::of`].
pub struct VerifiedDevice {
    user_id: String,
    device: DeviceId,
}

impl VerifiedDevice {
    /// Verifies a device token; `None` for any other text, and once it has expired.
    pub fn verify(token: &str, keys: &Keyring, now: Timestamp) -> Option<Self> {
        let untrusted = UntrustedToken::parse(token).ok()?;
        if !keys.own().any(|own| untrusted.is_signed_by(&own.device_token_key())) {
            return None;
        }
        let payload = untrusted.payload().ok()?;
        let claims = JsonObject::parse(std::str::from_utf8(&payload).ok()?).ok()?;
        let verified = Self {
            user_id: claims.text("sub")?,
            device: DeviceId::parse(&claims.text("device")?)?,
        };
        (claims.number("exp")? > now.seconds()).then_some(verified)
    }

    /// The device, if it is this user's, and its first session was opened after the last password reset, which voided all
    /// tokens until then. The moment of the first session decides for every token of the device: after a reset, a sign-in makes
    /// the device a new one.
    pub fn of(&self, user: &UserId, voided_until: Timestamp) -> Option<DeviceId> {
        (self.user_id == user.as_str() && self.device.created_at() > voided_until).then_some(self.device)
    }
}

#[cfg(test)]
mod tests;
