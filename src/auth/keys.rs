//! The keys: which secret signs, which only verify, and the keys derived from them, so that no key has two purposes.

use jwt_compact::{
    Algorithm, AlgorithmSignature,
    alg::{Hs256, Hs256Key, Hs256Signature},
};

const MIN_SECRET_BYTES: usize = 32;
const DEVICE_TOKEN_LABEL: &[u8] = b"edge-auth device token";
/// The bytes of HMAC-SHA256's result.
pub const MAC_BYTES: usize = 32;

/// A secret of at least 32 bytes, which HS256 requires (RFC 7518, section 3.2). Debug does not print it.
#[derive(Debug)]
pub struct Secret(Hs256Key);

impl Secret {
    /// Wraps these bytes, or returns `None` where there are fewer than 32.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() >= MIN_SECRET_BYTES).then(|| Self(Hs256Key::new(bytes)))
    }

    /// Whether `candidate` is the secret; compares MACs of both in constant time.
    pub fn ct_eq(&self, candidate: &str) -> bool {
        Hs256.sign(&self.0, candidate.as_bytes()) == Hs256.sign(&self.0, self.0.as_ref())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref() == other.0.as_ref()
    }
}

/// What a derived key is for. Its label goes into the derivation (domain separation), so that no key verifies what another
/// one signed: a refresh token never passes as an access token, nor the reverse.
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

/// What the link of an email is for; each purpose has a key of its own, so that no link opens what another one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Sets a new password.
    PasswordReset,
    /// Verifies an address.
    EmailVerification,
    /// Changes an account's address.
    EmailChange,
}

impl LinkPurpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::PasswordReset => b"edge-auth password reset link",
            Self::EmailVerification => b"edge-auth email verification link",
            Self::EmailChange => b"edge-auth email change link",
        }
    }
}

/// One of this service's own secrets and the keys derived from it (HMAC-SHA256 over the purpose's label). Debug does not
/// print them.
#[derive(Debug)]
pub struct DerivedKeys {
    /// Signs and verifies access tokens: the secret itself, so that other services that share it can issue and verify them.
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

    /// The key of links for this purpose. Derived at each call, since only a few requests need one.
    pub fn link_key(&self, purpose: LinkPurpose) -> Hs256Key {
        Hs256Key::new(mac(&self.access_token, purpose.label()))
    }

    /// The key of device tokens. Derived at each call, like those of links.
    pub fn device_token_key(&self) -> Hs256Key {
        Hs256Key::new(mac(&self.access_token, DEVICE_TOKEN_LABEL))
    }
}

/// All configured keys.
#[derive(Debug)]
pub struct Keyring {
    /// From `JWT_SECRET`: signs and verifies.
    pub current: DerivedKeys,
    /// From `JWT_SECRET_PREVIOUS`: verifies tokens that were signed before the secret was rotated.
    pub previous: Option<DerivedKeys>,
    /// From `BETTER_AUTH_SECRET` and `BETTER_AUTH_SECRET_PREVIOUS`: verify, and never sign. Better Auth trusts any HS256
    /// token with an `email` that is signed with its secret, so a token that this service signed with it would allow an
    /// account takeover.
    pub better_auth: Vec<Hs256Key>,
}

impl Keyring {
    /// Derives the keys from these secrets.
    pub fn new(current: Secret, previous: Option<Secret>, better_auth: impl IntoIterator<Item = Secret>) -> Self {
        Self {
            current: DerivedKeys::new(current),
            previous: previous.map(DerivedKeys::new),
            better_auth: better_auth.into_iter().map(|Secret(key)| key).collect(),
        }
    }

    /// The keys of this service's own secrets, the current ones first.
    pub fn own(&self) -> impl Iterator<Item = &DerivedKeys> {
        std::iter::once(&self.current).chain(&self.previous)
    }

    /// The pseudonym of an email address for the sign-in limiter and the log: 64 hexadecimal digits, which cannot be
    /// reversed or guessed without the secret.
    pub fn account_pseudonym(&self, address: &str) -> String {
        use std::fmt::Write;
        let mut pseudonym = String::with_capacity(64);
        for byte in mac(&self.current.account_key, address.as_bytes()).iter() {
            // Writing to a String cannot fail.
            let _ = write!(pseudonym, "{byte:02x}");
        }
        pseudonym
    }
}

/// Computes HMAC-SHA256 (RFC 2104) of the message, 32 bytes.
pub fn mac(key: &Hs256Key, message: &[u8]) -> Vec<u8> {
    Hs256.sign(key, message).as_bytes().into_owned()
}

/// Whether `claimed` is the MAC of the message; compares in constant time. Any length but 32 bytes is a mismatch.
pub fn verify_mac(key: &Hs256Key, message: &[u8], claimed: &[u8]) -> bool {
    // Check the length first: the library panics on any other.
    claimed.len() == MAC_BYTES
        && Hs256Signature::try_from_slice(claimed).is_ok_and(|mac| Hs256.verify_signature(&mac, key, message))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
#[expect(clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    const SECRET: &str = "a secret of at least 32 bytes, for tests";

    fn secret(text: &str) -> Secret {
        Secret::new(text.as_bytes()).unwrap()
    }

    #[test]
    fn derives_a_different_key_for_each_purpose() {
        let keys = DerivedKeys::new(secret(SECRET));
        let links = [
            LinkPurpose::PasswordReset,
            LinkPurpose::EmailVerification,
            LinkPurpose::EmailChange,
        ];
        let [reset, verification, change] = links.map(|purpose| keys.link_key(purpose));
        let device = keys.device_token_key();
        let all = [
            keys.access_token.as_ref(),
            keys.refresh_token.as_ref(),
            keys.page_cursor.as_ref(),
            keys.account_key.as_ref(),
            reset.as_ref(),
            verification.as_ref(),
            change.as_ref(),
            device.as_ref(),
        ];
        for (index, key) in all.iter().enumerate() {
            assert!(!all.iter().skip(index + 1).any(|other| other == key));
        }
    }

    #[test]
    fn account_pseudonym_depends_on_the_secret_and_the_address() {
        let ours = Keyring::new(secret(SECRET), None, None);
        let theirs = Keyring::new(secret("another secret of at least 32 bytes .."), None, None);
        let key = ours.account_pseudonym("ada@example.com");
        assert_eq!(key.len(), 64);
        assert_ne!(key, theirs.account_pseudonym("ada@example.com"));
        assert_ne!(key, ours.account_pseudonym("bob@example.com"));
    }

    #[test]
    fn rejects_a_mac_of_another_length() {
        let key = &DerivedKeys::new(secret(SECRET)).access_token;
        let full = mac(key, b"message");
        assert!(verify_mac(key, b"message", &full));
        for length in 0..full.len() {
            assert!(!verify_mac(key, b"message", &full[..length]));
        }
        assert!(!verify_mac(key, b"message", &[full.as_slice(), &[0]].concat()));
    }

    #[test]
    fn debug_output_contains_no_key() {
        let [current, previous, better_auth] = [SECRET; 3].map(secret);
        let keyring = Keyring::new(current, Some(previous), Some(better_auth));
        let printed = format!("{keyring:?}");
        assert!(!printed.contains("secret of"), "{printed}");
        assert!(!printed.contains("97, 32"), "{printed}");
    }
}
