//! The keys: which secret signs, which only verify, and what is derived from them so that no key serves two purposes.

use jwt_compact::{
    Algorithm, AlgorithmSignature,
    alg::{Hs256, Hs256Key, Hs256Signature},
};

const MIN_SECRET_BYTES: usize = 32;
const MAC_BYTES: usize = 32;

/// A secret as long as HS256 demands: at least 32 bytes (RFC 7518, section 3.2). Debug prints nothing of it.
#[derive(Debug)]
pub struct Secret(Hs256Key);

impl Secret {
    /// The secret of these bytes, or `None` where they are fewer than 32.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() >= MIN_SECRET_BYTES).then(|| Self(Hs256Key::new(bytes)))
    }

    /// Whether this is the secret, compared in constant time.
    pub fn ct_eq(&self, presented: &str) -> bool {
        Hs256.sign(&self.0, presented.as_bytes()) == Hs256.sign(&self.0, self.0.as_ref())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref() == other.0.as_ref()
    }
}

/// What a derived key is for. The name goes into the derivation, so that what one key signed means nothing to another:
/// a refresh token can never pass as an access token, nor the other way round.
#[derive(Clone, Copy)]
enum Purpose {
    RefreshToken,
    PageCursor,
    AccountKey,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::RefreshToken => b"edge-auth refresh token",
            Self::PageCursor => b"edge-auth page cursor",
            Self::AccountKey => b"edge-auth account name",
        }
    }
}

/// One secret of ours with the keys that are derived from it (HMAC-SHA256 over the purpose's name). Debug prints nothing
/// of them.
#[derive(Debug)]
pub struct DerivedKeys {
    /// Signs and verifies access tokens: the secret itself, so that others who share it can issue and verify them.
    pub access_token: Hs256Key,
    /// Signs and verifies refresh tokens.
    pub refresh_token: Hs256Key,
    /// Signs and verifies page cursors.
    pub page_cursor: Hs256Key,
    account_key: Hs256Key,
}

impl DerivedKeys {
    fn new(Secret(access_token): Secret) -> Self {
        let derive = |purpose: Purpose| Hs256Key::new(mac(&access_token, purpose.label()));
        Self {
            refresh_token: derive(Purpose::RefreshToken),
            page_cursor: derive(Purpose::PageCursor),
            account_key: derive(Purpose::AccountKey),
            access_token,
        }
    }
}

/// Every key that is configured.
#[derive(Debug)]
pub struct Keyring {
    /// From `JWT_SECRET`: signs and verifies.
    pub current: DerivedKeys,
    /// From `JWT_SECRET_PREVIOUS`: verifies what was signed before a rotation.
    pub previous: Option<DerivedKeys>,
    /// From `BETTER_AUTH_SECRET`: verifies, and never signs. Better Auth trusts any HS256 token with an `email` that
    /// bears its secret, so that a token of ours under this key would take over the account.
    pub better_auth: Option<Hs256Key>,
}

impl Keyring {
    /// The keys of these secrets.
    pub fn new(current: Secret, previous: Option<Secret>, better_auth: Option<Secret>) -> Self {
        Self {
            current: DerivedKeys::new(current),
            previous: previous.map(DerivedKeys::new),
            better_auth: better_auth.map(|Secret(key)| key),
        }
    }

    /// Our own keys, those that sign first.
    pub fn own(&self) -> impl Iterator<Item = &DerivedKeys> {
        std::iter::once(&self.current).chain(&self.previous)
    }

    /// The name under which an account's address goes to the limiter and the log: 64 hexadecimal digits that mean nothing
    /// to who has not the secret.
    pub fn account_key(&self, address: &str) -> String {
        use std::fmt::Write;
        let mut name = String::with_capacity(64);
        for byte in mac(&self.current.account_key, address.as_bytes()).iter() {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        name
    }
}

/// HMAC-SHA256 (RFC 2104) of the message, 32 bytes.
pub fn mac(key: &Hs256Key, message: &[u8]) -> Vec<u8> {
    Hs256.sign(key, message).as_bytes().into_owned()
}

/// Whether this is the MAC of the message, compared in constant time. Anything but 32 bytes is not.
pub fn verify_mac(key: &Hs256Key, message: &[u8], claimed: &[u8]) -> bool {
    // The library takes the length for granted, and would panic.
    claimed.len() == MAC_BYTES
        && Hs256Signature::try_from_slice(claimed).is_ok_and(|mac| Hs256.verify_signature(&mac, key, message))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
#[expect(clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    const SECRET: &str = "a secret of at least 32 bytes, as told";

    fn secret(text: &str) -> Secret {
        Secret::new(text.as_bytes()).unwrap()
    }

    #[test]
    fn no_two_purposes_share_a_key() {
        let keys = DerivedKeys::new(secret(SECRET));
        let all = [
            keys.access_token.as_ref(),
            keys.refresh_token.as_ref(),
            keys.page_cursor.as_ref(),
            keys.account_key.as_ref(),
        ];
        for (index, key) in all.iter().enumerate() {
            assert!(!all.iter().skip(index + 1).any(|other| other == key));
        }
    }

    #[test]
    fn an_account_name_depends_on_the_secret_and_the_address() {
        let ours = Keyring::new(secret(SECRET), None, None);
        let theirs = Keyring::new(secret("another secret of at least 32 bytes .."), None, None);
        let name = ours.account_key("ada@example.com");
        assert_eq!(name.len(), 64);
        assert_ne!(name, theirs.account_key("ada@example.com"));
        assert_ne!(name, ours.account_key("bob@example.com"));
    }

    #[test]
    fn a_mac_of_another_length_is_none() {
        let key = &DerivedKeys::new(secret(SECRET)).access_token;
        let whole = mac(key, b"message");
        assert!(verify_mac(key, b"message", &whole));
        for length in 0..whole.len() {
            assert!(!verify_mac(key, b"message", &whole[..length]));
        }
        assert!(!verify_mac(key, b"message", &[whole.as_slice(), &[0]].concat()));
    }

    #[test]
    fn keys_never_print() {
        let [current, previous, better_auth] = [SECRET; 3].map(secret);
        let keyring = Keyring::new(current, Some(previous), Some(better_auth));
        let printed = format!("{keyring:?}");
        assert!(!printed.contains("secret of"), "{printed}");
        assert!(!printed.contains("97, 32"), "{printed}");
    }
}
