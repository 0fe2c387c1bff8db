//! One computation on every path of a sign-in, and nothing but Argon2id's own strings taken for hashes.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use argon2::{Argon2, PasswordHasher};

fn params(memory: u32, iterations: u32) -> Params {
    Params::new(memory, iterations, 1, None).unwrap()
}

fn password(text: &str) -> Password {
    Password::parse_attempt(text).unwrap()
}

/// The verdict, and how many hashes it took.
fn counted(text: &str, stored: Option<&str>, params: &Params) -> (PasswordCheck, u32) {
    let before = COMPUTATIONS.get();
    let verdict = verify(&password(text), stored, params).unwrap();
    (verdict, COMPUTATIONS.get() - before)
}

#[test]
fn every_sign_in_computes_exactly_one_hash() {
    let today = params(64, 2);
    let stored = hash(&password("right"), &[1; 16], &today).unwrap();
    assert_eq!(counted("right", Some(&stored), &today), (PasswordCheck::Match, 1));
    assert_eq!(counted("wrong", Some(&stored), &today), (PasswordCheck::Mismatch, 1));
    assert_eq!(counted("right", None, &today), (PasswordCheck::Mismatch, 1));
}

#[test]
fn a_hash_with_other_parameters_is_told_apart() {
    let stored = hash(&password("right"), &[1; 16], &params(64, 1)).unwrap();
    for today in [params(64, 2), params(65, 1)] {
        let verdict = (PasswordCheck::NeedsRehash, 1);
        assert_eq!(counted("right", Some(&stored), &today), verdict);
        let verdict = (PasswordCheck::Mismatch, 1);
        assert_eq!(counted("wrong", Some(&stored), &today), verdict);
    }
}

#[test]
fn a_hash_is_a_phc_string_with_its_salt() {
    let stored = hash(&password("right"), &[1; 16], &params(64, 2)).unwrap();
    let beginning = "$argon2id$v=19$m=64,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$";
    assert!(stored.starts_with(beginning), "{stored}");
    let other_salt = hash(&password("right"), &[2; 16], &params(64, 2)).unwrap();
    assert_ne!(stored, other_salt);
}

#[test]
fn a_stored_string_that_cannot_be_read_is_an_error_and_no_verdict() {
    for stored in [
        "",
        "$argon2id$",
        "$argon2id$v=19$m=64,t=2,p=1",
        "$argon2id$v=19$m=64,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ",
    ] {
        assert!(
            verify(&password("right"), Some(stored), &params(64, 2)).is_err(),
            "{stored}"
        );
    }
}

/// Each is the right password's, as the crate computed it.
#[test]
fn a_hash_of_another_kind_is_an_error_and_no_verdict() {
    let with = |algorithm, version, lanes| {
        let made_with = Params::new(64, 2, lanes, None).unwrap();
        let hasher = Argon2::new(algorithm, version, made_with);
        let stored = hasher.hash_password_with_salt(b"right", &[1; 16]).unwrap().to_string();
        verify(&password("right"), Some(&stored), &params(64, 2)).map_err(|error| error.0)
    };
    assert_eq!(with(Algorithm::Argon2id, Version::V0x13, 1), Ok(PasswordCheck::Match));
    let many_lanes = Err(Error::ParamInvalid { name: "p" });
    assert_eq!(with(Algorithm::Argon2id, Version::V0x13, 2), many_lanes);
    assert_eq!(with(Algorithm::Argon2id, Version::V0x10, 1), Err(Error::Version));
    assert_eq!(with(Algorithm::Argon2i, Version::V0x13, 1), Err(Error::Algorithm));
    assert_eq!(with(Algorithm::Argon2d, Version::V0x13, 1), Err(Error::Algorithm));
}
