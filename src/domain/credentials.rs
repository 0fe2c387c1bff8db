//! What a person signs up and in with: passwords, which no log can print, and names.

use super::validation::FieldErrorKind;
use crate::platform::unicode;
use std::fmt;

const MIN_PASSWORD_CHARACTERS: usize = 8;
const MAX_PASSWORD_CHARACTERS: usize = 128;
const MAX_NAME_CHARACTERS: usize = 100;

/// Of the 10,000 most common passwords, those that the other rules would let pass in some mixture of case: lower case,
/// a line each. Taken from the list that Django ships (BSD) and the one that zxcvbn ships (MIT), 10,000 of each.
const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

/// A password, normalised to NFC so that every keyboard spells it alike; nothing is trimmed or cut.
pub struct Password(String);

impl Password {
    /// Reads a password that somebody wants to have.
    ///
    /// # Errors
    /// The first rule that it breaks: 8 to 128 characters; a lower-case letter, an upper-case letter and a digit (of
    /// any script); none of the most common ones, whatever its case.
    pub fn parse_new(text: &str) -> Result<Self, FieldErrorKind> {
        let password = Self::parse_attempt(text)?;
        let text = password.0.as_str();
        if text.chars().count() < MIN_PASSWORD_CHARACTERS {
            return Err(FieldErrorKind::StringTooShort(MIN_PASSWORD_CHARACTERS));
        }
        let rule = if !text.chars().any(char::is_lowercase) {
            "Password should contain a lower-case letter"
        } else if !text.chars().any(char::is_uppercase) {
            "Password should contain an upper-case letter"
        } else if !unicode::has_decimal_digit(text) {
            "Password should contain a digit"
        } else if is_common(text) {
            "Password is one of the most common ones"
        } else {
            return Ok(password);
        };
        Err(FieldErrorKind::Password(rule))
    }

    /// Reads a password that somebody claims to have: rules may have been weaker when it was chosen, so that only its
    /// length is bounded.
    ///
    /// # Errors
    /// [`FieldErrorKind::StringTooLong`] over 128 characters.
    pub fn parse_attempt(text: &str) -> Result<Self, FieldErrorKind> {
        let normalised = unicode::nfc(text, MAX_PASSWORD_CHARACTERS);
        let normalised = normalised.ok_or(FieldErrorKind::StringTooLong(MAX_PASSWORD_CHARACTERS))?;
        Ok(Self(normalised.into_owned()))
    }

    /// The bytes to hash: UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(_)")
    }
}

fn is_common(text: &str) -> bool {
    let text = text.to_lowercase();
    COMMON_PASSWORDS.lines().any(|common| common == text)
}

/// How a person wants to be called, 1 to 100 characters.
#[derive(Clone, Debug)]
pub struct Name(String);

impl Name {
    /// Reads a name.
    ///
    /// # Errors
    /// [`FieldErrorKind::StringTooShort`] where it is empty, [`FieldErrorKind::StringTooLong`] over 100 characters.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        match text.chars().count() {
            0 => Err(FieldErrorKind::StringTooShort(1)),
            1..=MAX_NAME_CHARACTERS => Ok(Self(text.to_owned())),
            _ => Err(FieldErrorKind::StringTooLong(MAX_NAME_CHARACTERS)),
        }
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<FieldErrorKind> {
        Password::parse_new(text).err()
    }

    #[test]
    fn each_password_rule_refuses_by_name() {
        assert_eq!(refusal("Sh0rt.."), Some(FieldErrorKind::StringTooShort(8)));
        assert_eq!(refusal(&"Aa1".repeat(43)), Some(FieldErrorKind::StringTooLong(128)));
        for weak in ["NOLOWERCASE1", "nouppercase1", "NoDigitsHere"] {
            assert!(matches!(refusal(weak), Some(FieldErrorKind::Password(_))), "{weak}");
        }
        assert_eq!(refusal("Correct horse 9"), None);
        assert_eq!(refusal(&"Aa1.".repeat(32)), None);
    }

    #[test]
    fn common_passwords_are_refused_in_any_case() {
        for common in ["Password1", "pASSWORD123", "Passw0rd", "Qwerty123"] {
            assert!(matches!(refusal(common), Some(FieldErrorKind::Password(_))), "{common}");
        }
    }

    #[test]
    fn the_list_holds_nothing_that_other_rules_refuse() {
        for common in COMMON_PASSWORDS.lines() {
            assert!(common.chars().count() >= MIN_PASSWORD_CHARACTERS, "{common}");
            assert!(common.chars().any(|c| c.is_ascii_digit()), "{common}");
            assert_eq!(common, common.to_lowercase());
        }
    }

    #[test]
    fn a_password_never_prints() {
        let printed = format!("{:?}", Password::parse_attempt("Correct horse 9"));
        assert!(!printed.contains("horse"), "{printed}");
    }
}
