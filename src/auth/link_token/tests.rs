//! Tests of the tokens in links: purpose, expiry, binding and rotation of the secret.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::{auth::keys::Secret, domain::home::Home};

const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);
const CURRENT: &str = "a secret of at least 32 bytes, for tests";
const OTHER: &str = "another secret of at least 32 bytes, too";
const ALL: [LinkPurpose; 3] = [
    LinkPurpose::PasswordReset,
    LinkPurpose::EmailVerification,
    LinkPurpose::EmailChange,
];
const BOUND: Bound<'_> = Bound {
    email: "ada@example.com",
    password_hash: "$argon2id$1",
};

fn keyring(current: &str, previous: Option<&str>) -> Keyring {
    let secret = |text: &str| Secret::new(text.as_bytes()).unwrap();
    Keyring::new(secret(current), previous.map(secret), None)
}

fn user() -> UserId {
    UserId::new(NOW, &[7; 10], Home::MAIN)
}

/// A token of each purpose, in the order of `ALL`.
fn tokens(keys: &Keyring) -> [String; 3] {
    [
        for_password_reset(&user(), BOUND, keys, NOW).unwrap(),
        for_email_verification(&user(), BOUND.email, Some("1"), keys, NOW).unwrap(),
        for_email_change(&user(), "new@example.com", BOUND, keys, NOW).unwrap(),
    ]
}

#[test]
fn a_link_of_one_purpose_verifies_for_no_other() {
    let keys = keyring(CURRENT, None);
    for (token, own) in tokens(&keys).iter().zip(ALL) {
        for purpose in ALL {
            let verified = VerifiedLink::verify(token, purpose, &keys, NOW);
            assert_eq!(verified.is_some(), purpose == own, "{purpose:?} {token}");
        }
    }
}

#[test]
fn a_link_expires() {
    let keys = keyring(CURRENT, None);
    for ((token, purpose), seconds) in tokens(&keys).iter().zip(ALL).zip([1_800, 86_400, 3_600]) {
        let is_valid = |now| VerifiedLink::verify(token, purpose, &keys, now).is_some();
        assert!(is_valid(NOW.plus_seconds(seconds - 1)), "{purpose:?}");
        assert!(!is_valid(NOW.plus_seconds(seconds)), "{purpose:?}");
    }
}

#[test]
fn a_link_survives_one_rotation_of_the_secret() {
    let old = keyring(CURRENT, None);
    for (token, purpose) in tokens(&old).iter().zip(ALL) {
        let rotated = VerifiedLink::verify(token, purpose, &keyring(OTHER, Some(CURRENT)), NOW).unwrap();
        assert_eq!(rotated.is_bound_to(BOUND), purpose != LinkPurpose::EmailVerification);
        assert!(VerifiedLink::verify(token, purpose, &keyring(OTHER, None), NOW).is_none());
    }
}

#[test]
fn a_link_is_bound_to_address_and_password() {
    let keys = keyring(CURRENT, None);
    let [reset, _, change] = tokens(&keys);
    for (token, purpose) in [(reset, LinkPurpose::PasswordReset), (change, LinkPurpose::EmailChange)] {
        let link = VerifiedLink::verify(&token, purpose, &keys, NOW).unwrap();
        assert!(link.is_bound_to(BOUND));
        for other in [
            Bound {
                email: "eve@example.com",
                ..BOUND
            },
            Bound {
                password_hash: "$argon2id$2",
                ..BOUND
            },
            Bound {
                email: "",
                password_hash: "",
            },
        ] {
            assert!(!link.is_bound_to(other));
        }
    }
}

#[test]
fn no_other_text_is_a_link() {
    let keys = keyring(CURRENT, None);
    let [reset, ..] = tokens(&keys);
    let altered = reset.replace('.', "A.");
    let access = issue(
        &serde_json::json!({"sub": "x", "exp": 9_999_999_999_u64}),
        &keys.current.access_token,
    )
    .unwrap();
    for text in ["", "a.b.c", altered.as_str(), access.as_str()] {
        assert!(
            VerifiedLink::verify(text, LinkPurpose::PasswordReset, &keys, NOW).is_none(),
            "{text}"
        );
    }
}
