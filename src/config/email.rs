//! The settings of email: who writes, where links lead, and what an address that is not verified may do.

use super::reader::{Reader, Setting};
use crate::platform::bindings;

/// Who writes, and the frontend that links lead to.
#[derive(Debug)]
pub struct EmailSettings {
    /// `EMAIL_FROM`: the address, and the name before it where there is one.
    pub from: Sender,
    /// `APP_URL`, without a slash at the end.
    pub app_url: String,
}

/// The sender of every message.
#[derive(Debug, PartialEq, Eq)]
pub struct Sender {
    /// The address.
    pub address: String,
    /// The name that mail programs show.
    pub name: Option<String>,
}

/// `EMAIL_VERIFICATION`: whether sign-up sends a link, and whether a sign-in requires that it was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailVerification {
    /// No link is sent unless the user asks for it.
    Off,
    /// Sign-up sends a link; nothing is refused to those who do not follow it.
    Optional,
    /// Nobody signs in before the link was followed.
    Required,
}

/// Reads the settings; the first is `None` where email is not configured, which is no error: the binding and both settings are
/// needed for it.
pub(super) fn read<L: Fn(&str) -> Setting>(
    reader: &mut Reader<L>,
) -> (Option<EmailSettings>, Option<EmailVerification>) {
    let from = reader.text("EMAIL_FROM").map(|text| {
        let sender = Sender::parse(&text);
        if sender.is_none() {
            let reason =
                "neither an address nor a name with an address, like Example <hello@example.com>: correct or remove it";
            reader.reject("EMAIL_FROM", reason);
        }
        sender
    });
    let app_url = reader.text("APP_URL").map(|text| {
        let url = parse_url(&text);
        if url.is_none() {
            let reason = "not the address of a frontend, like https://app.example.com, without query and fragment: correct or remove it";
            reader.reject("APP_URL", reason);
        }
        url
    });
    let settings = match (from.flatten(), app_url.flatten(), reader.is_bound(bindings::EMAIL)) {
        (Some(from), Some(app_url), true) => Some(EmailSettings { from, app_url }),
        _ => None,
    };
    let verification = match reader.value("EMAIL_VERIFICATION").as_deref() {
        None | Some("off") => Some(EmailVerification::Off),
        Some("optional") => Some(EmailVerification::Optional),
        Some("required") => Some(EmailVerification::Required),
        Some(_) => {
            reader.reject(
                "EMAIL_VERIFICATION",
                "none of off, optional, required: correct or remove it",
            );
            None
        }
    };
    if settings.is_none() && verification.is_some_and(|verification| verification != EmailVerification::Off) {
        let reason = "needs email: set EMAIL_FROM and APP_URL, and bind EMAIL as wrangler.toml shows, or set it to off";
        reader.reject("EMAIL_VERIFICATION", reason);
    }
    (settings, verification)
}

impl Sender {
    /// Parses `address` or `name <address>`.
    fn parse(text: &str) -> Option<Self> {
        let (name, address) = match text.trim().strip_suffix('>').and_then(|text| text.split_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"'), address.trim()),
            None => ("", text.trim()),
        };
        let (local, domain) = address.split_once('@')?;
        let is_part =
            |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@<>,;\"".contains(c));
        let is_name = !name.contains(char::is_control) && !name.contains(['<', '>']);
        (is_part(local) && is_part(domain) && is_name).then(|| Self {
            address: address.to_owned(),
            name: (!name.is_empty()).then(|| name.to_owned()),
        })
    }
}

fn parse_url(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_url = !rest.is_empty()
        && !rest.starts_with('/')
        && !rest.contains(|c: char| c.is_whitespace() || "?#\"'<>\\".contains(c));
    is_url.then(|| text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests;
