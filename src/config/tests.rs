//! Tests which settings are accepted and rejected, and that errors name the setting and never its value.

use super::*;

const GOOD: &str = "a secret of at least 32 bytes, for tests";
const OTHER: &str = "another one of at least 32 bytes, for tests";

/// Parses these settings, with a valid `JWT_SECRET` unless they set it.
fn read(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(|name| match settings.iter().find(|(set, _)| *set == name) {
        Some((_, value)) => Setting::Text((*value).to_owned()),
        None if name == "JWT_SECRET" => Setting::Text(GOOD.to_owned()),
        None => Setting::Absent,
    })
}

/// The text of the error, empty where all settings are valid.
fn error_text(settings: &[(&str, &str)]) -> String {
    read(settings).err().map(|error| error.reasons).unwrap_or_default()
}

#[test]
fn requires_only_jwt_secret() {
    assert_eq!(error_text(&[]), "");
    let missing = Config::read(|_| Setting::Absent).err().map(|error| error.reasons);
    let missing = missing.unwrap_or_default();
    assert!(missing.starts_with("JWT_SECRET: missing"), "{missing}");
}

#[test]
fn rejects_every_invalid_setting_by_name_without_its_value() {
    for (name, value) in [
        ("JWT_SECRET", "thirty-one bytes are not enough"),
        ("JWT_SECRET", ""),
        ("JWT_SECRET_PREVIOUS", "short"),
        ("BETTER_AUTH_SECRET", "short"),
        ("BETTER_AUTH_SECRET", GOOD),
        ("BETTER_AUTH_SECRET_PREVIOUS", "short"),
        ("BETTER_AUTH_SECRET_PREVIOUS", ""),
        ("BETTER_AUTH_SECRET_PREVIOUS", GOOD),
        ("BETTER_AUTH_SUBJECT_PREFIX", "0192f0a1-"),
        ("BETTER_AUTH_TRUST_ROLE", "admin"),
        ("BETTER_AUTH_TRUST_ROLE", ""),
        ("EMAIL_FROM", "nobody"),
        ("EMAIL_FROM", "Example <nobody>"),
        ("EMAIL_FROM", "a@b@c"),
        ("APP_URL", "app.example.com"),
        ("APP_URL", "https://app.example.com/?a=b"),
        ("EMAIL_VERIFICATION", "yes"),
        ("EMAIL_VERIFICATION", ""),
        ("EMAIL_VERIFICATION", "optional"),
        ("EMAIL_VERIFICATION", "required"),
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
        ("REFRESH_GRACE_SECONDS", "-1"),
        ("REFRESH_GRACE_SECONDS", "301"),
        ("REFRESH_GRACE_SECONDS", "1.5"),
        ("REFRESH_GRACE_SECONDS", ""),
        ("STORAGE_LIMIT_KIB", "-1"),
        ("STORAGE_LIMIT_KIB", "64MiB"),
        ("SESSIONS_MAX", "0"),
        ("SIGNIN_MAX_ATTEMPTS", "5.0"),
        ("SIGNIN_WINDOW_SECONDS", "4294967296"),
        ("ARGON2_MEMORY_KIB", "19455"),
        ("ARGON2_MEMORY_KIB", "65537"),
        ("ARGON2_ITERATIONS", "1"),
        ("ARGON2_ITERATIONS", "17"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "https://a.example,https://b.example/"),
        ("ALLOWED_ORIGINS", "https://a.example/path"),
        ("ALLOWED_ORIGINS", "a.example"),
        ("ALLOW_INSECURE_HTTP", "maybe"),
    ] {
        let error = error_text(&[(name, value)]);
        assert!(error.contains(name), "{name}={value}: {error}");
        assert!(
            value.len() < 2 || !error.contains(&format!("{value} ")),
            "the error contains {value}"
        );
    }
}

#[test]
fn names_all_invalid_settings_in_one_error() {
    let error = error_text(&[
        ("SESSION_MAX_DAYS", "x"),
        ("ALGORITHM", "none"),
        ("JWT_SECRET", "short"),
    ]);
    for name in ["SESSION_MAX_DAYS", "ALGORITHM", "JWT_SECRET"] {
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn accepts_every_row_of_owasps_table() {
    for (memory, iterations) in ARGON2_MINIMUMS {
        let (memory, iterations) = (memory.to_string(), iterations.to_string());
        let settings = [
            ("ARGON2_MEMORY_KIB", memory.as_str()),
            ("ARGON2_ITERATIONS", iterations.as_str()),
        ];
        assert_eq!(error_text(&settings), "");
    }
}

#[test]
fn accepts_valid_settings() {
    let settings = [
        ("JWT_SECRET_PREVIOUS", "a third one of at least 32 bytes, for tests"),
        ("BETTER_AUTH_SECRET", OTHER),
        (
            "BETTER_AUTH_SECRET_PREVIOUS",
            "a fifth one of at least 32 bytes, for tests",
        ),
        ("BETTER_AUTH_SUBJECT_PREFIX", "better-auth:"),
        ("BETTER_AUTH_TRUST_ROLE", "true"),
        ("CLIENT_ADDRESS_SECRET", "a fourth one of at least 32 bytes, for tests"),
        ("ALGORITHM", "HS256"),
        ("ALLOWED_ORIGINS", "https://a.example, http://localhost:3000"),
        ("ALLOW_INSECURE_HTTP", "true"),
        ("JWT_ISSUER", ""),
        ("STORAGE_LIMIT_KIB", "0"),
    ];
    assert_eq!(error_text(&settings), "");
}

#[test]
fn rejects_a_secret_with_two_purposes() {
    let shared = [("JWT_SECRET_PREVIOUS", OTHER), ("BETTER_AUTH_SECRET", OTHER)];
    assert!(error_text(&shared).contains("BETTER_AUTH_SECRET: equal to JWT_SECRET_PREVIOUS"));
    let before = [("JWT_SECRET_PREVIOUS", OTHER), ("BETTER_AUTH_SECRET_PREVIOUS", OTHER)];
    assert!(
        error_text(&before).contains("BETTER_AUTH_SECRET_PREVIOUS: equal to JWT_SECRET_PREVIOUS: Better Auth would")
    );
    for name in ["BETTER_AUTH_SECRET", "BETTER_AUTH_SECRET_PREVIOUS"] {
        let in_header = [(name, OTHER), ("CLIENT_ADDRESS_SECRET", OTHER)];
        assert!(
            error_text(&in_header).contains("CLIENT_ADDRESS_SECRET: equal"),
            "{name}"
        );
    }
}

#[test]
fn accepts_the_previous_secret_of_better_auth_without_a_current_one() {
    let retired = read(&[("BETTER_AUTH_SECRET_PREVIOUS", OTHER)]);
    assert!(retired.is_ok_and(|config| config.keys.better_auth.len() == 1));
}

#[test]
fn rejects_a_binding_that_is_not_text() {
    let names = [
        "JWT_SECRET",
        "JWT_ISSUER",
        "ALGORITHM",
        "SESSION_MAX_DAYS",
        "ALLOWED_ORIGINS",
    ];
    let config = Config::read(|name| match name {
        name if names.contains(&name) => Setting::NotText,
        _ => Setting::Absent,
    });
    let reasons = config.err().map(|error| error.reasons).unwrap_or_default();
    for name in names {
        assert!(reasons.contains(&format!("{name}: neither")), "{name}: {reasons}");
    }
}

#[test]
fn applies_insecure_http_even_where_other_settings_are_invalid() {
    let allowed = |settings: &[(&str, &str)]| read(settings).err().map(|error| error.allow_insecure_http);
    assert_eq!(
        allowed(&[("JWT_SECRET", "short"), ("ALLOW_INSECURE_HTTP", "true")]),
        Some(true)
    );
    assert_eq!(
        allowed(&[("JWT_SECRET", "short"), ("ALLOW_INSECURE_HTTP", "maybe")]),
        Some(false)
    );
}

#[test]
fn the_refresh_grace_period_may_be_zero_and_defaults_to_ten_seconds() {
    for (settings, seconds) in [
        (&[][..], 10),
        (&[("REFRESH_GRACE_SECONDS", "0")], 0),
        (&[("REFRESH_GRACE_SECONDS", "300")], 300),
    ] {
        let read = read(settings).map(|config| config.refresh_grace_seconds);
        assert_eq!(read.ok(), Some(seconds), "{settings:?}");
    }
}
