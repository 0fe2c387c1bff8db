//! D1's Sessions API: a read may go to any replica that is at least as fresh as the bookmark that the client sent.

use super::{Store, StoreError};
use wasm_bindgen::JsCast;
use worker::{Error, worker_sys::types::D1DatabaseSession};

/// Used instead of a bookmark: sends the first query to the primary database.
const PRIMARY: &str = "first-primary";
const MAX_BOOKMARK_BYTES: usize = 128;

/// A D1 bookmark, which identifies a state of the database: hexadecimal digits and hyphens. This excludes the constraints of
/// the Sessions API, such as `first-unconstrained`, whose names have other letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark(String);

impl Bookmark {
    /// Parses a bookmark; returns `None` for any other text.
    pub fn parse(text: String) -> Option<Self> {
        let is_bookmark_byte = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
        let is_bookmark = (1..=MAX_BOOKMARK_BYTES).contains(&text.len()) && text.bytes().all(is_bookmark_byte);
        is_bookmark.then_some(Self(text))
    }

    /// The bookmark as D1 returned it.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Store {
    /// Starts a D1 session: its queries may go to any replica that has reached the bookmark; without one, to the primary.
    ///
    /// # Errors
    /// If this D1 has no Sessions API.
    pub fn with_session(&self, bookmark: Option<&Bookmark>) -> Result<Self, StoreError> {
        let start = bookmark.map_or(PRIMARY, |Bookmark(bookmark)| bookmark);
        let session = self.0.with_session(Some(start)).map_err(Error::from)?;
        // A D1 session has the methods of a D1 database that this store calls.
        Ok(Self(session.unchecked_into()))
    }

    /// Returns the bookmark of the D1 session's last query, if D1 reports one.
    pub fn bookmark(&self) -> Option<Bookmark> {
        let session: &D1DatabaseSession = self.0.unchecked_ref();
        session.get_bookmark().ok()?.and_then(Bookmark::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bookmark_has_only_hexadecimal_digits_and_hyphens() {
        let bookmark = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";
        assert!(Bookmark::parse(bookmark.to_owned()).is_some());
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
