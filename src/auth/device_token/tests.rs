//! Device tokens: which are good, and for whom.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::{
    auth::{keys::Secret, link_token::for_email_verification},
    domain::ids::SessionId,
};

const NOW: Timestamp = Timestamp::from_milliseconds(1_795_206_300_123);

fn secret(byte: u8) -> Secret {
    Secret::new(&[byte; 32]).unwrap()
}

fn keys() -> Keyring {
    Keyring::new(secret(1), None, None)
}

fn user(id: &str) -> UserId {
    UserId::from_row(id.to_owned()).unwrap()
}

const NEVER: Timestamp = Timestamp::from_milliseconds(0);

fn device(voided_until: Timestamp) -> Device {
    let id = DeviceId::of_first(SessionId::new(NOW, &[7; 10]));
    Device { id, voided_until }
}

fn token() -> String {
    issue_device_token(&user("ada"), "ada@example.com", device(NEVER), &keys(), NOW).unwrap()
}

#[test]
fn names_the_device_of_its_user_alone() {
    let verified = VerifiedDevice::verify(&token(), &keys(), NOW).unwrap();
    assert_eq!(verified.of(&user("ada"), NEVER), Some(device(NEVER)));
    assert_eq!(verified.of(&user("bob"), NEVER), None);
}

#[test]
fn claims_the_account_that_it_was_issued_for() {
    let pseudonym = keys().account_pseudonym("ada@example.com");
    let reset = NOW.minus_milliseconds(1);
    let token = issue_device_token(&user("ada"), "ada@example.com", device(reset), &keys(), NOW).unwrap();
    let verified = VerifiedDevice::verify(&token, &keys(), NOW).unwrap();
    assert_eq!(verified.claimed_for(&pseudonym), Some(device(reset)));
    assert_eq!(verified.claimed_for(&keys().account_pseudonym("bob@example.com")), None);
}

#[test]
fn is_void_if_a_reset_followed_the_first_session() {
    let verified = VerifiedDevice::verify(&token(), &keys(), NOW.plus_seconds(5)).unwrap();
    let before = NOW.minus_milliseconds(1);
    assert_eq!(verified.of(&user("ada"), before), Some(device(before)));
    assert_eq!(verified.of(&user("ada"), NOW), None);
    assert_eq!(verified.of(&user("ada"), NOW.plus_seconds(1)), None);
}

#[test]
fn expires_after_a_year() {
    let year = 365 * 86_400;
    assert!(VerifiedDevice::verify(&token(), &keys(), NOW.plus_seconds(year - 1)).is_some());
    assert!(VerifiedDevice::verify(&token(), &keys(), NOW.plus_seconds(year)).is_none());
}

#[test]
fn is_verified_by_the_previous_secret_too_and_by_no_other_key() {
    let rotated = Keyring::new(secret(2), Some(secret(1)), None);
    assert!(VerifiedDevice::verify(&token(), &rotated, NOW).is_some());
    let others = Keyring::new(secret(2), Some(secret(3)), Some(secret(1)));
    assert!(VerifiedDevice::verify(&token(), &others, NOW).is_none());
}

#[test]
fn is_no_token_of_another_purpose() {
    let link = for_email_verification(&user("ada"), "ada@example.com", None, &keys(), NOW).unwrap();
    assert!(VerifiedDevice::verify(&link, &keys(), NOW).is_none());
    let claims = DeviceClaims {
        sub: "ada",
        account: &keys().account_pseudonym("ada@example.com"),
        since: 0,
        device: device(NEVER).id.to_string(),
        exp: NOW.seconds() + 60,
    };
    for key in [&keys().current.access_token, &keys().current.refresh_token] {
        let forged = issue(&claims, key).unwrap();
        assert!(VerifiedDevice::verify(&forged, &keys(), NOW).is_none());
    }
    for other in ["", ".", "..", "nonsense"] {
        assert!(VerifiedDevice::verify(other, &keys(), NOW).is_none());
    }
}
