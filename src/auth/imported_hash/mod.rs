//! Password hashes that other systems stored, so that their users can sign in with the passwords they have. Each is replaced
//! by this service's own kind at the first sign-in, and none is ever created here.

mod bcrypt;
mod encoding;
mod pbkdf2;
mod scrypt;
#[cfg(test)]
mod tests;

use crate::domain::credentials::Password;
use argon2::password_hash::phc::Output;
use bcrypt::Bcrypt;
use pbkdf2::Pbkdf2;
use scrypt::Scrypt;

/// A hash of a supported kind: what to compute from a password, and the expected result.
pub struct ImportedHash {
    function: Function,
    expected: Output,
}

enum Function {
    Bcrypt(Bcrypt),
    Pbkdf2(Pbkdf2),
    Scrypt(Scrypt),
}

impl ImportedHash {
    /// Recognises a stored string by its form; returns `None` where it is of no supported kind, malformed, or more expensive
    /// than this service computes. The kinds have no form in common.
    pub fn parse(stored: &str) -> Option<Self> {
        let bcrypt = || Bcrypt::parse(stored).map(|(it, expected)| (Function::Bcrypt(it), Output::new(&expected)));
        let pbkdf2 = || Pbkdf2::parse(stored).map(|(it, expected)| (Function::Pbkdf2(it), Output::new(&expected)));
        let scrypt = || Scrypt::parse(stored).map(|(it, expected)| (Function::Scrypt(it), Output::new(&expected)));
        let (function, expected) = bcrypt().or_else(pbkdf2).or_else(scrypt)?;
        let expected = expected.ok()?;
        Some(Self { function, expected })
    }

    /// Whether the password is the one that was hashed; compares in constant time.
    ///
    /// # Errors
    /// Why the hash could not be computed.
    pub fn matches(&self, password: &Password) -> Result<bool, String> {
        let computed = match &self.function {
            Function::Bcrypt(bcrypt) => Output::new(&bcrypt.compute(password.as_typed_bytes())),
            Function::Pbkdf2(pbkdf2) => Output::new(&pbkdf2.compute(password.as_typed_bytes())),
            Function::Scrypt(scrypt) => Output::new(&scrypt.compute(password.as_str())?),
        };
        Ok(computed.map_err(|error| error.to_string())? == self.expected)
    }
}
