//! An email address in canonical form, by which accounts are stored and found.

use super::validation::FieldErrorKind;
use crate::platform::unicode;

const MAX_CHARACTERS: usize = 254;
const MAX_LOCAL_CHARACTERS: usize = 64;
const MAX_LABEL_CHARACTERS: usize = 63;

/// An address, trimmed, in lower case and NFC: a dot-atom, an `@`, and a domain with a dot (RFC 5321, section 4.1.2,
/// with the letters of every script as RFC 6531 adds them).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses and canonicalises what a person typed.
    ///
    /// # Errors
    /// [`FieldErrorKind::Email`] where the text is not an address, or has more than 254 characters.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        // Lower each character alone: `str::to_lowercase` maps a capital sigma by its position in the word.
        let lower_case: String = text.trim().chars().flat_map(char::to_lowercase).collect();
        let address = unicode::nfc(&lower_case, MAX_CHARACTERS).ok_or(FieldErrorKind::Email)?;
        if unicode::has_symbol_beyond_ascii(&address) {
            return Err(FieldErrorKind::Email);
        }
        match address.rsplit_once('@') {
            Some((local, domain)) if is_local_part(local) && is_domain(domain) => Ok(Self(address.into_owned())),
            _ => Err(FieldErrorKind::Email),
        }
    }

    /// The canonical form, as tokens and database rows hold it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local_part(local: &str) -> bool {
    local.chars().count() <= MAX_LOCAL_CHARACTERS
        && local.split('.').all(|atom| {
            !atom.is_empty()
                && atom
                    .chars()
                    .all(|c| is_letter_or_digit(c) || "!#$%&'*+-/=?^_`{|}~".contains(c))
        })
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().count() <= MAX_LABEL_CHARACTERS
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| is_letter_or_digit(c) || c == '-')
    };
    // Reject a last label of digits only: the domain would be an IP address, not a name.
    match domain.rsplit_once('.') {
        Some((rest, last)) => {
            rest.split('.').all(is_label) && is_label(last) && !last.chars().all(|c| c.is_ascii_digit())
        }
        None => false,
    }
}

/// Counts every character beyond ASCII as a letter or digit: `Email::parse` has already rejected all others.
fn is_letter_or_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii()
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
