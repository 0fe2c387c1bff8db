//! Tests which tokens are remembered, and when a remembered one is not found.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::{
    auth::{
        claims::ExpectedClaims,
        guard::{AuthUser, Verifier},
        issuer::Issuers,
        jws::issue,
        keys::{Keyring, Secret},
    },
    platform::clock::Timestamp,
};
use serde_json::{Value, json};

const NOW: u64 = 1_800_000_000;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_milliseconds(seconds * 1_000)
}

fn keys() -> Keyring {
    Keyring::new(Secret::new(&[b'a'; 32]).unwrap(), None, None)
}

fn token(claims: &Value) -> String {
    issue(claims, &keys().current.access_token).unwrap()
}

fn token_of(number: usize) -> String {
    token(&json!({"sub": format!("user {number}"), "exp": NOW + 600}))
}

/// Verifies a token at this time; whether it is accepted.
fn verify(verified: &VerifiedTokens<AuthUser>, token: &str, seconds: u64) -> bool {
    let verifier = Verifier {
        keys: &keys(),
        expected: &ExpectedClaims::default(),
        issuers: &Issuers::default(),
        verified,
        now: at(seconds),
        clock: || unreachable!("no trusted issuer"),
    };
    verifier.authenticate_at_once(&format!("Bearer {token}")).is_ok()
}

fn is_remembered(verified: &VerifiedTokens<AuthUser>, token: &str) -> bool {
    verified.find(token, |user| user.is_valid_at(at(NOW))).is_some()
}

#[test]
fn remembers_an_accepted_token_while_it_is_valid() {
    let verified = VerifiedTokens::default();
    let token = token(&json!({"sub": "ada", "iat": NOW, "nbf": NOW - 30, "exp": NOW + 600}));
    assert!(!is_remembered(&verified, &token));
    assert!(verify(&verified, &token, NOW));
    assert_eq!(
        verified
            .find(&token, |user| user.is_valid_at(at(NOW)))
            .unwrap()
            .id()
            .as_str(),
        "ada"
    );
    for (seconds, is_valid) in [
        (NOW - 61, false),
        (NOW - 60, true),
        (NOW + 599, true),
        (NOW + 600, false),
    ] {
        assert_eq!(
            verified.find(&token, |user| user.is_valid_at(at(seconds))).is_some(),
            is_valid,
            "{seconds}"
        );
        assert_eq!(verify(&verified, &token, seconds), is_valid, "{seconds}");
    }
}

#[test]
fn remembers_no_rejected_token() {
    let verified = VerifiedTokens::default();
    for rejected in [
        token(&json!({"sub": "ada", "exp": NOW})),
        token(&json!({"sub": "", "exp": NOW + 600})),
        token(&json!({"sub": "ada", "exp": NOW + 600, "sid": "no session"})),
        format!("{}A", token_of(0)),
        "no.valid.signature".to_owned(),
    ] {
        assert!(!verify(&verified, &rejected, NOW));
        assert!(verified.0.borrow().ring.is_empty());
    }
}

#[test]
fn compares_the_whole_text() {
    let verified = VerifiedTokens::default();
    let token = token_of(0);
    assert!(verify(&verified, &token, NOW));
    let (all, first) = (token.as_str(), token.get(1..).unwrap());
    for other in [
        first,
        &format!("f{first}"),
        &format!("e{all}"),
        &all.replacen('.', "_", 1),
        "e",
        "",
    ] {
        assert!(!is_remembered(&verified, other), "{other}");
    }
    for index in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        *bytes.get_mut(index).unwrap() ^= 1;
        assert!(!is_remembered(&verified, &String::from_utf8(bytes).unwrap()), "{index}");
    }
    assert!(is_remembered(&verified, &token));
}

#[test]
fn forgets_the_oldest_of_more_than_1024() {
    let verified = VerifiedTokens::default();
    for number in 0..1_024 {
        assert!(verify(&verified, &token_of(number), NOW));
    }
    assert!(is_remembered(&verified, &token_of(0)));
    assert!(verify(&verified, &token_of(1_024), NOW));
    assert!(!is_remembered(&verified, &token_of(0)));
    for number in 1..=1_024 {
        assert!(is_remembered(&verified, &token_of(number)), "{number}");
    }
    // Accepted all the same, and remembered again in place of the oldest.
    assert!(verify(&verified, &token_of(0), NOW));
    assert!(is_remembered(&verified, &token_of(0)));
    assert!(!is_remembered(&verified, &token_of(1)));
    let memory = verified.0.borrow();
    assert_eq!(memory.ring.len(), 1_024);
}

#[test]
fn remembers_no_token_that_is_too_long() {
    let verified = VerifiedTokens::default();
    let padded = |length: usize| token(&json!({"sub": "ada", "exp": NOW + 600, "padding": "x".repeat(length)}));
    let long = padded(MAX_TOKEN_BYTES);
    assert!(verify(&verified, &long, NOW));
    assert!(!is_remembered(&verified, &long));
    let longest = (0..MAX_TOKEN_BYTES)
        .rev()
        .map(padded)
        .find(|token| token.len() <= MAX_TOKEN_BYTES)
        .unwrap();
    assert!(verify(&verified, &longest, NOW));
    assert!(is_remembered(&verified, &longest));
}

#[test]
fn debug_output_contains_no_token() {
    let verified = VerifiedTokens::default();
    assert!(verify(&verified, &token_of(0), NOW));
    assert_eq!(format!("{verified:?}"), "VerifiedTokens");
}

#[test]
fn finds_what_is_left_of_a_long_chain() {
    let verified = VerifiedTokens::default();
    // Equal tails, so that all are in one chain, whose older part has been overwritten.
    let text = |number: usize| format!("{number} and one tail");
    for number in 0..3_000 {
        verified.remember(&text(number), &Rc::new(number), None);
    }
    for number in 0..3_000 {
        let found = verified.find(&text(number), |_| true);
        assert_eq!(found.as_deref(), (number >= 3_000 - 1_024).then_some(&number));
    }
}
