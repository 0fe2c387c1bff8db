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
    /// The pseudonym of the account's address, and when its password was last reset, in milliseconds: under which count an
    /// attempt is made is known before the account is.
    account: &'a str,
    since: u64,
    device: String,
    exp: u64,
}

/// A device on which a user has signed in, and until when the user's device tokens were voided then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The device.
    pub id: DeviceId,
    /// When the password was last reset.
    pub voided_until: Timestamp,
}

/// Issues the token of the device of a user with this address, good for a year from now.
///
/// # Errors
/// Where the claims cannot be serialized to JSON.
pub fn issue_device_token(
    user: &UserId,
    email: &str,
    device: Device,
    keys: &Keyring,
    now: Timestamp,
) -> Result<String, serde_json::Error> {
    let claims = DeviceClaims {
        sub: user.as_str(),
        account: &keys.account_pseudonym(email),
        since: device.voided_until.milliseconds(),
        device: device.id.to_string(),
        exp: now.seconds() + LIFETIME_SECONDS,
    };
    issue(&claims, &keys.current.device_token_key())
}

/// A device token whose signature and expiry are verified. Whose it is, is not: see [`VerifiedDevice::of`].
pub struct VerifiedDevice {
    user_id: String,
    account: Option<String>,
    device: Device,
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
            account: claims.text("account"),
            device: Device {
                id: DeviceId::parse(&claims.text("device")?)?,
                voided_until: Timestamp::from_milliseconds(claims.number("since").unwrap_or(0)),
            },
        };
        (claims.number("exp")? > now.seconds()).then_some(verified)
    }

    /// The device, if the token was issued for the account of this pseudonym. Whether it is still good, only the account tells.
    pub fn claimed_for(&self, account_pseudonym: &str) -> Option<Device> {
        (self.account.as_deref() == Some(account_pseudonym)).then_some(self.device)
    }

    /// The device, if it is this user's, and its first session was opened after the last password reset, which voided all
    /// tokens until then. The moment of the first session decides for every token of the device: after a reset, a sign-in makes
    /// the device a new one.
    pub fn of(&self, user: &UserId, voided_until: Timestamp) -> Option<Device> {
        let id = self.device.id;
        (self.user_id == user.as_str() && id.created_at() > voided_until).then_some(Device { id, voided_until })
    }
}

#[cfg(test)]
mod tests;
