//! Password hashing: Argon2id (RFC 9106) stored as PHC strings. Every sign-in computes exactly one hash, so that its
//! duration does not reveal whether the account exists.

use crate::argon2id;
use crate::domain::credentials::Password;
use argon2::{
    Algorithm, Params, Version,
    password_hash::{
        Error,
        phc::{ParamsString, PasswordHash, Salt as PhcSalt},
    },
};

/// The salt of a hash; RFC 9106, section 3.1, recommends 16 bytes.
pub type Salt = [u8; 16];

/// The salt of the hash that is computed where no account exists.
const DUMMY_SALT: Salt = [0; 16];

/// The hash could not be computed: the stored string is not a supported hash, its parameters are out of range, or there is
/// not enough memory.
#[derive(Debug)]
pub struct HashError(Error);

impl<E: Into<Error>> From<E> for HashError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl std::fmt::Display for HashError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Argon2id failed: {}", self.0)
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

/// Checks a password against an account's PHC string. Where there is no account (`None`), computes a hash with the
/// configured parameters and returns [`PasswordCheck::Mismatch`], so that the duration does not reveal whether the account
/// exists. Limitation: after the parameters were changed, the duration reveals accounts that have not signed in since,
/// because their stored hashes still have the old cost.
///
/// # Errors
/// [`HashError`] where the stored string cannot be parsed or is not Argon2id with one lane and version 0x13, the only kind
/// that this service stores, or where there is not enough memory for its parameters.
pub fn verify(password: &Password, stored: Option<&str>, params: &Params) -> Result<PasswordCheck, HashError> {
    let Some(stored) = stored else {
        return hash(password, &DUMMY_SALT, params).map(|_| PasswordCheck::Mismatch);
    };
    let stored = PasswordHash::new(stored)?;
    if stored.algorithm != Algorithm::Argon2id.ident() {
        return Err(Error::Algorithm.into());
    }
    if stored.version != Some(Version::V0x13.into()) {
        return Err(Error::Version.into());
    }
    let (Some(salt), Some(tag)) = (&stored.salt, &stored.hash) else {
        return Err(Error::EncodingInvalid.into());
    };
    let stored_params = Params::try_from(&stored)?;
    count_computation();
    // `Output` compares in constant time.
    if argon2id::tag(password.as_bytes(), salt, &stored_params)? != *tag {
        return Ok(PasswordCheck::Mismatch);
    }
    Ok(if costs(&stored_params) == costs(params) {
        PasswordCheck::Match
    } else {
        PasswordCheck::NeedsRehash
    })
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
