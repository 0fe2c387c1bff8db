//! `TRUSTED_ISSUERS`: a JSON list of the issuers whose tokens are verified by public keys. One wrong entry rejects the setting,
//! since an issuer that is trusted by mistake can name any user.

use super::reader::{Reader, Setting};
use crate::{
    auth::{issuer_trust::IssuerTrust, trusted_issuer::TrustedIssuer},
    domain::{
        ids::SubjectPrefix,
        json::{JsonValue, Scalar},
        loopback::is_loopback,
    },
};

const NAME: &str = "TRUSTED_ISSUERS";
/// Where an issuer publishes its keys unless it says otherwise.
const DEFAULT_PATH: &str = "/.well-known/jwks.json";

/// Reads the setting; an absent one is an empty list. `better_auth` is the prefix of the Better Auth frontend, where that is
/// valid.
pub fn read<L: Fn(&str) -> Setting>(
    reader: &mut Reader<L>,
    better_auth: Option<&SubjectPrefix>,
) -> Option<Vec<TrustedIssuer>> {
    let Some(text) = reader.value(NAME) else {
        return Some(Vec::new());
    };
    let Some(entries) = JsonValue::parse(&text).and_then(JsonValue::elements) else {
        reader.reject(NAME, "not a JSON list of objects: see docs/issuers.md");
        return None;
    };
    let mut issuers: Vec<Entry> = Vec::new();
    for (index, entry) in entries.into_iter().enumerate() {
        let entry = Entry::parse(entry).and_then(|entry| entry.beside(&issuers, better_auth));
        match entry {
            Ok(entry) => issuers.push(entry),
            Err(reason) => {
                reader.reject(NAME, &format!("entry {}: {reason}", index + 1));
                return None;
            }
        }
    }
    Some(issuers.into_iter().map(Entry::into_issuer).collect())
}

/// An entry that is valid by itself.
struct Entry {
    name: String,
    keys: String,
    audience: Option<String>,
    subject_prefix: SubjectPrefix,
    trust_role: bool,
}

impl Entry {
    fn parse(entry: JsonValue<'_>) -> Result<Self, &'static str> {
        let (mut name, mut address, mut key_set, mut audience, mut prefix, mut trust_role) =
            (None, None, None, None, None, None);
        for (member, value) in entry.object().ok_or("not an object")?.members() {
            match member {
                "issuer" => set(&mut name, value.text().filter(|name| !name.is_empty())),
                "jwks_url" => set(&mut address, value.text()),
                "jwks" => set(&mut key_set, public_key_set(value)),
                "audience" => set(&mut audience, parse_audience(value)),
                "subject_prefix" => set(&mut prefix, value.text()),
                "trust_role" => set(&mut trust_role, value.decode::<bool>()),
                _ => Err("a member that is none of issuer, jwks_url, jwks, audience, subject_prefix, trust_role"),
            }
            .map_err(|reason| reason_for(member, reason))?;
        }
        let name = name.ok_or("issuer is missing")?;
        let keys = match (address, key_set) {
            (Some(_), Some(_)) => return Err("both jwks_url and jwks: keep one"),
            (None, Some(key_set)) => key_set,
            (address, None) => {
                let address = address.unwrap_or_else(|| format!("{}{DEFAULT_PATH}", name.trim_end_matches('/')));
                if !is_https_or_loopback(&address) {
                    return Err("its keys are neither at an https address nor at http on loopback: set jwks_url");
                }
                address
            }
        };
        Ok(Self {
            name,
            keys,
            audience: audience.ok_or("audience is missing: set it, or null for an issuer that sets none")?,
            subject_prefix: SubjectPrefix::parse(prefix.unwrap_or_default())?,
            trust_role: trust_role.unwrap_or(false),
        })
    }

    /// Checks that no other issuer has the same name, or could name the same users.
    fn beside(self, others: &[Self], better_auth: Option<&SubjectPrefix>) -> Result<Self, &'static str> {
        for other in others {
            if other.name == self.name {
                return Err("the issuer is in the list twice");
            }
            match (self.subject_prefix.is_empty(), other.subject_prefix.is_empty()) {
                (true, true) => return Err("a second issuer without subject_prefix: equal subjects would be one user"),
                (false, false) if self.subject_prefix.overlaps(&other.subject_prefix) => {
                    return Err("subject_prefix begins with another one, or another one with it");
                }
                _ => {}
            }
        }
        let better_auth = better_auth.filter(|prefix| !prefix.is_empty() && !self.subject_prefix.is_empty());
        match better_auth {
            Some(prefix) if prefix.overlaps(&self.subject_prefix) => {
                Err("subject_prefix begins with BETTER_AUTH_SUBJECT_PREFIX, or that with it")
            }
            _ => Ok(self),
        }
    }

    fn into_issuer(self) -> TrustedIssuer {
        let issuer = IssuerTrust {
            subject_prefix: self.subject_prefix,
            trust_role: self.trust_role,
        };
        TrustedIssuer::new(self.name, self.audience, self.keys, issuer)
    }
}

const WRONG_VALUE: &str = "wrong value";

/// Sets a member, which must not be set yet.
fn set<T>(member: &mut Option<T>, value: Option<T>) -> Result<(), &'static str> {
    match (member.is_some(), value) {
        (true, _) => Err("a member occurs twice"),
        (false, None) => Err(WRONG_VALUE),
        (false, value) => {
            *member = value;
            Ok(())
        }
    }
}

/// What a wrong value should have been.
fn reason_for(member: &str, reason: &'static str) -> &'static str {
    match (reason, member) {
        (WRONG_VALUE, "issuer") => "issuer is not a text of at least one character",
        (WRONG_VALUE, "jwks_url") => "jwks_url is not a text",
        (WRONG_VALUE, "jwks") => {
            "jwks is not a key set with at least one key, or one of its keys is symmetric or private"
        }
        (WRONG_VALUE, "audience") => "audience is neither a text of at least one character nor null",
        (WRONG_VALUE, "subject_prefix") => "subject_prefix is not a text",
        (WRONG_VALUE, _) => "trust_role is neither true nor false",
        _ => reason,
    }
}

/// `null` is an issuer without an audience.
fn parse_audience(value: JsonValue<'_>) -> Option<Option<String>> {
    match value.scalar() {
        Scalar::Null => Some(None),
        Scalar::Text(audience) if !audience.is_empty() => Some(Some(audience.into_owned())),
        _ => None,
    }
}

/// The key set in JSON; `None` where it has no keys, or one that is symmetric or private: such a key does not belong into a
/// setting that anybody with access to the dashboard can read.
fn public_key_set(value: JsonValue<'_>) -> Option<String> {
    let keys = value.object()?.get("keys")?.elements()?;
    let is_public = |key: &JsonValue<'_>| {
        key.object().is_some_and(|key| {
            let kty = key.get("kty").and_then(JsonValue::text);
            kty.is_some_and(|kty| kty != "oct") && key.get("d").is_none() && key.get("k").is_none()
        })
    };
    (!keys.is_empty() && keys.iter().all(is_public)).then(|| value.as_json().to_owned())
}

/// Whether the text is an address of https, or of http on loopback, which tokens' keys may come from.
fn is_https_or_loopback(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let is_plain = address.chars().all(|c| c.is_ascii_graphic() && c != '\\') && !authority.contains('@');
    is_plain
        && !host.is_empty()
        && (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") && is_loopback(host))
}

#[cfg(test)]
mod tests;
