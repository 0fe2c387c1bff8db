//! Which settings are taken and which refused, and that a refusal names the setting and never the value.

use super::*;

const GOOD: &str = "a secret of at least 32 bytes, as told";
const OTHER: &str = "another one of at least 32 bytes, as told";

/// Reads these settings and a good secret.
fn read(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(|name| match settings.iter().find(|(set, _)| *set == name) {
        Some((_, value)) => Setting::Text((*value).to_owned()),
        None if name == "JWT_SECRET" => Setting::Text(GOOD.to_owned()),
        None => Setting::Absent,
    })
}

/// The text of a refusal, empty where nothing is refused.
fn refusal(settings: &[(&str, &str)]) -> String {
    read(settings).err().map(|refused| refused.reasons).unwrap_or_default()
}

#[test]
fn a_secret_alone_is_enough() {
    assert_eq!(refusal(&[]), "");
    let missing = Config::read(|_| Setting::Absent).err().map(|refused| refused.reasons);
    let missing = missing.unwrap_or_default();
    assert!(missing.starts_with("JWT_SECRET: missing"), "{missing}");
}

#[test]
fn every_bad_setting_is_refused_by_name_and_never_replaced() {
    for (name, value) in [
        ("JWT_SECRET", "thirty-one bytes are not enough"),
        ("JWT_SECRET", ""),
        ("JWT_SECRET_PREVIOUS", "short"),
        ("BETTER_AUTH_SECRET", "short"),
        ("BETTER_AUTH_SECRET", GOOD),
        ("ALGORITHM", "HS512"),
        ("ALGORITHM", "hs256"),
        ("ALGORITHM", ""),
        ("ALLOW_INSECURE_HTTP", ""),
        ("CLIENT_ADDRESS_SECRET", "short"),
        ("CLIENT_ADDRESS_SECRET", GOOD),
        ("ALLOWED_ORIGINS", "https://:8443"),
        ("ALLOWED_ORIGINS", "https://a.example:port"),
        ("ALLOWED_ORIGINS", "https://a.example:443"),
        ("ALLOWED_ORIGINS", "http://a.example:80"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "soon"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", ""),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "+5"),
        ("REFRESH_TOKEN_EXPIRE_DAYS", "0"),
        ("SESSION_MAX_DAYS", "-1"),
        ("SIGNIN_MAX_ATTEMPTS", "5.0"),
        ("SIGNIN_WINDOW_SECONDS", "4294967296"),
        ("ARGON2_MEMORY_KIB", "19455"),
        ("ARGON2_MEMORY_KIB", "65537"),
        ("ARGON2_ITERATIONS", "1"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "https://a.example,https://b.example/"),
        ("ALLOWED_ORIGINS", "https://a.example/path"),
        ("ALLOWED_ORIGINS", "a.example"),
        ("ALLOW_INSECURE_HTTP", "maybe"),
    ] {
        let refusal = refusal(&[(name, value)]);
        assert!(refusal.contains(name), "{name}={value}: {refusal}");
        assert!(
            value.len() < 2 || !refusal.contains(&format!("{value} ")),
            "prints {value}"
        );
    }
}

#[test]
fn all_bad_settings_are_named_at_once() {
    let refusal = refusal(&[
        ("SESSION_MAX_DAYS", "x"),
        ("ALGORITHM", "none"),
        ("JWT_SECRET", "short"),
    ]);
    for name in ["SESSION_MAX_DAYS", "ALGORITHM", "JWT_SECRET"] {
        assert!(refusal.contains(name), "{refusal}");
    }
}

#[test]
fn every_row_of_owasps_table_is_enough() {
    for (memory, iterations) in ARGON2_FLOOR {
        let (memory, iterations) = (memory.to_string(), iterations.to_string());
        let settings = [
            ("ARGON2_MEMORY_KIB", memory.as_str()),
            ("ARGON2_ITERATIONS", iterations.as_str()),
        ];
        assert_eq!(refusal(&settings), "");
    }
}

#[test]
fn good_settings_are_taken() {
    let settings = [
        ("JWT_SECRET_PREVIOUS", "a third one of at least 32 bytes, as told"),
        ("BETTER_AUTH_SECRET", OTHER),
        ("CLIENT_ADDRESS_SECRET", "a fourth one of at least 32 bytes, as told"),
        ("ALGORITHM", "HS256"),
        ("ALLOWED_ORIGINS", "https://a.example, http://localhost:3000"),
        ("ALLOW_INSECURE_HTTP", "true"),
        ("JWT_ISSUER", ""),
    ];
    assert_eq!(refusal(&settings), "");
}

#[test]
fn no_secret_serves_two_masters() {
    let shared = [("JWT_SECRET_PREVIOUS", OTHER), ("BETTER_AUTH_SECRET", OTHER)];
    assert!(refusal(&shared).contains("BETTER_AUTH_SECRET: equal to JWT_SECRET_PREVIOUS"));
    let travelling = [("BETTER_AUTH_SECRET", OTHER), ("CLIENT_ADDRESS_SECRET", OTHER)];
    assert!(refusal(&travelling).contains("CLIENT_ADDRESS_SECRET: equal"));
}

#[test]
fn what_is_no_text_is_refused_and_never_taken_for_one() {
    let names = [
        "JWT_SECRET",
        "JWT_ISSUER",
        "ALGORITHM",
        "SESSION_MAX_DAYS",
        "ALLOWED_ORIGINS",
    ];
    let refused = Config::read(|name| match name {
        name if names.contains(&name) => Setting::NotText,
        _ => Setting::Absent,
    });
    let reasons = refused.err().map(|refused| refused.reasons).unwrap_or_default();
    for name in names {
        assert!(reasons.contains(&format!("{name}: neither")), "{name}: {reasons}");
    }
}

#[test]
fn insecure_http_counts_under_refused_settings_too() {
    let allowed = |settings: &[(&str, &str)]| read(settings).err().map(|refused| refused.allow_insecure_http);
    assert_eq!(
        allowed(&[("JWT_SECRET", "short"), ("ALLOW_INSECURE_HTTP", "true")]),
        Some(true)
    );
    assert_eq!(
        allowed(&[("JWT_SECRET", "short"), ("ALLOW_INSECURE_HTTP", "maybe")]),
        Some(false)
    );
}
