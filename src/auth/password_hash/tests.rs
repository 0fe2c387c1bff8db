//! Proves that every sign-in computes exactly one hash, and that only supported Argon2id strings are accepted as hashes.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use argon2::{Argon2, PasswordHasher};

fn params(memory: u32, iterations: u32) -> Params {
    Params::new(memory, iterations, 1, None).unwrap()
}

fn password(text: &str) -> Password {
    Password::parse_attempt(text).unwrap()
}

/// Verifies a password; returns the result and the number of hashes that were computed.
fn verify_counted(text: &str, stored: Option<&str>, params: &Params) -> (PasswordCheck, u32) {
    let before = COMPUTATIONS.get();
    let check = verify(&password(text), stored, params).unwrap();
    (check, COMPUTATIONS.get() - before)
}

#[test]
fn computes_exactly_one_hash_for_every_sign_in() {
    let configured = params(64, 2);
    let stored = hash(&password("right"), &[1; 16], &configured).unwrap();
    assert_eq!(
        verify_counted("right", Some(&stored), &configured),
        (PasswordCheck::Match, 1)
    );
    assert_eq!(
        verify_counted("wrong", Some(&stored), &configured),
        (PasswordCheck::Mismatch, 1)
    );
    assert_eq!(verify_counted("right", None, &configured), (PasswordCheck::Mismatch, 1));
}

#[test]
fn reports_a_hash_with_other_parameters_as_needing_a_rehash() {
    let stored = hash(&password("right"), &[1; 16], &params(64, 1)).unwrap();
    for configured in [params(64, 2), params(65, 1)] {
        let expected = (PasswordCheck::NeedsRehash, 1);
        assert_eq!(verify_counted("right", Some(&stored), &configured), expected);
        let expected = (PasswordCheck::Mismatch, 1);
        assert_eq!(verify_counted("wrong", Some(&stored), &configured), expected);
    }
}

#[test]
fn hashes_to_a_phc_string_with_the_given_salt() {
    let stored = hash(&password("right"), &[1; 16], &params(64, 2)).unwrap();
    let prefix = "$argon2id$v=19$m=64,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$";
    assert!(stored.starts_with(prefix), "{stored}");
    let other_salt = hash(&password("right"), &[2; 16], &params(64, 2)).unwrap();
    assert_ne!(stored, other_salt);
}

#[test]
fn reports_a_malformed_stored_string_as_unreadable_after_one_hash() {
    for stored in [
        "",
        "$argon2id$",
        "$argon2id$v=19$m=64,t=2,p=1",
        "$argon2id$v=19$m=64,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ",
        "$2x$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    ] {
        let expected = (PasswordCheck::Unreadable, 1);
        assert_eq!(
            verify_counted("right", Some(stored), &params(64, 2)),
            expected,
            "{stored}"
        );
    }
}

/// The crate `argon2` computes each hash from the right password, so only the kind of hash can make it unreadable.
#[test]
fn reports_an_unsupported_kind_of_hash_as_unreadable_after_one_hash() {
    let verify_with = |algorithm, version, lanes| {
        let stored_params = Params::new(64, 2, lanes, None).unwrap();
        let hasher = Argon2::new(algorithm, version, stored_params);
        let stored = hasher.hash_password_with_salt(b"right", &[1; 16]).unwrap().to_string();
        verify_counted("right", Some(&stored), &params(64, 2))
    };
    assert_eq!(
        verify_with(Algorithm::Argon2id, Version::V0x13, 1),
        (PasswordCheck::Match, 1)
    );
    assert_eq!(
        verify_with(Algorithm::Argon2id, Version::V0x13, 2),
        (PasswordCheck::NeedsRehash, 1)
    );
    let unreadable = (PasswordCheck::Unreadable, 1);
    assert_eq!(verify_with(Algorithm::Argon2id, Version::V0x10, 1), unreadable);
    assert_eq!(verify_with(Algorithm::Argon2i, Version::V0x13, 1), unreadable);
    assert_eq!(verify_with(Algorithm::Argon2d, Version::V0x13, 1), unreadable);
}

#[test]
fn reports_a_hash_beyond_the_maximums_as_unreadable_after_one_hash() {
    let verify_with = |memory, iterations| {
        let stored = hash(&password("right"), &[1; 16], &params(64, 2)).unwrap();
        let stored = stored.replace("m=64,t=2", &format!("m={memory},t={iterations}"));
        verify_counted("right", Some(&stored), &params(64, 2))
    };
    let unreadable = (PasswordCheck::Unreadable, 1);
    assert_eq!(verify_with(64, MAX_ITERATIONS + 1), unreadable);
    assert_eq!(verify_with(64, u32::MAX), unreadable);
    assert_eq!(verify_with(MAX_MEMORY_KIB + 1, 1), unreadable);
    // The tag is that of other parameters: at the maximum the hash is computed, and does not match.
    assert_eq!(verify_with(64, MAX_ITERATIONS), (PasswordCheck::Mismatch, 1));
}

#[test]
fn reports_an_imported_hash_as_needing_a_rehash_after_one_computation() {
    let stored = "$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC";
    let expected = (PasswordCheck::NeedsRehash, 1);
    assert_eq!(verify_counted("a", Some(stored), &params(64, 2)), expected);
    let expected = (PasswordCheck::Mismatch, 1);
    assert_eq!(verify_counted("b", Some(stored), &params(64, 2)), expected);
}
