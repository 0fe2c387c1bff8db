//! Who is calling: tokens are issued and verified here, passwords hashed, sessions moved on.

pub mod argon2id;
pub mod claims;
pub mod guard;
pub mod keys;
pub mod password_hash;
pub mod session;
pub mod token;
pub mod token_error;

#[cfg(test)]
mod vectors;
