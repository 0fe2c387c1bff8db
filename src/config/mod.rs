//! The only file that names a binding, a var or a secret. Settings are read once an isolate, and refused by name.

use crate::{
    auth::{
        claims::Parties,
        keys::{Keyring, Secret},
        session::Lifetimes,
    },
    limiter::policy::Limit,
};
use argon2::Params;
use js_sys::Reflect;
use reader::Reader;
use std::{cell::OnceCell, rc::Rc};
use worker::Env;

mod reader;

/// The D1 database.
pub const DATABASE: &str = "DB";
/// The Durable Objects that count sign-in attempts.
pub const SIGNIN_LIMITER: &str = "SIGNIN_LIMITER";

/// The shield of the authentication routes against floods, by a client's address.
pub const AUTH_RATE_LIMIT: &str = "AUTH_RATE_LIMIT";
/// The shield of all other routes, by a token's subject.
pub const RESOURCE_RATE_LIMIT: &str = "RESOURCE_RATE_LIMIT";

const SECONDS_PER_MINUTE: u64 = 60;
const SECONDS_PER_DAY: u64 = 86_400;

/// OWASP's table for Argon2id with p = 1 (Password Storage Cheat Sheet): memory in KiB and iterations, each row as good as
/// the others.
const ARGON2_FLOOR: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];
/// An isolate has 128 MB in all.
const MAX_ARGON2_MEMORY_KIB: u32 = 65_536;

/// Everything that can be set. Debug prints no secret.
#[derive(Debug)]
pub struct Config {
    /// The keys from the three secrets.
    pub keys: Keyring,
    /// `JWT_ISSUER` and `JWT_AUDIENCE`.
    pub parties: Parties,
    /// `ACCESS_TOKEN_EXPIRE_MINUTES`, `REFRESH_TOKEN_EXPIRE_DAYS` and `SESSION_MAX_DAYS`, in seconds.
    pub lifetimes: Lifetimes,
    /// `SIGNIN_MAX_ATTEMPTS` and `SIGNIN_WINDOW_SECONDS`.
    pub signin_limit: Limit,
    /// `ARGON2_MEMORY_KIB` and `ARGON2_ITERATIONS`.
    pub argon2: Params,
    /// `CLIENT_ADDRESS_SECRET`.
    pub client_address_secret: Option<Secret>,
    /// `ALLOWED_ORIGINS`.
    pub allowed_origins: Vec<String>,
    /// `ALLOW_INSECURE_HTTP`.
    pub allow_insecure_http: bool,
}

/// Every setting that is refused, each with the reason and the cure, in one text for the log.
#[derive(Clone, Debug)]
pub struct SettingsRefused(pub String);

/// The settings of this isolate, read at its first request.
///
/// # Errors
/// [`SettingsRefused`]
pub fn of_isolate(env: &Env) -> Result<Rc<Config>, SettingsRefused> {
    thread_local! {
        static CONFIG: OnceCell<Result<Rc<Config>, SettingsRefused>> = const { OnceCell::new() };
    }
    CONFIG.with(|config| {
        config
            .get_or_init(|| Config::read(|name| value_of(env, name)).map(Rc::new))
            .clone()
    })
}

/// A setting as text. In wrangler.toml a number or a boolean may stand without quotes, and then is no string here.
fn value_of(env: &Env, name: &str) -> Option<String> {
    let value = Reflect::get(env, &name.into()).ok()?;
    value
        .as_string()
        .or_else(|| value.as_f64().map(|number| number.to_string()))
        .or_else(|| value.as_bool().map(|boolean| boolean.to_string()))
        .or_else(|| (!value.is_undefined()).then(|| format!("{value:?}")))
}

impl Config {
    /// Reads every setting through `lookup`, which gives a setting's value by its name; all of them before it gives up on
    /// any, so that one log line names each that is wrong.
    ///
    /// # Errors
    /// [`SettingsRefused`]
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsRefused> {
        let mut reader = Reader::new(lookup);
        let client_address_secret = reader.secret("CLIENT_ADDRESS_SECRET");
        let algorithm = reader.text("ALGORITHM");
        if algorithm.is_some_and(|algorithm| algorithm != "HS256") {
            reader.refuse("ALGORITHM", "only HS256 is supported: remove it or set it to HS256");
        }
        let keys = read_keyring(&mut reader);
        let minutes = reader.number("ACCESS_TOKEN_EXPIRE_MINUTES", 10_080);
        let refresh_days = reader.number("REFRESH_TOKEN_EXPIRE_DAYS", 30);
        let session_days = reader.number("SESSION_MAX_DAYS", 90);
        let max_attempts = reader.number("SIGNIN_MAX_ATTEMPTS", 5);
        let window_seconds = reader.number("SIGNIN_WINDOW_SECONDS", 900);
        let argon2 = read_argon2(&mut reader);
        let allowed_origins = reader.origins("ALLOWED_ORIGINS");
        let allow_insecure_http = reader.boolean("ALLOW_INSECURE_HTTP");
        let parties = Parties {
            issuer: reader.text("JWT_ISSUER"),
            audience: reader.text("JWT_AUDIENCE"),
        };
        let build = || {
            Some(Self {
                keys: keys?,
                parties,
                lifetimes: Lifetimes {
                    access_token: u64::from(minutes?) * SECONDS_PER_MINUTE,
                    refresh_token: u64::from(refresh_days?) * SECONDS_PER_DAY,
                    session: u64::from(session_days?) * SECONDS_PER_DAY,
                },
                signin_limit: Limit {
                    max_attempts: max_attempts?,
                    window_seconds: window_seconds?,
                },
                argon2: argon2?,
                client_address_secret,
                allowed_origins: allowed_origins?,
                allow_insecure_http: allow_insecure_http?,
            })
        };
        match build() {
            Some(config) if reader.refusals().is_empty() => Ok(config),
            _ => Err(SettingsRefused(reader.refusals().join("; "))),
        }
    }
}

fn read_keyring<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>) -> Option<Keyring> {
    let current = reader.required_secret("JWT_SECRET");
    let previous = reader.secret("JWT_SECRET_PREVIOUS");
    let better_auth = reader.secret("BETTER_AUTH_SECRET");
    if current.is_some() && current == better_auth {
        let reason = "equal to JWT_SECRET: Better Auth would take our tokens for its own and hand over the account; \
                      give each its own secret";
        reader.refuse("BETTER_AUTH_SECRET", reason);
    }
    Some(Keyring::new(current?, previous, better_auth))
}

fn read_argon2<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>) -> Option<Params> {
    let memory = reader.number("ARGON2_MEMORY_KIB", 19_456);
    let iterations = reader.number("ARGON2_ITERATIONS", 2);
    let (memory, iterations) = (memory?, iterations?);
    let is_enough = |(least, rounds): &(u32, u32)| memory >= *least && iterations >= *rounds;
    if !ARGON2_FLOOR.iter().any(is_enough) {
        let reason = "below every row of OWASP's table (47104 with 1, 19456 with 2, 12288 with 3, 9216 with 4, 7168 \
                      with 5): raise one of them";
        reader.refuse("ARGON2_MEMORY_KIB, ARGON2_ITERATIONS", reason);
    }
    if memory > MAX_ARGON2_MEMORY_KIB {
        let reason = "more than 65536, and an isolate has 128 MB in all: lower it";
        reader.refuse("ARGON2_MEMORY_KIB", reason);
    }
    Params::new(memory, iterations, 1, None).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "a secret of at least 32 bytes, as told";
    const OTHER: &str = "another one of at least 32 bytes, as told";

    /// Reads these settings and a good secret; gives the text of the refusal, empty where nothing is refused.
    fn refusal(settings: &[(&str, &str)]) -> String {
        let lookup = |name: &str| {
            let set = settings.iter().find(|(set, _)| *set == name);
            set.map(|(_, value)| (*value).to_owned())
                .or((name == "JWT_SECRET").then(|| GOOD.to_owned()))
        };
        Config::read(lookup).err().map(|refused| refused.0).unwrap_or_default()
    }

    #[test]
    fn a_secret_alone_is_enough() {
        assert_eq!(refusal(&[]), "");
        let missing = Config::read(|_| None)
            .err()
            .map(|refused| refused.0)
            .unwrap_or_default();
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
            ("JWT_SECRET_PREVIOUS", OTHER),
            ("BETTER_AUTH_SECRET", OTHER),
            ("ALGORITHM", "HS256"),
            ("ALLOWED_ORIGINS", "https://a.example, http://localhost:3000"),
            ("ALLOW_INSECURE_HTTP", "true"),
            ("JWT_ISSUER", ""),
        ];
        assert_eq!(refusal(&settings), "");
    }
}
