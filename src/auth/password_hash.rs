//! Passwords at rest: Argon2id (RFC 9106) as PHC strings, with one computation on every path of a sign-in.

use crate::argon2id;
use crate::domain::credentials::Password;
use argon2::{
    Algorithm, Params, Version,
    password_hash::{
        Error,
        phc::{ParamsString, PasswordHash, Salt as PhcSalt},
    },
};

/// Bytes of salt for a hash, as RFC 9106, section 3.1, recommends.
pub type Salt = [u8; 16];

const SALT_FOR_NOBODY: Salt = [0; 16];

/// The hash could not be computed: it is none of ours, its parameters are out of range, or there is no memory for them.
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

/// What came of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// It is not the account's password, or there is no such account.
    Mismatch,
    /// It is the account's password.
    Match,
    /// It is, and its hash was made with other parameters than today's: it should be renewed.
    NeedsRehash,
}

/// Hashes a new password with fresh salt, 16 bytes; gives a PHC string.
///
/// # Errors
/// [`HashError`] where memory for the parameters cannot be had.
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

/// Compares a password with an account's PHC string, or, where there is no account (`None`), with nothing at the cost of
/// today's parameters, so that time does not tell who has one. (After the parameters were changed, it tells of accounts that
/// have not signed in since: their hashes still cost what they cost then.)
///
/// # Errors
/// [`HashError`] where the stored string cannot be read, is no Argon2id of one lane and version 0x13, which is all that was
/// ever stored, or memory for its parameters cannot be had.
pub fn verify(password: &Password, stored: Option<&str>, params: &Params) -> Result<PasswordCheck, HashError> {
    let Some(stored) = stored else {
        return hash(password, &SALT_FOR_NOBODY, params).map(|_| PasswordCheck::Mismatch);
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
    let made_with = Params::try_from(&stored)?;
    count_computation();
    // In constant time, as every comparison of this type.
    if argon2id::tag(password.as_bytes(), salt, &made_with)? != *tag {
        return Ok(PasswordCheck::Mismatch);
    }
    Ok(if costs(&made_with) == costs(params) {
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

/// In native tests every computation counts, which proves what a stopwatch could only suggest.
fn count_computation() {
    #[cfg(test)]
    COMPUTATIONS.set(COMPUTATIONS.get() + 1);
}

#[cfg(test)]
mod tests;
