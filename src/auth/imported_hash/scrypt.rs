//! scrypt (RFC 7914) with the only parameters that Better Auth uses: N = 16384, r = 16, p = 1. The runtime computes it: its
//! 32 MiB are then no memory of WebAssembly, which never shrinks.

use super::encoding::decode_hex;
use crate::platform::ffi;

const TAG_BYTES: usize = 64;

pub struct Scrypt {
    /// The digits are the salt, not the bytes that they encode.
    salt: String,
}

impl Scrypt {
    /// Parses `<salt>:<tag>`, both in hexadecimal.
    pub fn parse(stored: &str) -> Option<(Self, [u8; TAG_BYTES])> {
        let (salt, tag) = stored.split_once(':')?;
        let is_salt = !salt.is_empty() && salt.bytes().all(|byte| byte.is_ascii_hexdigit());
        let tag = decode_hex(tag).filter(|_| is_salt)?;
        Some((Self { salt: salt.to_owned() }, tag))
    }

    /// Computes the tag over the password's Normalization Form KC, which does not depend on the form that it comes in.
    pub fn compute(&self, password: &str) -> Result<Vec<u8>, String> {
        ffi::scrypt(password, &self.salt).map_err(|error| format!("the runtime's scrypt failed: {error:?}"))
    }
}
