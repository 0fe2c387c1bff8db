//! A task as a person writes it.

use super::validation::FieldErrorKind;

const MAX_TITLE_CHARACTERS: usize = 200;
const MAX_DESCRIPTION_CHARACTERS: usize = 10_000;

/// A title: 1 to 200 characters, not all of them blank, kept as written.
#[derive(Clone, Debug)]
pub struct Title(String);

impl Title {
    /// Reads a title.
    ///
    /// # Errors
    /// [`FieldErrorKind::Blank`] where nothing is in it, [`FieldErrorKind::StringTooLong`] over 200 characters.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        if text.trim().is_empty() {
            return Err(FieldErrorKind::Blank);
        }
        at_most(MAX_TITLE_CHARACTERS, text).map(Self)
    }

    /// The title as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A description: up to 10,000 characters, kept as written.
#[derive(Clone, Debug)]
pub struct Description(String);

impl Description {
    /// Reads a description.
    ///
    /// # Errors
    /// [`FieldErrorKind::StringTooLong`] over 10,000 characters.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        at_most(MAX_DESCRIPTION_CHARACTERS, text).map(Self)
    }

    /// The description as it was written.
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

/// A task to be made.
#[derive(Debug)]
pub struct NewTask {
    /// What is to be done.
    pub title: Title,
    /// How, and why.
    pub description: Option<Description>,
    /// Whether it is done already.
    pub completed: bool,
}

/// What is to change in a task; `None` stays as it is.
#[derive(Debug)]
pub struct TaskChanges {
    /// The new title.
    pub title: Option<Title>,
    /// The new description, or `Some(None)` to have none.
    pub description: Option<Option<Description>>,
    /// Whether it is done.
    pub completed: Option<bool>,
}

/// The direction in which a list runs.
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
    fn a_title_is_counted_in_characters_and_never_blank() {
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
    fn a_description_has_room_for_10_000_characters() {
        assert!(Description::parse(&"\u{e9}".repeat(10_000)).is_ok());
        assert!(Description::parse(&"x".repeat(10_001)).is_err());
    }
}
