//! Settings: parses every var and secret once per isolate; an invalid one is an error that names it.

use crate::{
    auth::{
        claims::ExpectedClaims,
        guard::AuthUser,
        issuer::Issuers,
        issuer_trust::IssuerTrust,
        keys::{Keyring, Secret},
        password_hash::{MAX_ITERATIONS, MAX_MEMORY_KIB},
        session_tokens::Lifetimes,
        verified_tokens::VerifiedTokens,
    },
    domain::{home::Homes, ids::SubjectPrefix, task::StorageLimit},
    rate_limit::sliding_window::SigninLimit,
};
use argon2::Params;
use email::{EmailSettings, EmailVerification};
use js_sys::{Number, Reflect};
use reader::{Reader, Setting};
use std::{cell::OnceCell, rc::Rc};
use worker::Env;

mod databases;
pub mod email;
mod reader;
mod trusted_issuers;

const SECONDS_PER_MINUTE: u64 = 60;
const SECONDS_PER_DAY: u64 = 86_400;

/// OWASP's table for Argon2id with p = 1 (Password Storage Cheat Sheet): memory in KiB and iterations. All rows are
/// equally strong; weaker parameters are rejected.
const ARGON2_MINIMUMS: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];
/// Limits how long the use of a stolen refresh token goes undetected.
const MAX_REFRESH_GRACE_SECONDS: u32 = 300;

/// All settings. Debug prints no secret.
#[derive(Debug)]
pub struct Config {
    /// The keys from `JWT_SECRET`, `BETTER_AUTH_SECRET` and their `_PREVIOUS`.
    pub keys: Keyring,
    /// `JWT_ISSUER` and `JWT_AUDIENCE`.
    pub expected_claims: ExpectedClaims,
    /// `BETTER_AUTH_SUBJECT_PREFIX`, `BETTER_AUTH_TRUST_ROLE` and `TRUSTED_ISSUERS`.
    pub issuers: Issuers,
    /// What was accepted with the settings above; no other settings ever see it.
    pub verified_tokens: VerifiedTokens<AuthUser>,
    /// `ACCESS_TOKEN_EXPIRE_MINUTES`, `REFRESH_TOKEN_EXPIRE_DAYS` and `SESSION_MAX_DAYS`, in seconds.
    pub lifetimes: Lifetimes,
    /// `REFRESH_GRACE_SECONDS`.
    pub refresh_grace_seconds: u64,
    /// The databases that are bound, and `D1_OPEN`.
    pub homes: Homes,
    /// `STORAGE_LIMIT_KIB`.
    pub storage_limit: StorageLimit,
    /// `SESSIONS_MAX`.
    pub sessions_max: u32,
    /// `SIGNIN_MAX_ATTEMPTS` and `SIGNIN_WINDOW_SECONDS`.
    pub signin_limit: SigninLimit,
    /// `ARGON2_MEMORY_KIB` and `ARGON2_ITERATIONS`.
    pub argon2: Params,
    /// `CLIENT_ADDRESS_SECRET`.
    pub client_address_secret: Option<Secret>,
    /// `ALLOWED_ORIGINS`.
    pub allowed_origins: Vec<String>,
    /// `ALLOW_INSECURE_HTTP`.
    pub allow_insecure_http: bool,
    /// `D1_READ_REPLICATION`.
    pub read_replication: bool,
    /// `EMAIL_FROM` and `APP_URL`; `None` where email is not configured.
    pub email: Option<EmailSettings>,
    /// `EMAIL_VERIFICATION`.
    pub email_verification: EmailVerification,
}

/// Settings that are invalid, so that no request can be served with them.
#[derive(Clone, Debug)]
pub struct ConfigError {
    /// Every invalid setting with the reason and how to correct it, in one text for the log.
    pub reasons: String,
    /// `ALLOW_INSECURE_HTTP`, which applies even where other settings are invalid.
    pub allow_insecure_http: bool,
}

/// Returns the isolate's settings, which its first request parses.
///
/// # Errors
/// [`ConfigError`]
pub fn load_once(env: &Env) -> Result<Rc<Config>, ConfigError> {
    thread_local! {
        static CONFIG: OnceCell<Result<Rc<Config>, ConfigError>> = const { OnceCell::new() };
    }
    CONFIG.with(|config| {
        config
            .get_or_init(|| Config::read(|name| read_setting(env, name)).map(Rc::new))
            .clone()
    })
}

/// Reads a binding as a setting. Accepts numbers and booleans too: wrangler.toml may hold them without quotes, and then the
/// binding is not a string.
fn read_setting(env: &Env, name: &str) -> Setting {
    let Ok(value) = Reflect::get(env, &name.into()) else {
        return Setting::Absent;
    };
    // JavaScript writes the number: Rust's code for it weighs more than all settings together.
    let number = || {
        value
            .as_f64()
            .and_then(|number| Some(String::from(Number::from(number).to_string_with_radix(10).ok()?)))
    };
    let boolean = || value.as_bool().map(|boolean| boolean.to_string());
    match value.as_string().or_else(number).or_else(boolean) {
        Some(text) => Setting::Text(text),
        None if value.is_undefined() => Setting::Absent,
        None => Setting::NotText,
    }
}

impl Config {
    /// Parses every setting; `lookup` returns a setting's value by its name. Parses all of them even after an error, so
    /// that one log line names each invalid setting.
    ///
    /// # Errors
    /// [`ConfigError`]
    pub fn read(lookup: impl Fn(&str) -> Setting) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(lookup);
        let algorithm = reader.value("ALGORITHM");
        if algorithm.is_some_and(|algorithm| algorithm != "HS256") {
            reader.reject("ALGORITHM", "only HS256 is supported: remove it or set it to HS256");
        }
        let (keys, client_address_secret) = read_secrets(&mut reader);
        let minutes = reader.number("ACCESS_TOKEN_EXPIRE_MINUTES", 10_080);
        let refresh_days = reader.number("REFRESH_TOKEN_EXPIRE_DAYS", 30);
        let session_days = reader.number("SESSION_MAX_DAYS", 90);
        let refresh_grace = reader.number_within(0..=MAX_REFRESH_GRACE_SECONDS, "REFRESH_GRACE_SECONDS", 10);
        let storage_limit = reader.number_within(0..=u32::MAX, "STORAGE_LIMIT_KIB", 65_536);
        let sessions_max = reader.number("SESSIONS_MAX", 100);
        let max_attempts = reader.number("SIGNIN_MAX_ATTEMPTS", 5);
        let window_seconds = reader.number("SIGNIN_WINDOW_SECONDS", 900);
        let argon2 = read_argon2(&mut reader);
        let allowed_origins = reader.origins("ALLOWED_ORIGINS");
        let allow_insecure_http = reader.boolean("ALLOW_INSECURE_HTTP");
        let read_replication = reader.boolean("D1_READ_REPLICATION");
        let expected_claims = ExpectedClaims {
            issuer: reader.text("JWT_ISSUER"),
            audience: reader.text("JWT_AUDIENCE"),
        };
        let issuers = read_issuers(&mut reader);
        let homes = databases::read(&mut reader);
        let (email, email_verification) = email::read(&mut reader);
        let build = || {
            Some(Self {
                keys: keys?,
                expected_claims,
                issuers: issuers?,
                verified_tokens: VerifiedTokens::default(),
                lifetimes: Lifetimes {
                    access_token: u64::from(minutes?) * SECONDS_PER_MINUTE,
                    refresh_token: u64::from(refresh_days?) * SECONDS_PER_DAY,
                    session: u64::from(session_days?) * SECONDS_PER_DAY,
                },
                refresh_grace_seconds: refresh_grace?.into(),
                homes: homes?,
                storage_limit: StorageLimit::from_kibibytes(storage_limit?),
                sessions_max: sessions_max?,
                signin_limit: SigninLimit {
                    max_attempts: max_attempts?,
                    window_seconds: window_seconds?,
                },
                argon2: argon2?,
                client_address_secret,
                allowed_origins: allowed_origins?,
                allow_insecure_http: allow_insecure_http?,
                read_replication: read_replication?,
                email,
                email_verification: email_verification?,
            })
        };
        match build() {
            Some(config) if reader.errors().is_empty() => Ok(config),
            _ => Err(ConfigError {
                reasons: reader.errors().join("; "),
                allow_insecure_http: allow_insecure_http.unwrap_or(false),
            }),
        }
    }
}

/// Parses the secrets: the keys, and the secret that authenticates the header with the client's address.
fn read_secrets<L: Fn(&str) -> Setting>(reader: &mut Reader<L>) -> (Option<Keyring>, Option<Secret>) {
    let current = reader.required_secret("JWT_SECRET");
    let previous = reader.secret("JWT_SECRET_PREVIOUS");
    let better_auth = ["BETTER_AUTH_SECRET", "BETTER_AUTH_SECRET_PREVIOUS"].map(|name| (name, reader.secret(name)));
    let client_address = reader.secret("CLIENT_ADDRESS_SECRET");
    let own = [("JWT_SECRET", &current), ("JWT_SECRET_PREVIOUS", &previous)];
    for (name, own) in own.into_iter().filter(|(_, own)| own.is_some()) {
        for (better_auth_name, _) in better_auth.iter().filter(|(_, secret)| secret == own) {
            let reason = format!(
                "equal to {name}: Better Auth would take our tokens for its own and hand over the account; give each its \
                 own secret"
            );
            reader.reject(better_auth_name, &reason);
        }
    }
    let [(_, current_frontend), (_, previous_frontend)] = &better_auth;
    let others = [&current, &previous, current_frontend, previous_frontend];
    if client_address.is_some() && others.contains(&&client_address) {
        let reason = "equal to another secret, and it travels in a header of every request: give it a value of its own";
        reader.reject("CLIENT_ADDRESS_SECRET", reason);
    }
    let keys = current.map(|current| {
        Keyring::new(
            current,
            previous,
            better_auth.into_iter().filter_map(|(_, secret)| secret),
        )
    });
    (keys, client_address)
}

fn read_issuers<L: Fn(&str) -> Setting>(reader: &mut Reader<L>) -> Option<Issuers> {
    let prefix = reader.text("BETTER_AUTH_SUBJECT_PREFIX").unwrap_or_default();
    let subject_prefix =
        SubjectPrefix::parse(prefix).inspect_err(|reason| reader.reject("BETTER_AUTH_SUBJECT_PREFIX", reason));
    let trust_role = reader.boolean("BETTER_AUTH_TRUST_ROLE");
    let subject_prefix = subject_prefix.ok();
    let trusted = trusted_issuers::read(reader, subject_prefix.as_ref());
    let better_auth = IssuerTrust {
        subject_prefix: subject_prefix?,
        trust_role: trust_role?,
    };
    Some(Issuers {
        better_auth,
        trusted: trusted?,
    })
}

fn read_argon2<L: Fn(&str) -> Setting>(reader: &mut Reader<L>) -> Option<Params> {
    let memory = reader.number("ARGON2_MEMORY_KIB", 19_456);
    let iterations = reader.number("ARGON2_ITERATIONS", 2);
    let (memory, iterations) = (memory?, iterations?);
    let is_strong_enough =
        |(min_memory, min_iterations): &(u32, u32)| memory >= *min_memory && iterations >= *min_iterations;
    if !ARGON2_MINIMUMS.iter().any(is_strong_enough) {
        let reason = "below every row of OWASP's table (47104 with 1, 19456 with 2, 12288 with 3, 9216 with 4, 7168 \
                      with 5): raise one of them";
        reader.reject("ARGON2_MEMORY_KIB, ARGON2_ITERATIONS", reason);
    }
    if memory > MAX_MEMORY_KIB {
        let reason = "more than 65536, and an isolate has 128 MB in all: lower it";
        reader.reject("ARGON2_MEMORY_KIB", reason);
    }
    if iterations > MAX_ITERATIONS {
        let reason = "more than 16, and each takes the CPU time of one pass over the memory: lower it, and raise \
                      ARGON2_MEMORY_KIB instead";
        reader.reject("ARGON2_ITERATIONS", reason);
    }
    Params::new(memory, iterations, 1, None).ok()
}

#[cfg(test)]
mod tests;
