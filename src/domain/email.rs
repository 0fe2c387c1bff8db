//! An email address in canonical form, by which accounts are stored and found: one mailbox has one spelling.

use super::validation::FieldErrorKind;
use crate::platform::unicode;
use std::borrow::Cow;

const MAX_CHARACTERS: usize = 254;
const MAX_LOCAL_CHARACTERS: usize = 64;
/// RFC 1035, section 2.3.4, in octets of the ASCII form.
const MAX_LABEL_OCTETS: usize = 63;

/// An address: a dot-atom, an `@`, and a domain with a dot (RFC 5321, section 4.1.2, with the letters of every script as
/// RFC 6531 adds them). The local part is case-folded and in NFC, the domain in its ASCII form (UTS 46).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses and canonicalises what a person typed.
    ///
    /// # Errors
    /// [`FieldErrorKind::Email`] where the text is not an address, or has more than 254 characters.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let address = text.trim().rsplit_once('@').and_then(|(local, domain)| {
            let local = canonical_local_part(local)?;
            let domain = canonical_domain(domain)?;
            Some(format!("{local}@{domain}"))
        });
        let address = address.filter(|address| address.chars().count() <= MAX_CHARACTERS);
        address.map(Self).ok_or(FieldErrorKind::Email)
    }

    /// The canonical form, as tokens and database rows hold it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn canonical_local_part(local: &str) -> Option<Cow<'_, str>> {
    let folded = unicode::fold_case(local, MAX_LOCAL_CHARACTERS)?;
    let is_atom = |atom: &str| {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        !atom.is_empty() && atom.chars().all(is_allowed)
    };
    (folded.split('.').all(is_atom) && !unicode::has_symbol_beyond_ascii(&folded)).then_some(folded)
}

fn canonical_domain(domain: &str) -> Option<Cow<'_, str>> {
    let is_domain_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' || !byte.is_ascii();
    if domain.chars().count() > MAX_CHARACTERS || !domain.bytes().all(is_domain_byte) {
        return None;
    }
    let ascii = unicode::domain_to_ascii(domain)?;
    let is_label = |label: &str| {
        (1..=MAX_LABEL_OCTETS).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let (rest, last) = ascii.rsplit_once('.')?;
    // Reject a last label of digits only: the domain would be an IP address, not a name.
    let is_domain = rest.split('.').all(is_label) && is_label(last) && !last.bytes().all(|byte| byte.is_ascii_digit());
    is_domain.then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonicalises_an_address() -> Result<(), FieldErrorKind> {
        let address = Email::parse("  Ada.Lovelace+Notes@Example.COM\n")?;
        assert_eq!(address.as_str(), "ada.lovelace+notes@example.com");
        Ok(())
    }

    #[test]
    fn rejects_text_that_is_not_an_address() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_label = format!("a@{}.com", "b".repeat(64));
        let long_address = format!("a@{}com", "b.".repeat(125));
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@.com",
            "ada@example.",
            "ada@example..com",
            "ada@-example.com",
            "ada@example-.com",
            "ada@exa_mple.com",
            "ada@127.0.0.1",
            "ada@[127.0.0.1]",
            ".ada@example.com",
            "ada.@example.com",
            "a..da@example.com",
            "a da@example.com",
            "a@da@example.com",
            "\"ada\"@example.com",
            "ada@example.com\0",
            "Ada <ada@example.com>",
            &long_local,
            &long_label,
            &long_address,
        ] {
            assert_eq!(Email::parse(text), Err(FieldErrorKind::Email), "{text:?}");
        }
    }

    #[test]
    fn accepts_every_atom_character_and_the_maximum_lengths() {
        assert!(Email::parse("!#$%&'*+-/=?^_`{|}~@example.com").is_ok());
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(64))).is_ok());
        assert!(Email::parse(&format!("a@{}com", "b.".repeat(124))).is_ok());
    }
}
