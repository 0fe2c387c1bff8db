//! Page cursors: where the next page begins, signed for one user, so that only cursors of this service are accepted.

use crate::{
    auth::keys::{Keyring, MAC_BYTES, mac, verify_mac},
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

/// Creates the cursor that continues after the row with this id. It needs no escaping in a URL, and has 64 characters for a
/// task. A task's id is a UUID, a user's may be any text that another system chose.
pub fn sign(list: List, last: &str, user: &UserId, keys: &Keyring) -> String {
    let id = match (list, Uuid::try_parse(last)) {
        (List::Tasks, Ok(id)) => id.as_bytes().to_vec(),
        _ => last.as_bytes().to_vec(),
    };
    let signature = mac(&keys.current.page_cursor, &signed_message(list, &id, user));
    Base64UrlUnpadded::encode_string(&[id, signature].concat())
}

/// Verifies a cursor that [`sign`] created for this user with the current or the previous secret; returns the row's id.
///
/// # Errors
/// [`FieldErrorKind::Cursor`] for any other text.
pub fn verify(list: List, cursor: &str, user: &UserId, keys: &Keyring) -> Result<String, FieldErrorKind> {
    let bytes = Base64UrlUnpadded::decode_vec(cursor).map_err(|_| FieldErrorKind::Cursor)?;
    let (id, signature) = bytes.split_last_chunk::<MAC_BYTES>().ok_or(FieldErrorKind::Cursor)?;
    let message = signed_message(list, id, user);
    let is_ours = keys.own().any(|own| verify_mac(&own.page_cursor, &message, signature));
    let id = match list {
        List::Tasks => Uuid::from_slice(id).ok().map(|id| id.to_string()),
        List::Users => std::str::from_utf8(id).ok().map(str::to_owned),
    };
    id.filter(|_| is_ours).ok_or(FieldErrorKind::Cursor)
}

/// The length of a user's id separates it from the caller's.
fn signed_message(list: List, id: &[u8], user: &UserId) -> Vec<u8> {
    let length = (id.len() as u64).to_be_bytes();
    let label: &[u8] = match list {
        List::Tasks => b"t",
        List::Users => &[b"users".as_slice(), &length].concat(),
    };
    [label, id, user.as_str().as_bytes()].concat()
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
        let task = uuid_v7(Timestamp::from_milliseconds(1), &[7; 10]).to_string();
        let cursor = sign(List::Tasks, &task, &user, &keys);
        assert_eq!(cursor.len(), 64);
        let verify = |cursor: &str, user: &UserId, keys: &Keyring| verify(List::Tasks, cursor, user, keys);
        assert!(super::verify(List::Users, &cursor, &user, &keys).is_err());
        assert_eq!(verify(&cursor, &user, &keys), Ok(task.clone()));
        assert_eq!(verify(&cursor, &user, &keyring("b", Some("a"))), Ok(task.clone()));
        assert!(verify(&cursor, &user, &keyring("b", None)).is_err());
        assert!(verify(&cursor, &other, &keys).is_err());
        assert!(verify(&task, &user, &keys).is_err());
        for index in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(verify(&forged, &user, &keys).is_err(), "{index}");
        }
    }

    #[test]
    fn a_cursor_of_users_holds_any_id() {
        let keys = keyring("a", None);
        let admin = UserId::from_row("ada".to_owned()).unwrap();
        let longest = "\u{e9}".repeat(159);
        for id in ["1", "auth0|x", "sixteen bytes ..", longest.as_str()] {
            let cursor = sign(List::Users, id, &admin, &keys);
            assert_eq!(verify(List::Users, &cursor, &admin, &keys).as_deref(), Ok(id));
            assert!(verify(List::Tasks, &cursor, &admin, &keys).is_err());
        }
        // The same bytes, divided otherwise between the row and the caller.
        let cursor = sign(List::Users, "1a", &UserId::from_row("da".to_owned()).unwrap(), &keys);
        let signature = &Base64UrlUnpadded::decode_vec(&cursor).unwrap()[2..];
        let forged = Base64UrlUnpadded::encode_string(&[b"1".as_slice(), signature].concat());
        assert!(verify(List::Users, &forged, &admin, &keys).is_err());
    }
}
