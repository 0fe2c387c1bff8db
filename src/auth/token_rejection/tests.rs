//! Tests the reason of every rejected token, and that no more of the token is in it than the algorithm and the issuer.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;
use crate::{
    auth::{
        claims::ExpectedClaims,
        guard::Verifier,
        issuer::Issuers,
        jws::issue,
        keys::{Keyring, Secret},
        verified_tokens::VerifiedTokens,
    },
    domain::ids::SubjectPrefix,
    platform::clock::Timestamp,
};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);
const IN_TEN_MINUTES: u64 = 1_800_000_600;

fn keyring(letter: &str) -> Keyring {
    let secret = |letter: &str| Secret::new(letter.repeat(32).as_bytes()).unwrap();
    Keyring::new(secret(letter), None, [secret("f")])
}

/// Rejects a token where issuer and audience are configured and the frontend has a prefix.
fn rejection(token: &str) -> TokenRejection {
    let expected = ExpectedClaims {
        issuer: Some("https://auth.example.com".to_owned()),
        audience: Some("tasks".to_owned()),
    };
    let mut issuers = Issuers::default();
    issuers.better_auth.subject_prefix = SubjectPrefix::parse("app:".to_owned()).unwrap();
    let verifier = Verifier {
        keys: &keyring("a"),
        expected: &expected,
        issuers: &issuers,
        verified: &VerifiedTokens::default(),
        now: NOW,
        clock: || NOW,
    };
    verifier.authenticate_at_once(&format!("Bearer {token}")).unwrap_err()
}

fn reason(token: &str) -> String {
    rejection(token).to_string()
}

/// A token under this service's secret with valid claims, except for these.
fn signed(changes: &Value) -> String {
    let mut claims =
        json!({"sub": "ada-the-subject", "email": "ada@example.com", "exp": IN_TEN_MINUTES, "aud": "tasks"});
    let claim_map = claims.as_object_mut().unwrap();
    claim_map.insert("iss".to_owned(), "https://auth.example.com".into());
    for (name, value) in changes.as_object().unwrap() {
        match value.is_null() {
            true => claim_map.remove(name),
            false => claim_map.insert(name.clone(), value.clone()),
        };
    }
    issue(&claims, &keyring("a").current.access_token).unwrap()
}

fn with_header(header: &str) -> String {
    format!("{}.e30.AAAA", Base64UrlUnpadded::encode_string(header.as_bytes()))
}

#[test]
fn names_the_form_that_is_no_jwt() {
    for (token, start) in [
        ("q8Zk2WmVb7Xr4TnYc1LdPs0HfGjAe9Ru", "no dots"),
        ("eyJhbGciOiJkaXIifQ..iv.text.tag", "five parts"),
        ("a.b", "not three parts"),
        ("a.b.c.d", "not three parts"),
        ("a.b.c.d.e.f", "not three parts"),
        ("a.bad.token", "the header"),
    ] {
        assert!(reason(token).starts_with(start), "{token}: {}", reason(token));
    }
}

#[test]
fn names_the_algorithm_and_the_cure() {
    for (algorithm, cure) in [
        ("EdDSA", "see TRUSTED_ISSUERS"),
        ("RS256", "see TRUSTED_ISSUERS"),
        ("ES256", "see TRUSTED_ISSUERS"),
        ("HS512", "sign with HS256"),
        ("none", "unsigned tokens prove nothing"),
    ] {
        let token = with_header(&json!({ "alg": algorithm }).to_string());
        assert_eq!(reason(&token), format!("algorithm {algorithm} is not accepted: {cure}"));
    }
    for (header, expected) in [
        (
            r#"{"alg":"HS256","crit":["exp"]}"#,
            "the header has crit, and no extension is supported",
        ),
        (
            r#"{"typ":"JWT"}"#,
            "the header is not a JSON object with alg in base64url",
        ),
        (r#"{"alg":7}"#, "the header is not a JSON object with alg in base64url"),
    ] {
        assert_eq!(reason(&with_header(header)), expected);
    }
}

#[test]
fn names_the_check_that_a_signed_token_fails() {
    for (changes, start) in [
        (json!({"exp": null}), "no exp"),
        (json!({"exp": "soon"}), "exp is not a number"),
        (json!({"nbf": true}), "nbf is not a number"),
        (json!({"iat": 9_007_199_254_740_992_u64}), "iat is not a number"),
        (json!({"exp": 1_800_000_000}), "expired"),
        (json!({"nbf": 1_800_000_061}), "nbf is more than 60 seconds ahead"),
        (json!({"iat": 1_800_000_061}), "iat is more than 60 seconds ahead"),
        (
            json!({"iss": "https://else.example"}),
            "iss is https://else.example, not what JWT_ISSUER",
        ),
        (json!({"iss": null}), "no iss, and JWT_ISSUER"),
        (json!({"iss": ["https://auth.example.com"]}), "no iss, and JWT_ISSUER"),
        (json!({"aud": "mail-of-ada"}), "aud does not name what JWT_AUDIENCE"),
        (json!({"aud": null}), "aud does not name what JWT_AUDIENCE"),
        (json!({"sub": null}), "no sub"),
        (json!({"sub": "x".repeat(256)}), "no sub"),
        (
            json!({"sub": "app:ada"}),
            "sub begins with the prefix of another issuer: BETTER_AUTH_SUBJECT_PREFIX",
        ),
        (json!({"sid": "sid-of-theirs"}), "sid is not a session of this service"),
    ] {
        let reason = reason(&signed(&changes));
        assert!(reason.starts_with(start), "{changes}: {reason}");
        for unsaid in [
            "ada-the-subject",
            "ada@example.com",
            "mail-of-ada",
            "app:ada",
            "sid-of-theirs",
        ] {
            assert!(!reason.contains(unsaid), "{reason}");
        }
    }
}

#[test]
fn names_the_settings_to_compare_where_the_secret_differs() {
    let claims = json!({"sub": "ada", "exp": IN_TEN_MINUTES});
    let stranger = reason(&issue(&claims, &keyring("b").current.access_token).unwrap());
    assert!(
        stranger.contains("JWT_SECRET") && stranger.contains("BETTER_AUTH_SECRET"),
        "{stranger}"
    );
    let refresh = reason(&issue(&claims, &keyring("a").current.refresh_token).unwrap());
    assert!(
        refresh.starts_with("a refresh token is not an access token"),
        "{refresh}"
    );
    let list = issue(&json!([1]), &keyring("a").current.access_token).unwrap();
    assert!(reason(&list).starts_with("the claims are not a JSON object"));
}

#[test]
fn cuts_what_the_token_says_and_escapes_its_control_characters() {
    let long = "\u{1f600}".repeat(101);
    for rejection in [
        rejection(&with_header(&json!({ "alg": long }).to_string())),
        rejection(&signed(&json!({ "iss": long }))),
    ] {
        assert_eq!(rejection.to_string().matches('\u{1f600}').count(), 100);
    }
    let injected = rejection(&with_header(
        &json!({"alg": "x\n{\"event\":\"y\"}\u{1b}[2J\u{9b}2J\u{2028}"}).to_string(),
    ));
    let line = serde_json::to_string(&injected.to_string()).unwrap();
    assert!(!line.contains(char::is_control), "{line}");
    assert!(line.contains(r#"x\n{\"event\":\"y\"}\u001b[2J"#), "{line}");
    assert!(line.contains("\u{fffd}2J\u{fffd}"), "{line}");
}
