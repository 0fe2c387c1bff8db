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
use std::{cell::OnceCell, rc::Rc, str::FromStr};
use worker::Env;

/// The D1 database.
pub const DATABASE: &str = "DB";
/// The Durable Objects that count sign-in attempts.
pub const SIGNIN_LIMITER: &str = "SIGNIN_LIMITER";

const SECONDS_PER_MINUTE: u64 = 60;
const SECONDS_PER_DAY: u64 = 86_400;

/// OWASP's table for Argon2id with p = 1 (Password Storage Cheat Sheet): memory in KiB and iterations, each row as good as
/// the others.
const ARGON2_FLOOR: [(u32, u32); 5] = [
    (47_104, 1),
    (19_456, 2),
    (12_288, 3),
    (9_216, 4),
    (7_168, 5),
];
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
    /// Reads every setting through `lookup`, which gives a setting's value by its name.
    ///
    /// # Errors
    /// [`SettingsRefused`]
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsRefused> {
        let mut settings = Settings {
            lookup,
            refusals: Vec::new(),
        };
        let config = settings.config();
        match config {
            Some(config) if settings.refusals.is_empty() => Ok(config),
            _ => Err(SettingsRefused(settings.refusals.join("; "))),
        }
    }
}

struct Settings<L> {
    lookup: L,
    refusals: Vec<String>,
}

impl<L: Fn(&str) -> Option<String>> Settings<L> {
    /// Reads all before it gives up on any, so that one log line names every setting that is wrong.
    fn config(&mut self) -> Option<Config> {
        let keys = self.keyring();
        let algorithm = self.text("ALGORITHM");
        if algorithm.is_some_and(|algorithm| algorithm != "HS256") {
            self.refuse(
                "ALGORITHM",
                "only HS256 is supported: remove it or set it to HS256",
            );
        }
        let minutes = self.number("ACCESS_TOKEN_EXPIRE_MINUTES", 10_080);
        let refresh_days = self.number("REFRESH_TOKEN_EXPIRE_DAYS", 30);
        let session_days = self.number("SESSION_MAX_DAYS", 90);
        let max_attempts = self.number("SIGNIN_MAX_ATTEMPTS", 5);
        let window_seconds = self.number("SIGNIN_WINDOW_SECONDS", 900);
        let argon2 = self.argon2();
        let allowed_origins = self.origins();
        let allow_insecure_http = self.boolean("ALLOW_INSECURE_HTTP");
        Some(Config {
            keys: keys?,
            parties: Parties {
                issuer: self.text("JWT_ISSUER"),
                audience: self.text("JWT_AUDIENCE"),
            },
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
            allowed_origins: allowed_origins?,
            allow_insecure_http: allow_insecure_http?,
        })
    }

    fn refuse(&mut self, name: &str, reason: &str) {
        self.refusals.push(format!("{name}: {reason}"));
    }

    /// A text; empty counts as not set.
    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    fn secret(&mut self, name: &str) -> Option<Secret> {
        let secret = Secret::new((self.lookup)(name)?.as_bytes());
        if secret.is_none() {
            self.refuse(
                name,
                &format!("shorter than 32 bytes: set a random one with `npx wrangler secret put {name}`, or in .dev.vars"),
            );
        }
        secret
    }

    fn keyring(&mut self) -> Option<Keyring> {
        if (self.lookup)("JWT_SECRET").is_none() {
            self.refuse(
                "JWT_SECRET",
                "missing: set a random one of at least 32 bytes with `npx wrangler secret put JWT_SECRET`, or in .dev.vars",
            );
        }
        let current = self.secret("JWT_SECRET");
        let previous = self.secret("JWT_SECRET_PREVIOUS");
        let better_auth = self.secret("BETTER_AUTH_SECRET");
        if current.is_some() && current == better_auth {
            self.refuse(
                "BETTER_AUTH_SECRET",
                "equal to JWT_SECRET: Better Auth would take our tokens for its own and hand over the account; give each its own secret",
            );
        }
        Some(Keyring::new(current?, previous, better_auth))
    }

    /// A whole number from 1 up.
    fn number(&mut self, name: &str, default: u32) -> Option<u32> {
        let Some(text) = (self.lookup)(name) else {
            return Some(default);
        };
        let digits_only = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = u32::from_str(&text)
            .ok()
            .filter(|number| digits_only && *number > 0);
        if number.is_none() {
            self.refuse(
                name,
                &format!(
                    "not a whole number from 1 to {}: correct or remove it (default {default})",
                    u32::MAX
                ),
            );
        }
        number
    }

    fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.text(name).as_deref() {
            None | Some("false") => Some(false),
            Some("true") => Some(true),
            Some(_) => {
                self.refuse(name, "neither true nor false: correct or remove it");
                None
            }
        }
    }

    fn argon2(&mut self) -> Option<Params> {
        let memory = self.number("ARGON2_MEMORY_KIB", 19_456);
        let iterations = self.number("ARGON2_ITERATIONS", 2);
        let (memory, iterations) = (memory?, iterations?);
        if memory > MAX_ARGON2_MEMORY_KIB {
            self.refuse(
                "ARGON2_MEMORY_KIB",
                &format!("more than {MAX_ARGON2_MEMORY_KIB}, which an isolate of 128 MB may not have: lower it"),
            );
        }
        if !ARGON2_FLOOR
            .iter()
            .any(|(least, rounds)| memory >= *least && iterations >= *rounds)
        {
            self.refuse(
                "ARGON2_MEMORY_KIB, ARGON2_ITERATIONS",
                "below every row of OWASP's table (47104 with 1, 19456 with 2, 12288 with 3, 9216 with 4, 7168 with 5): raise one of them",
            );
        }
        Params::new(memory, iterations, 1, None).ok()
    }

    fn origins(&mut self) -> Option<Vec<String>> {
        let list = self.text("ALLOWED_ORIGINS").unwrap_or_default();
        let origins: Vec<String> = list
            .split(',')
            .map(str::trim)
            .filter(|origin| !origin.is_empty())
            .map(str::to_owned)
            .collect();
        if origins.iter().all(|origin| is_origin(origin)) {
            return Some(origins);
        }
        self.refuse(
            "ALLOWED_ORIGINS",
            "not a comma list of exact origins like https://app.example.com: no *, no path, no slash at the end",
        );
        None
    }
}

/// A scheme, a host in lower case and perhaps a port, as browsers send it (RFC 6454, section 6.2).
fn is_origin(origin: &str) -> bool {
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte)
            })
    })
}
