//! The parts of a task that its owner writes: title, description and completion.

use super::validation::FieldErrorKind;

/// The longest title.
pub const MAX_TITLE_CHARACTERS: usize = 200;
/// The longest description.
pub const MAX_DESCRIPTION_CHARACTERS: usize = 10_000;

/// A title: 1 to 200 characters, not all of them blank, stored unchanged.
#[derive(Clone, Debug)]
pub struct Title(String);

impl Title {
    /// Parses a title.
    ///
    /// # Errors
    /// [`FieldErrorKind::Blank`] where it is empty or blank, [`FieldErrorKind::StringTooLong`] over 200 characters.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        if text.trim().is_empty() {
            return Err(FieldErrorKind::Blank);
        }
        at_most(MAX_TITLE_CHARACTERS, text).map(Self)
    }

    /// The title, unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A description: up to 10,000 characters, stored unchanged.
#[derive(Clone, Debug)]
pub struct Description(String);

impl Description {
    /// Parses a description.
    ///
    /// # Errors
    /// [`FieldErrorKind::StringTooLong`] over 10,000 characters.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        at_most(MAX_DESCRIPTION_CHARACTERS, text).map(Self)
    }

    /// The description, unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn at_most(maximum: usize, text: &str) -> Result<String, FieldErrorKind> {
    if text.chars().count() > maximum {
        return Err(FieldErrorKind::StringTooLong(maximum));
    }
    Ok(text.to_owned())
}

/// A task to create.
#[derive(Debug)]
pub struct NewTask {
    /// The title.
    pub title: Title,
    /// The description, if any.
    pub description: Option<Description>,
    /// Whether the task is completed.
    pub completed: bool,
}

/// Changes to a task; `None` leaves a member unchanged.
#[derive(Debug)]
pub struct TaskChanges {
    /// The new title.
    pub title: Option<Title>,
    /// The new description, or `Some(None)` to remove it.
    pub description: Option<Option<Description>>,
    /// Whether the task is completed.
    pub completed: Option<bool>,
}

/// The bytes that one user's tasks may take, in UTF-8 of their titles and descriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageLimit(u64);

impl StorageLimit {
    /// The limit of `kibibytes`; 0 is no limit.
    pub fn from_kibibytes(kibibytes: u32) -> Self {
        Self(u64::from(kibibytes) * 1_024)
    }

    /// The bytes; 0 is no limit.
    pub fn bytes(self) -> u64 {
        self.0
    }
}

/// The sort order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_a_title_in_characters_and_rejects_a_blank_one() {
        assert!(Title::parse(&"\u{1f600}".repeat(200)).is_ok());
        assert_eq!(
            Title::parse(&"x".repeat(201)).err(),
            Some(FieldErrorKind::StringTooLong(200))
        );
        for blank in ["", " ", "\t\n\u{3000}"] {
            assert_eq!(Title::parse(blank).err(), Some(FieldErrorKind::Blank), "{blank:?}");
        }
    }

    #[test]
    fn limits_a_description_to_10_000_characters() {
        assert!(Description::parse(&"\u{e9}".repeat(10_000)).is_ok());
        assert!(Description::parse(&"x".repeat(10_001)).is_err());
    }
}
