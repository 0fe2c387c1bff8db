//! Reads one setting at a time, and remembers of each that is refused its name, the reason and the cure.

use crate::auth::keys::Secret;

/// A setting as it is bound to the Worker.
pub enum Setting {
    /// It is not set.
    Absent,
    /// Its value as text.
    Text(String),
    /// A table or a list, which no setting is.
    NotText,
}

/// Settings by their names, and what was wrong with those that were read.
pub struct Reader<L> {
    lookup: L,
    refusals: Vec<String>,
}

impl<L: Fn(&str) -> Setting> Reader<L> {
    /// Reads through `lookup`, which gives a setting's value by its name.
    pub fn new(lookup: L) -> Self {
        Self {
            lookup,
            refusals: Vec::new(),
        }
    }

    /// Everything that was refused so far.
    pub fn refusals(&self) -> &[String] {
        &self.refusals
    }

    /// Refuses a setting. The reason names the cure, and never the value.
    pub fn refuse(&mut self, name: &str, reason: &str) {
        self.refusals.push(format!("{name}: {reason}"));
    }

    /// A value as it is.
    pub fn value(&mut self, name: &str) -> Option<String> {
        match (self.lookup)(name) {
            Setting::Absent => None,
            Setting::Text(text) => Some(text),
            Setting::NotText => {
                self.refuse(name, "neither text nor a number nor a boolean: correct or remove it");
                None
            }
        }
    }

    /// A text; empty counts as not set.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.value(name).filter(|value| !value.is_empty())
    }

    /// A secret that may be absent, but not short.
    pub fn secret(&mut self, name: &str) -> Option<Secret> {
        let value = self.value(name)?;
        let secret = Secret::new(value.as_bytes());
        if secret.is_none() {
            self.refuse_secret(name, "shorter than 32 bytes");
        }
        secret
    }

    /// A secret that must be there.
    pub fn required_secret(&mut self, name: &str) -> Option<Secret> {
        if matches!((self.lookup)(name), Setting::Absent) {
            self.refuse_secret(name, "missing");
        }
        self.secret(name)
    }

    fn refuse_secret(&mut self, name: &str, fault: &str) {
        let cure = format!("set at least 32 random bytes with `npx wrangler secret put {name}`, or in .dev.vars");
        self.refuse(name, &format!("{fault}: {cure}"));
    }

    /// A whole number from 1 up, in digits alone.
    pub fn number(&mut self, name: &str, default: u32) -> Option<u32> {
        let Some(text) = self.value(name) else {
            return Some(default);
        };
        let in_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| in_digits && *number > 0);
        if number.is_none() {
            let range = format!("not a whole number from 1 to {}", u32::MAX);
            self.refuse(name, &format!("{range}: correct or remove it (default {default})"));
        }
        number
    }

    /// `true` or `false`, the default.
    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.value(name).as_deref() {
            None | Some("false") => Some(false),
            Some("true") => Some(true),
            Some(_) => {
                self.refuse(name, "neither true nor false: correct or remove it");
                None
            }
        }
    }

    /// A comma list of exact origins.
    pub fn origins(&mut self, name: &str) -> Option<Vec<String>> {
        let list = self.text(name).unwrap_or_default();
        let origins = list.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        let origins: Vec<String> = origins.map(str::to_owned).collect();
        if origins.iter().all(|origin| is_origin(origin)) {
            return Some(origins);
        }
        let form = "not a comma list of exact origins like https://app.example.com";
        self.refuse(name, &format!("{form}: write them without *, path or slash at the end"));
        None
    }
}

/// A scheme, a host in lower case and perhaps a port, as browsers send it (RFC 6454, section 6.2): never the scheme's own.
fn is_origin(origin: &str) -> bool {
    let Some((authority, own_port)) = (origin.strip_prefix("https://").map(|rest| (rest, "443")))
        .or_else(|| origin.strip_prefix("http://").map(|rest| (rest, "80")))
    else {
        return false;
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_host_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    let is_port = |port: &str| port.parse::<u16>().is_ok() && port != own_port;
    !host.is_empty() && host.bytes().all(is_host_byte) && port.is_none_or(is_port)
}
