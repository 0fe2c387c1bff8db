//! Password hashing: Argon2id (RFC 9106) stored as PHC strings. Every sign-in computes exactly one hash, so that its
//! duration does not reveal whether the account exists.

use super::imported_hash::ImportedHash;
use crate::{argon2id, domain::credentials::Password};
use argon2::{
    Algorithm, Params, Version,
    password_hash::{
        Error,
        phc::{Output, ParamsString, PasswordHash, Salt as PhcSalt},
    },
};

/// The salt of a hash; RFC 9106, section 3.1, recommends 16 bytes.
pub type Salt = [u8; 16];

/// The highest memory cost of a configured or stored hash: leaves memory for the rest of the isolate, which has 128 MB.
pub const MAX_MEMORY_KIB: u32 = 65_536;
/// The highest number of iterations: bounds the CPU time of one sign-in, whatever was stored.
pub const MAX_ITERATIONS: u32 = 16;

/// Stored in place of a hash where no password may match until a reset.
pub const NO_PASSWORD: &str = "!";

/// The salt of the hash that is computed where no account exists, or no hash that can be read.
const DUMMY_SALT: Salt = [0; 16];

/// The hash could not be computed: in general there is not enough memory.
#[derive(Debug)]
pub struct HashError(String);

impl<E: Into<Error>> From<E> for HashError {
    fn from(error: E) -> Self {
        Self(error.into().to_string())
    }
}

impl std::fmt::Display for HashError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the password could not be hashed: {}", self.0)
    }
}

/// The result of checking a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// The password is wrong, or there is no such account.
    Mismatch,
    /// The password is right.
    Match,
    /// The password is right, but the stored hash uses other parameters than the configured ones: hash it again.
    NeedsRehash,
    /// The stored string is not a hash that this service can read: no password matches.
    Unreadable,
}

/// Hashes a new password; returns a PHC string. The salt must be fresh random bytes.
///
/// # Errors
/// [`HashError`] where there is not enough memory for the parameters.
pub fn hash(password: &Password, salt: &Salt, params: &Params) -> Result<String, HashError> {
    count_computation();
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(PhcSalt::new(salt)?),
        hash: Some(argon2id::tag(password.as_bytes(), salt, params)?),
    };
    Ok(hash.to_string())
}

/// Checks a password against an account's PHC string. Where there is no account (`None`) or the string cannot be read,
/// computes a hash with the configured parameters, so that the duration does not reveal whether the account exists.
/// Limitation: after the parameters were changed, or users were imported, the duration reveals accounts that have not signed
/// in since, because their stored hashes still have the old cost.
///
/// # Errors
/// [`HashError`] where there is not enough memory.
pub fn verify(password: &Password, stored: Option<&str>, params: &Params) -> Result<PasswordCheck, HashError> {
    let stored = stored.filter(|stored| *stored != NO_PASSWORD);
    let without_hash = match stored {
        Some(stored) => {
            if let Some(stored) = StoredHash::parse(stored) {
                return stored.verify(password, params);
            }
            if let Some(imported) = ImportedHash::parse(stored) {
                return verify_imported(&imported, password);
            }
            PasswordCheck::Unreadable
        }
        None => PasswordCheck::Mismatch,
    };
    hash(password, &DUMMY_SALT, params).map(|_| without_hash)
}

fn verify_imported(imported: &ImportedHash, password: &Password) -> Result<PasswordCheck, HashError> {
    count_computation();
    Ok(match imported.matches(password).map_err(HashError)? {
        true => PasswordCheck::NeedsRehash,
        false => PasswordCheck::Mismatch,
    })
}

/// A stored hash by Argon2id, version 0x13, with parameters within the maximums. This service stores one lane; more are of
/// an import.
struct StoredHash {
    salt: PhcSalt,
    tag: Output,
    params: Params,
}

impl StoredHash {
    fn parse(stored: &str) -> Option<Self> {
        let hash = PasswordHash::new(stored).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let is_supported = hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && params.m_cost() <= MAX_MEMORY_KIB
            && params.t_cost() <= MAX_ITERATIONS;
        let (salt, tag) = (hash.salt?, hash.hash?);
        is_supported.then_some(Self { salt, tag, params })
    }

    fn verify(&self, password: &Password, params: &Params) -> Result<PasswordCheck, HashError> {
        count_computation();
        // Other systems do not normalise passwords. Of hashes with one lane, nearly all are this service's own.
        let text = match self.params.p_cost() {
            1 => password.as_bytes(),
            _ => password.as_typed_bytes(),
        };
        // `Output` compares in constant time.
        if argon2id::tag(text, &self.salt, &self.params)? != self.tag {
            return Ok(PasswordCheck::Mismatch);
        }
        Ok(if costs(&self.params) == costs(params) {
            PasswordCheck::Match
        } else {
            PasswordCheck::NeedsRehash
        })
    }
}

fn costs(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

#[cfg(test)]
thread_local! {
    static COMPUTATIONS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// Counts hash computations in native tests, which proves the constant cost better than measuring time does.
fn count_computation() {
    #[cfg(test)]
    COMPUTATIONS.set(COMPUTATIONS.get() + 1);
}

#[cfg(test)]
mod tests;
