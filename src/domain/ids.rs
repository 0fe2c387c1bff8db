//! The identifiers of users, sessions and tasks.

use super::home::Home;
use crate::platform::clock::Timestamp;
use std::{fmt, ops::Range};
use uuid::{Builder, Uuid, Variant, fmt::Hyphenated};

/// The random bytes of a new identifier.
pub type IdRandomness = [u8; 10];

/// The milliseconds at which users of homes are created: from 2026 to 2109.
const TIMES_OF_HOMES: Range<u64> = 1_767_225_600_000..1 << 42;

const MAX_SUBJECT_BYTES: usize = 255;
const MAX_PREFIX_BYTES: usize = 64;
/// The longest user id: a subject with its issuer's prefix.
pub const MAX_USER_ID_BYTES: usize = MAX_PREFIX_BYTES + MAX_SUBJECT_BYTES;

/// A `sub` claim, 1 to 255 bytes. It names a user only together with its issuer's prefix.
#[derive(Debug)]
pub struct Subject(String);

impl Subject {
    /// Parses the claim; returns `None` where it is empty or longer than 255 bytes.
    pub fn parse(claim: String) -> Option<Self> {
        (!claim.is_empty() && claim.len() <= MAX_SUBJECT_BYTES).then_some(Self(claim))
    }
}

/// What is put before an issuer's subjects; empty for the holders of `JWT_SECRET`.
#[derive(Debug, Default)]
pub struct SubjectPrefix(String);

impl SubjectPrefix {
    /// Parses a setting.
    ///
    /// # Errors
    /// The reason, and how to correct it. A prefix that a UUID could begin with would let its issuer name this service's
    /// own users, and would reject their tokens.
    pub fn parse(setting: String) -> Result<Self, &'static str> {
        if setting.len() > MAX_PREFIX_BYTES {
            return Err("longer than 64 bytes: shorten it");
        }
        if !setting.is_empty() && setting.bytes().all(|byte| b"0123456789abcdef-".contains(&byte)) {
            return Err("a user id of this service could begin with it: add a character such as a colon");
        }
        Ok(Self(setting))
    }

    /// Whether there is no prefix.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the two prefixes begins with the other, so that their issuers could name the same user.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }

    /// Whether a subject without a prefix begins with this one, so that it would name this issuer's user.
    pub fn begins(&self, subject: &Subject) -> bool {
        !self.0.is_empty() && subject.0.starts_with(&self.0)
    }
}

/// A user id: a token's subject with its issuer's prefix. This service's users have UUIDv7s or, at home in a further database,
/// UUIDv8s; other issuers choose any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserId(String);

impl UserId {
    /// Creates the id of a new user of this service from the time and ten random bytes: a UUIDv7, or for a further database a
    /// UUIDv8 in the same order of time, with the home's number in the 12 bits after the version (RFC 9562, section 5.8).
    pub fn new(now: Timestamp, randomness: &IdRandomness, home: Home) -> Self {
        let uuid = uuid_v7(now, randomness);
        if home == Home::MAIN {
            return Self(uuid.to_string());
        }
        let (high, low) = uuid.as_u64_pair();
        let high = high & !0xffff | 0x8000 | u64::from(home.number());
        Self(Uuid::from_u64_pair(high, low).to_string())
    }

    /// The home that the id names. A UUIDv7 is at home in `DB`; a UUIDv8 of this service holds the number in the 12 bits after the
    /// version (RFC 9562, section 5.8). `None` for every other id, a UUID without hyphens included, which the triggers of the
    /// migrations do not take for one: the database knows the home of such a user. Of hashes that are written as UUIDs, hardly one
    /// also has the variant and a time since there are homes.
    pub fn home(&self) -> Option<Home> {
        if self.0.len() != Hyphenated::LENGTH {
            return None;
        }
        let uuid = Uuid::try_parse(&self.0).ok()?;
        match uuid.get_version_num() {
            7 => Some(Home::MAIN),
            8 => {
                let (high, _) = uuid.as_u64_pair();
                let number = u8::try_from(high & 0xfff).ok()?;
                let is_ours = uuid.get_variant() == Variant::RFC4122 && TIMES_OF_HOMES.contains(&(high >> 16));
                Home::new(number).filter(|home| is_ours && *home != Home::MAIN)
            }
            _ => None,
        }
    }

    /// The user that an issuer's token names. The limit of 255 bytes is the claim's, without the prefix.
    pub fn from_subject(SubjectPrefix(prefix): &SubjectPrefix, Subject(subject): Subject) -> Self {
        match prefix.is_empty() {
            true => Self(subject),
            false => Self(format!("{prefix}{subject}")),
        }
    }

    /// The id in a row of this service's users; returns `None` where it is empty.
    pub fn from_row(id: String) -> Option<Self> {
        (!id.is_empty()).then_some(Self(id))
    }

    /// The identifier as database rows and paths hold it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A session id, a UUIDv7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionId(Uuid);

/// A device id: the id of the first session that was opened on the device, which no other device shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceId(SessionId);

impl DeviceId {
    /// The device on which this session is the first.
    pub fn of_first(session: SessionId) -> Self {
        Self(session)
    }

    /// Parses an identifier, like [`SessionId::parse`].
    pub fn parse(text: &str) -> Option<Self> {
        SessionId::parse(text).map(Self)
    }

    /// When the first session was opened: a UUIDv7 begins with its milliseconds (RFC 9562, section 5.7).
    pub fn created_at(self) -> Timestamp {
        let Self(SessionId(uuid)) = self;
        let (milliseconds, _) = uuid.as_u64_pair();
        Timestamp::from_milliseconds(milliseconds >> 16)
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

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
    fn a_device_has_the_time_of_its_first_session() {
        let now = Timestamp::from_milliseconds(1_795_206_300_123);
        let device = DeviceId::of_first(SessionId::new(now, &[255; 10]));
        assert_eq!(device.created_at(), now);
        assert_eq!(DeviceId::parse(&device.to_string()), Some(device));
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
        assert!(Subject::parse(String::new()).is_none());
        assert!(Subject::parse("u".repeat(255)).is_some());
        assert!(Subject::parse("u".repeat(256)).is_none());
        assert!(Subject::parse("\u{e9}".repeat(128)).is_none());
    }

    #[test]
    fn rejects_a_prefix_that_a_user_id_could_begin_with() {
        for prefix in ["0", "f", "-", "0192f0a1-", "0192f0a1-7c3b-7def-8abc-000000000000"] {
            assert!(SubjectPrefix::parse(prefix.to_owned()).is_err(), "{prefix}");
        }
        assert!(SubjectPrefix::parse(":".repeat(65)).is_err());
        for prefix in ["", "app:", "A", "better-auth|", "0192f0a1:", ":".repeat(64).as_str()] {
            assert!(SubjectPrefix::parse(prefix.to_owned()).is_ok(), "{prefix}");
        }
    }
}
