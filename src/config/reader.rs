//! Parses one setting at a time and collects the errors: each invalid setting's name, the reason, and how to correct it.

use crate::auth::keys::Secret;
use std::ops::RangeInclusive;

/// A setting as it is bound to the Worker.
pub enum Setting {
    /// The setting is absent.
    Absent,
    /// The value as text.
    Text(String),
    /// A table or a list, which is never valid.
    NotText,
}

/// Parses settings by name and collects their errors.
pub struct Reader<L> {
    lookup: L,
    errors: Vec<String>,
}

impl<L: Fn(&str) -> Setting> Reader<L> {
    /// Creates a reader; `lookup` returns a setting's value by its name.
    pub fn new(lookup: L) -> Self {
        Self {
            lookup,
            errors: Vec::new(),
        }
    }

    /// The errors so far.
    pub fn errors(&self) -> &[String] {
        &self.errors
    }

    /// Rejects a setting. The reason says how to correct it, and never contains the value.
    pub fn reject(&mut self, name: &str, reason: &str) {
        self.errors.push(format!("{name}: {reason}"));
    }

    /// Reads a value unchanged.
    pub fn value(&mut self, name: &str) -> Option<String> {
        match (self.lookup)(name) {
            Setting::Absent => None,
            Setting::Text(text) => Some(text),
            Setting::NotText => {
                self.reject(name, "neither text nor a number nor a boolean: correct or remove it");
                None
            }
        }
    }

    /// Whether a binding is there, which is neither text nor a number nor a boolean.
    pub fn is_bound(&self, name: &str) -> bool {
        matches!((self.lookup)(name), Setting::NotText)
    }

    /// Reads a text; empty counts as absent.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.value(name).filter(|value| !value.is_empty())
    }

    /// Reads an optional secret of at least 32 bytes.
    pub fn secret(&mut self, name: &str) -> Option<Secret> {
        let value = self.value(name)?;
        let secret = Secret::new(value.as_bytes());
        if secret.is_none() {
            self.reject_secret(name, "shorter than 32 bytes");
        }
        secret
    }

    /// Reads a required secret of at least 32 bytes.
    pub fn required_secret(&mut self, name: &str) -> Option<Secret> {
        if matches!((self.lookup)(name), Setting::Absent) {
            self.reject_secret(name, "missing");
        }
        self.secret(name)
    }

    fn reject_secret(&mut self, name: &str, reason: &str) {
        let correction = format!("set at least 32 random bytes with `npx wrangler secret put {name}`, or in .dev.vars");
        self.reject(name, &format!("{reason}: {correction}"));
    }

    /// Reads a whole number from 1, written in digits only.
    pub fn number(&mut self, name: &str, default: u32) -> Option<u32> {
        self.number_within(1..=u32::MAX, name, default)
    }

    /// Reads a whole number within the range, written in digits only.
    pub fn number_within(&mut self, range: RangeInclusive<u32>, name: &str, default: u32) -> Option<u32> {
        let Some(text) = self.value(name) else {
            return Some(default);
        };
        let has_only_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text
            .parse()
            .ok()
            .filter(|number| has_only_digits && range.contains(number));
        if number.is_none() {
            let reason = format!("not a whole number from {} to {}", range.start(), range.end());
            self.reject(name, &format!("{reason}: correct or remove it (default {default})"));
        }
        number
    }

    /// Reads `true` or `false`; absent means `false`.
    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.value(name).as_deref() {
            None | Some("false") => Some(false),
            Some("true") => Some(true),
            Some(_) => {
                self.reject(name, "neither true nor false: correct or remove it");
                None
            }
        }
    }

    /// Reads a comma-separated list of exact origins.
    pub fn origins(&mut self, name: &str) -> Option<Vec<String>> {
        let list = self.text(name).unwrap_or_default();
        let origins = list.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        let origins: Vec<String> = origins.map(str::to_owned).collect();
        if origins.iter().all(|origin| is_origin(origin)) {
            return Some(origins);
        }
        let form = "not a comma list of exact origins like https://app.example.com";
        self.reject(name, &format!("{form}: write them without *, path or slash at the end"));
        None
    }
}

/// Whether the text is an origin as browsers send it (RFC 6454, section 6.2): a scheme, a host in lower case, and a port
/// only where it is not the scheme's default.
fn is_origin(origin: &str) -> bool {
    let Some((authority, default_port)) = (origin.strip_prefix("https://").map(|rest| (rest, "443")))
        .or_else(|| origin.strip_prefix("http://").map(|rest| (rest, "80")))
    else {
        return false;
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_host_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    let is_port = |port: &str| port.parse::<u16>().is_ok() && port != default_port;
    !host.is_empty() && host.bytes().all(is_host_byte) && port.is_none_or(is_port)
}
