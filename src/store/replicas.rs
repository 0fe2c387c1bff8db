//! D1's Sessions API: reads that a replica may answer, as long as it is as fresh as a bookmark that the client brings.

use super::{Store, StoreError};
use wasm_bindgen::JsCast;
use worker::{Error, worker_sys::types::D1DatabaseSession};

/// In the place of a bookmark: the first query goes to the primary database.
const PRIMARY: &str = "first-primary";
const MAX_BOOKMARK_BYTES: usize = 128;

/// A state of the database, as D1 names it: hexadecimal digits and hyphens. So no constraint of the Sessions API passes for
/// a bookmark, since their names have other letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark(String);

impl Bookmark {
    /// Reads a bookmark: `None` for what is none.
    pub fn parse(text: String) -> Option<Self> {
        let is_bookmark_byte = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
        let is_bookmark = (1..=MAX_BOOKMARK_BYTES).contains(&text.len()) && text.bytes().all(is_bookmark_byte);
        is_bookmark.then_some(Self(text))
    }

    /// The bookmark as D1 gave it.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Store {
    /// The same database, from this bookmark on: any replica that has got so far may answer. Without one, the primary does.
    ///
    /// # Errors
    /// Where D1 has no sessions.
    pub fn with_session(&self, bookmark: Option<&Bookmark>) -> Result<Self, StoreError> {
        let start = bookmark.map_or(PRIMARY, |Bookmark(bookmark)| bookmark);
        let session = self.0.with_session(Some(start)).map_err(Error::from)?;
        // What is asked of a database here, a session answers alike.
        Ok(Self(session.unchecked_into()))
    }

    /// The state that the session's last query has seen or made, where D1 tells it.
    pub fn bookmark(&self) -> Option<Bookmark> {
        let session: &D1DatabaseSession = self.0.unchecked_ref();
        session.get_bookmark().ok()?.and_then(Bookmark::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_d1_may_have_given_is_a_bookmark() {
        let given = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";
        assert!(Bookmark::parse(given.to_owned()).is_some());
        for other in [
            "",
            PRIMARY,
            "first-unconstrained",
            "0'--",
            "0000 0000",
            "\u{661}",
            &"0".repeat(129),
        ] {
            assert_eq!(Bookmark::parse(other.to_owned()), None, "{other}");
        }
    }
}
