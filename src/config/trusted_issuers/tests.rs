//! Tests which lists are accepted and rejected, and that errors name the entry and never hold a value.

use super::super::{Config, Setting};

const ISSUER: &str = r#""issuer":"https://id.example.com""#;
const NO_AUDIENCE: &str = r#""audience":null"#;
/// The public key of RFC 8037, appendix A.2.
const KEY: &str = concat!(
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyW"#,
    r#"QHOg7hcvPapiMlrwIaaPcHURo"}"#
);

/// The names of the issuers, or the error's text.
fn read_with(list: &str, better_auth_prefix: &str) -> Result<Vec<String>, String> {
    let config = Config::read(|name| match name {
        "JWT_SECRET" => Setting::Text("a secret of at least 32 bytes, for tests".to_owned()),
        "TRUSTED_ISSUERS" => Setting::Text(list.to_owned()),
        "BETTER_AUTH_SUBJECT_PREFIX" => Setting::Text(better_auth_prefix.to_owned()),
        _ => Setting::Absent,
    });
    let names = config.map(|config| {
        let names = config.issuers.trusted.iter().map(|issuer| issuer.name().to_owned());
        names.collect()
    });
    names.map_err(|error| error.reasons)
}

fn read(list: &str) -> Result<Vec<String>, String> {
    read_with(list, "")
}

/// One entry with these members besides a valid name and no audience.
fn entry(members: &str) -> String {
    format!("[{{{ISSUER},{NO_AUDIENCE},{members}}}]")
}

#[test]
fn accepts_every_documented_form() {
    assert_eq!(read("[]"), Ok(Vec::new()));
    for list in [
        format!("[{{{ISSUER},{NO_AUDIENCE}}}]"),
        format!("\n[ {{ {ISSUER}, \"audience\": \"tasks\" }} ]\n"),
        format!("[{{{ISSUER},\"audience\":\"\\u0074asks\"}}]"),
        entry(r#""jwks_url":"https://keys.example.com:8443/jwks?a=b""#),
        entry(r#""jwks_url":"http://127.0.0.1:8787/jwks""#),
        entry(r#""jwks_url":"http://localhost/jwks","subject_prefix":"id:","trust_role":true"#),
        entry(r#""jwks_url":"http://[::1]:1/jwks","subject_prefix":"","trust_role":false"#),
        entry(&format!(r#""jwks":{{"keys":[{KEY},{{"kty":"unknown"}}]}}"#)),
    ] {
        assert_eq!(read(&list), Ok(vec!["https://id.example.com".to_owned()]), "{list}");
    }
    let both = r#"[{"issuer":"a","jwks_url":"https://a.example","audience":null},
        {"issuer":"b","jwks_url":"https://a.example","audience":null,"subject_prefix":"b:"}]"#;
    assert_eq!(read_with(both, "app:"), Ok(vec!["a".to_owned(), "b".to_owned()]));
}

#[test]
fn rejects_every_other_list_by_name_without_its_values() {
    for (list, reason) in [
        ("", "not a JSON list"),
        ("nope-value", "not a JSON list"),
        ("{}", "not a JSON list"),
        ("null", "not a JSON list"),
        (r#""https://id.example.com""#, "not a JSON list"),
        ("[1]", "entry 1: not an object"),
        ("[null]", "entry 1: not an object"),
        (r#"["https://id.example.com"]"#, "entry 1: not an object"),
        ("[{}]", "issuer is missing"),
        (&format!("[{{{NO_AUDIENCE}}}]"), "issuer is missing"),
        (r#"[{"issuer":"","audience":null}]"#, "issuer is not a text"),
        (r#"[{"issuer":7,"audience":null}]"#, "issuer is not a text"),
        (r#"[{"issuer":null,"audience":null}]"#, "issuer is not a text"),
        (&format!("[{{{ISSUER}}}]"), "audience is missing"),
        (&format!(r#"[{{{ISSUER},"audience":""}}]"#), "audience is neither"),
        (
            &format!(r#"[{{{ISSUER},"audience":["tasks"]}}]"#),
            "audience is neither",
        ),
        (&format!(r#"[{{{ISSUER},"audience":false}}]"#), "audience is neither"),
        (&entry(r#""jwks_url":7"#), "jwks_url is not a text"),
        (&entry(r#""jwks_url":null"#), "jwks_url is not a text"),
        (&entry(r#""jwks_url":"""#), "its keys are neither"),
        (
            &entry(r#""jwks_url":"http://keys.example.com/""#),
            "its keys are neither",
        ),
        (
            &entry(r#""jwks_url":"http://localhost.example.com/""#),
            "its keys are neither",
        ),
        (
            &entry(r#""jwks_url":"http://localhost@keys.example.com/""#),
            "its keys are neither",
        ),
        (
            &entry(r#""jwks_url":"https://user@keys.example.com/""#),
            "its keys are neither",
        ),
        (&entry(r#""jwks_url":"https://""#), "its keys are neither"),
        (&entry(r#""jwks_url":"https:///path""#), "its keys are neither"),
        (&entry(r#""jwks_url":"https://a b/""#), "its keys are neither"),
        (
            &entry(r#""jwks_url":"ftp://keys.example.com/""#),
            "its keys are neither",
        ),
        (&entry(r#""jwks_url":"keys.example.com""#), "its keys are neither"),
        (r#"[{"issuer":"accounts","audience":null}]"#, "its keys are neither"),
        (
            r#"[{"issuer":"http://id.example.com","audience":null}]"#,
            "its keys are neither",
        ),
        (&entry(r#""jwks":{}"#), "jwks is not a key set"),
        (&entry(r#""jwks":[]"#), "jwks is not a key set"),
        (&entry(r#""jwks":"{}""#), "jwks is not a key set"),
        (&entry(r#""jwks":{"keys":[]}"#), "jwks is not a key set"),
        (&entry(r#""jwks":{"keys":[7]}"#), "jwks is not a key set"),
        (
            &entry(r#""jwks":{"keys":[{"kty":"oct","k":"c2VjcmV0LXZhbHVl"}]}"#),
            "symmetric",
        ),
        (
            &entry(&format!(r#""jwks":{{"keys":[{KEY},{{"kty":"oct"}}]}}"#)),
            "symmetric",
        ),
        (
            &entry(r#""jwks":{"keys":[{"kty":"OKP","crv":"Ed25519","x":"x","d":"private-value"}]}"#),
            "private",
        ),
        (
            &entry(&format!(r#""jwks":{{"keys":[{KEY}]}},"jwks_url":"https://a.example""#)),
            "both",
        ),
        (&entry(r#""subject_prefix":7"#), "subject_prefix is not a text"),
        (&entry(r#""subject_prefix":null"#), "subject_prefix is not a text"),
        (
            &entry(r#""subject_prefix":"0192f0a1-""#),
            "a user id of this service could begin with it",
        ),
        (&entry(r#""trust_role":"true""#), "trust_role is neither"),
        (&entry(r#""trust_role":1"#), "trust_role is neither"),
        (&entry(r#""trust_role":null"#), "trust_role is neither"),
        (
            &entry(r#""trust_role":true,"trust_role":false"#),
            "a member occurs twice",
        ),
        (
            &entry(r#""jwks_uri":"https://keys.example.com""#),
            "none of issuer, jwks_url",
        ),
    ] {
        let error = read(list).err().unwrap_or_default();
        assert!(
            error.starts_with("TRUSTED_ISSUERS: ") && error.contains(reason),
            "{list}: {error}"
        );
        for value in ["example.com", "c2VjcmV0", "private-value", "nope-value", "0192f0a1"] {
            assert!(!error.contains(value), "{list}: {error}");
        }
    }
}

#[test]
fn rejects_issuers_whose_subjects_could_be_one_user() {
    let pair = |first: &str, second: &str| {
        format!(
            r#"[{{"issuer":"https://a.example","audience":null,"subject_prefix":"{first}"}},
            {{"issuer":"https://b.example","audience":null,"subject_prefix":"{second}"}}]"#
        )
    };
    for (first, second) in [("a:", "b:"), ("", "b:"), ("a:", "")] {
        assert!(read(&pair(first, second)).is_ok(), "{first} {second}");
    }
    for (first, second) in [("", ""), ("a:", "a:"), ("a:", "a:b:"), ("a:b:", "a:")] {
        let error = read(&pair(first, second)).err().unwrap_or_default();
        assert!(
            error.starts_with("TRUSTED_ISSUERS: entry 2: "),
            "{first} {second}: {error}"
        );
    }
    for (frontend, prefix) in [("app:", "app:"), ("app:", "app:b:"), ("app:b:", "app:")] {
        let error = read_with(&pair(prefix, ""), frontend).err().unwrap_or_default();
        assert!(
            error.contains("BETTER_AUTH_SUBJECT_PREFIX"),
            "{frontend} {prefix}: {error}"
        );
    }
    assert!(read_with(&pair("a:", ""), "app:").is_ok());
    let twice = r#"[{"issuer":"https://a.example","audience":null},{"issuer":"https://a.example","audience":"x","subject_prefix":"a:"}]"#;
    assert!(read(twice).err().unwrap_or_default().contains("in the list twice"));
    let slash = r#"[{"issuer":"https://a.example","audience":null},{"issuer":"https://a.example/","audience":null,"subject_prefix":"a:"}]"#;
    assert!(read(slash).is_ok(), "iss is compared exactly");
}
