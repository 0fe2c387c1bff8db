//! Checks the forms and the bounds of imported hashes natively; `tests/api/auth/imported-hashes.test.mjs` checks every recorded
//! hash in workerd, scrypt among them, which the runtime computes.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;

/// bcrypt of `a`, by pyca/bcrypt 5.0.0.
const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuuMFdJu9yVgmagVAIC24fOZkaFqd3s9JC";
/// `hashlib.pbkdf2_hmac('sha256', b'password', b'salt', 2).hex()`, Python 3.11.
const PBKDF2_TAG: &str = concat!("ae4d0c95af6b46d32d0adff928f06dd0", "2a303f8ef3c251dfd6e2d85a95474c43");

fn accepts(stored: &str, password: &str) -> Option<bool> {
    let password = Password::parse_attempt(password).unwrap();
    ImportedHash::parse(stored).map(|hash| hash.matches(&password).unwrap())
}

#[test]
fn computes_bcrypt_under_each_of_its_names() {
    for name in ["$2a$", "$2b$", "$2y$"] {
        let stored = BCRYPT.replace("$2b$", name);
        assert_eq!(accepts(&stored, "a"), Some(true));
        assert_eq!(accepts(&stored, "b"), Some(false));
    }
    // A salt whose last digit has bits beyond the 16 bytes, as some libraries wrote: they do not count.
    assert_eq!(accepts(&BCRYPT.replace("uuM", "uzM"), "a"), Some(true));
}

#[test]
fn rejects_another_form_or_cost_of_bcrypt() {
    for (from, to) in [
        ("$04$", "$03$"),
        ("$04$", "$15$"),
        ("$04$", "$31$"),
        ("$04$", "$4$"),
        ("$04$", "$+4$"),
        ("$2b$", "$2x$"),
        ("$2b$", "$2$"),
        ("9JC", "9J"),
        ("9JC", "9JCC"),
        ("9JC", "9J="),
        ("9JC", "9\u{e9}"),
        ("uuM", "\u{e9}M"),
    ] {
        assert_eq!(accepts(&BCRYPT.replace(from, to), "a"), None, "{to}");
    }
    assert!(ImportedHash::parse(&BCRYPT.replace("$04$", "$14$")).is_some());
}

#[test]
fn computes_pbkdf2_of_both_libraries() {
    let werkzeug = format!("pbkdf2:sha256:2$salt${PBKDF2_TAG}");
    assert_eq!(accepts(&werkzeug, "password"), Some(true));
    assert_eq!(accepts(&werkzeug, "Password"), Some(false));
    let passlib = "$pbkdf2-sha256$2$c2FsdA$rk0Mla9rRtMtCt/5KPBt0CowP47zwlHf1uLYWpVHTEM";
    assert_eq!(accepts(passlib, "password"), Some(true));
    assert_eq!(accepts(passlib, "Password"), Some(false));
}

#[test]
fn rejects_another_form_or_cost_of_pbkdf2() {
    let werkzeug = |method: &str, tag: &str| accepts(&format!("{method}$salt${tag}"), "password");
    assert_eq!(werkzeug("pbkdf2:sha256:2", PBKDF2_TAG), Some(true));
    for method in [
        "pbkdf2:sha256:0",
        "pbkdf2:sha256:1000001",
        "pbkdf2:sha256:4294967298",
        "pbkdf2:sha256",
        "pbkdf2:sha1:2",
    ] {
        assert_eq!(werkzeug(method, PBKDF2_TAG), None, "{method}");
    }
    let not_hexadecimal = PBKDF2_TAG.replace("ae", "+e");
    for tag in [&PBKDF2_TAG[1..], &PBKDF2_TAG[2..], not_hexadecimal.as_str(), ""] {
        assert_eq!(werkzeug("pbkdf2:sha256:2", tag), None, "{tag}");
    }
    assert!(ImportedHash::parse(&format!("pbkdf2:sha256:1000000$salt${PBKDF2_TAG}")).is_some());
}

#[test]
fn recognises_the_scrypt_of_better_auth_only() {
    let tag = "0f".repeat(64);
    assert!(ImportedHash::parse(&format!("00ff:{tag}")).is_some());
    for other in [
        format!(":{tag}"),
        format!("salt:{tag}"),
        format!("00ff:{tag}00"),
        format!("scrypt:32768:8:1$salt${tag}"),
        "00ff:".to_owned(),
    ] {
        assert!(ImportedHash::parse(&other).is_none(), "{other}");
    }
}
