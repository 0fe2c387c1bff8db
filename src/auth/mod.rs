//! Authentication: issues and verifies tokens, hashes passwords, and decides who owns a resource.

pub mod claims;
pub mod device_token;
pub mod guard;
mod imported_hash;
pub mod issuer;
pub mod issuer_token;
pub mod issuer_trust;
pub mod jws;
pub mod keys;
pub mod link_token;
pub mod ownership;
pub mod password_hash;
pub mod revocation;
pub mod session_tokens;
pub mod token_error;
pub mod token_rejection;
pub mod trusted_issuer;
pub mod verified_tokens;

#[cfg(test)]
mod test_vectors;
