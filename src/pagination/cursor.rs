//! Page cursors: where the next page begins, signed for one user, so that only cursors of this service are accepted.

use crate::{
    auth::keys::{Keyring, mac, verify_mac},
    domain::{ids::UserId, validation::FieldErrorKind},
};
use base64ct::{Base64UrlUnpadded, Encoding};
use uuid::Uuid;

/// The list that a cursor belongs to. The signature covers it, so that a cursor of one list is invalid for another.
#[derive(Clone, Copy)]
pub enum List {
    /// The caller's tasks.
    Tasks,
    /// All users.
    Users,
}

const ID_BYTES: usize = 16;

/// Creates the cursor that continues after this row: 64 characters that need no escaping in a URL.
pub fn sign(list: List, last: Uuid, user: &UserId, keys: &Keyring) -> String {
    let signature = mac(&keys.current.page_cursor, &signed_message(list, last, user));
    Base64UrlUnpadded::encode_string(&[last.as_bytes().as_slice(), &signature].concat())
}

/// Verifies a cursor that [`sign`] created for this user with the current or the previous secret; returns the row's id.
///
/// # Errors
/// [`FieldErrorKind::Cursor`] for any other text.
pub fn verify(list: List, cursor: &str, user: &UserId, keys: &Keyring) -> Result<Uuid, FieldErrorKind> {
    let bytes = Base64UrlUnpadded::decode_vec(cursor).map_err(|_| FieldErrorKind::Cursor)?;
    let (id, signature) = bytes.split_first_chunk::<ID_BYTES>().ok_or(FieldErrorKind::Cursor)?;
    let id = Uuid::from_bytes(*id);
    let message = signed_message(list, id, user);
    let is_ours = keys.own().any(|own| verify_mac(&own.page_cursor, &message, signature));
    is_ours.then_some(id).ok_or(FieldErrorKind::Cursor)
}

fn signed_message(list: List, id: Uuid, user: &UserId) -> Vec<u8> {
    let list = match list {
        List::Tasks => b't',
        List::Users => b'u',
    };
    [&[list], id.as_bytes().as_slice(), user.as_str().as_bytes()].concat()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
#[expect(clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use crate::{auth::keys::Secret, domain::ids::uuid_v7, platform::clock::Timestamp};

    fn keyring(current: &str, previous: Option<&str>) -> Keyring {
        let secret = |text: &str| Secret::new(text.repeat(32).as_bytes()).unwrap();
        Keyring::new(secret(current), previous.map(secret), None)
    }

    #[test]
    fn a_cursor_is_valid_only_unmodified_and_for_its_user_and_list() {
        let keys = keyring("a", None);
        let user = UserId::from_row("ada".to_owned()).unwrap();
        let other = UserId::from_row("bob".to_owned()).unwrap();
        let task = uuid_v7(Timestamp::from_milliseconds(1), &[7; 10]);
        let cursor = sign(List::Tasks, task, &user, &keys);
        let verify = |cursor: &str, user: &UserId, keys: &Keyring| verify(List::Tasks, cursor, user, keys);
        assert!(super::verify(List::Users, &cursor, &user, &keys).is_err());
        assert_eq!(verify(&cursor, &user, &keys), Ok(task));
        assert_eq!(verify(&cursor, &user, &keyring("b", Some("a"))), Ok(task));
        assert!(verify(&cursor, &user, &keyring("b", None)).is_err());
        assert!(verify(&cursor, &other, &keys).is_err());
        assert!(verify(&task.to_string(), &user, &keys).is_err());
        for index in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(verify(&forged, &user, &keys).is_err(), "{index}");
        }
    }
}
