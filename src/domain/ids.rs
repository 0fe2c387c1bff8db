//! The identifiers of users, sessions and tasks.

use crate::platform::clock::Timestamp;
use percent_encoding::percent_decode_str;
use std::fmt;
use uuid::{Builder, Uuid};

/// The random bytes of a new identifier.
pub type IdRandomness = [u8; 10];

const MAX_SUBJECT_BYTES: usize = 255;

/// A user id: a token's subject, 1 to 255 bytes. This service's users have UUIDv7s; other issuers choose any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserId(String);

impl UserId {
    /// Creates the id of a new user of this service from the time and ten random bytes.
    pub fn new(now: Timestamp, randomness: &IdRandomness) -> Self {
        Self(uuid_v7(now, randomness).to_string())
    }

    /// Parses a `sub` claim; returns `None` where it is empty or longer than 255 bytes.
    pub fn parse(subject: String) -> Option<Self> {
        (!subject.is_empty() && subject.len() <= MAX_SUBJECT_BYTES).then_some(Self(subject))
    }

    /// Whether a path segment, percent-encoded or not, names this user.
    pub fn is_in_path(&self, segment: &str) -> bool {
        percent_decode_str(segment).eq(self.0.bytes())
    }

    /// The identifier as tokens and database rows hold it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A session id, a UUIDv7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionId(Uuid);

/// A task id, a UUIDv7: sorting by it sorts tasks by creation time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskId(Uuid);

macro_rules! uuid_v7_identifier {
    ($name:ident) => {
        impl $name {
            /// Creates an identifier from the time and ten random bytes (RFC 9562, section 5.7).
            pub fn new(now: Timestamp, randomness: &IdRandomness) -> Self {
                Self(uuid_v7(now, randomness))
            }

            /// Parses an identifier; accepts only the form that this service issues: lower case, with hyphens.
            pub fn parse(text: &str) -> Option<Self> {
                let uuid = Uuid::try_parse(text).ok()?;
                (uuid.to_string() == text).then_some(Self(uuid))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_v7_identifier!(SessionId);
uuid_v7_identifier!(TaskId);

/// Creates a UUID of version 7 (RFC 9562, section 5.7).
pub fn uuid_v7(now: Timestamp, randomness: &IdRandomness) -> Uuid {
    Builder::from_unix_timestamp_millis(now.milliseconds(), randomness).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_sort_by_time_and_parse_back() {
        let early = TaskId::new(Timestamp::from_milliseconds(1_000), &[255; 10]);
        let late = TaskId::new(Timestamp::from_milliseconds(1_001), &[0; 10]);
        assert!(early.to_string() < late.to_string());
        assert_eq!(TaskId::parse(&early.to_string()), Some(early));
        assert_eq!(early.to_string().as_bytes().get(14), Some(&b'7'));
    }

    #[test]
    fn rejects_other_spellings_of_an_identifier() {
        for other in [
            "0192F0A1-7C3B-7DEF-8ABC-000000000000",
            "0192f0a17c3b7def8abc000000000000",
            "{0192f0a1-7c3b-7def-8abc-000000000000}",
            "urn:uuid:0192f0a1-7c3b-7def-8abc-000000000000",
            "",
        ] {
            assert_eq!(TaskId::parse(other), None, "{other}");
        }
    }

    #[test]
    fn accepts_subjects_of_1_to_255_bytes() {
        assert!(UserId::parse(String::new()).is_none());
        assert!(UserId::parse("u".repeat(255)).is_some());
        assert!(UserId::parse("u".repeat(256)).is_none());
        assert!(UserId::parse("\u{e9}".repeat(128)).is_none());
    }
}
