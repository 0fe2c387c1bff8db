//! Passwords, whose Debug prints nothing of them, and display names.

use super::validation::FieldErrorKind;
use crate::platform::unicode;
use std::fmt;

const MIN_PASSWORD_CHARACTERS: usize = 8;
const MAX_PASSWORD_CHARACTERS: usize = 128;
const MAX_NAME_CHARACTERS: usize = 100;

/// Those of the 10,000 most common passwords that satisfy the other rules in some mixture of case; lower case, one per
/// line. Taken from Django's list (BSD) and zxcvbn's list (MIT), 10,000 of each.
const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

/// A password, normalised to NFC so that different keyboards produce the same bytes; never trimmed or truncated.
pub struct Password {
    normalised: String,
    /// The text as it was typed, where that differs.
    typed: Option<String>,
}

impl Password {
    /// Parses a new password.
    ///
    /// # Errors
    /// The first violated rule: 8 to 128 characters; a lower-case letter, an upper-case letter and a digit (of any script);
    /// not one of the most common passwords, compared without case.
    pub fn parse_new(text: &str) -> Result<Self, FieldErrorKind> {
        let password = Self::normalise(text)?;
        let text = password.as_str();
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

    /// Parses the password of a sign-in. Checks only its length, since the rules may have been weaker when it was chosen.
    ///
    /// # Errors
    /// [`FieldErrorKind::StringTooShort`] where it is empty, [`FieldErrorKind::StringTooLong`] over 128 characters.
    pub fn parse_attempt(text: &str) -> Result<Self, FieldErrorKind> {
        match text {
            "" => Err(FieldErrorKind::StringTooShort(1)),
            text => Self::normalise(text),
        }
    }

    fn normalise(text: &str) -> Result<Self, FieldErrorKind> {
        let normalised = unicode::nfc(text, MAX_PASSWORD_CHARACTERS);
        let normalised = normalised.ok_or(FieldErrorKind::StringTooLong(MAX_PASSWORD_CHARACTERS))?;
        Ok(Self {
            typed: (normalised != text).then(|| text.to_owned()),
            normalised: normalised.into_owned(),
        })
    }

    /// The text to hash.
    pub fn as_str(&self) -> &str {
        &self.normalised
    }

    /// The bytes to hash, in UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        self.normalised.as_bytes()
    }

    /// The bytes as they were typed: what a system hashed that does not normalise passwords.
    pub fn as_typed_bytes(&self) -> &[u8] {
        self.typed.as_deref().unwrap_or(&self.normalised).as_bytes()
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

/// A display name, 1 to 100 characters.
#[derive(Clone, Debug)]
pub struct Name(String);

impl Name {
    /// Parses a name.
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

    /// The name, unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_password_error(text: &str) -> Option<FieldErrorKind> {
        Password::parse_new(text).err()
    }

    #[test]
    fn reports_the_violated_password_rule() {
        assert_eq!(new_password_error("Sh0rt.."), Some(FieldErrorKind::StringTooShort(8)));
        assert_eq!(
            new_password_error(&"Aa1".repeat(43)),
            Some(FieldErrorKind::StringTooLong(128))
        );
        for weak in ["NOLOWERCASE1", "nouppercase1", "NoDigitsHere"] {
            assert!(
                matches!(new_password_error(weak), Some(FieldErrorKind::Password(_))),
                "{weak}"
            );
        }
        assert_eq!(new_password_error("Correct horse 9"), None);
        assert_eq!(new_password_error(&"Aa1.".repeat(32)), None);
    }

    #[test]
    fn rejects_common_passwords_in_any_case() {
        for common in ["Password1", "pASSWORD123", "Passw0rd", "Qwerty123"] {
            assert!(
                matches!(new_password_error(common), Some(FieldErrorKind::Password(_))),
                "{common}"
            );
        }
    }

    #[test]
    fn only_an_empty_password_is_too_short_to_sign_in() {
        assert_eq!(
            Password::parse_attempt("").err(),
            Some(FieldErrorKind::StringTooShort(1))
        );
        assert!(Password::parse_attempt(" ").is_ok());
        assert_eq!(Password::parse_new("").err(), Some(FieldErrorKind::StringTooShort(8)));
    }

    #[test]
    fn common_passwords_list_has_no_entry_that_other_rules_reject() {
        for common in COMMON_PASSWORDS.lines() {
            assert!(common.chars().count() >= MIN_PASSWORD_CHARACTERS, "{common}");
            assert!(common.chars().any(|c| c.is_ascii_digit()), "{common}");
            assert_eq!(common, common.to_lowercase());
        }
    }

    #[test]
    fn debug_output_contains_no_password() {
        let printed = format!("{:?}", Password::parse_attempt("Correct horse 9"));
        assert!(!printed.contains("horse"), "{printed}");
    }
}
