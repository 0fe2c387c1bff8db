//! PBKDF2-HMAC-SHA256 (RFC 8018, section 5.2), as Werkzeug and passlib store it. The runtime has its own, but Cloudflare
//! limits it to 100,000 iterations, a tenth of what Werkzeug uses.

use super::encoding::decode_hex;
use base64ct::{Base64Unpadded, Encoding};
use pbkdf2::pbkdf2_hmac_array;
use sha2::Sha256;

/// The highest number of iterations, Werkzeug's own since version 3.1: bounds the CPU time of one sign-in.
const MAX_ITERATIONS: u32 = 1_000_000;
const TAG_BYTES: usize = 32;

pub struct Pbkdf2 {
    iterations: u32,
    salt: Vec<u8>,
}

impl Pbkdf2 {
    /// Parses either form.
    pub fn parse(stored: &str) -> Option<(Self, [u8; TAG_BYTES])> {
        let (pbkdf2, tag) = parse_werkzeug(stored).or_else(|| parse_passlib(stored))?;
        (1..=MAX_ITERATIONS)
            .contains(&pbkdf2.iterations)
            .then_some((pbkdf2, tag))
    }

    pub fn compute(&self, password: &[u8]) -> [u8; TAG_BYTES] {
        pbkdf2_hmac_array::<Sha256, TAG_BYTES>(password, &self.salt, self.iterations)
    }
}

/// Parses `pbkdf2:sha256:<iterations>$<salt>$<tag in hexadecimal>`; the salt is text.
fn parse_werkzeug(stored: &str) -> Option<(Pbkdf2, [u8; TAG_BYTES])> {
    let (iterations, rest) = stored.strip_prefix("pbkdf2:sha256:")?.split_once('$')?;
    let (salt, tag) = rest.split_once('$')?;
    Some((
        Pbkdf2 {
            iterations: iterations.parse().ok()?,
            salt: salt.as_bytes().to_vec(),
        },
        decode_hex(tag)?,
    ))
}

/// Parses `$pbkdf2-sha256$<iterations>$<salt>$<tag>`, both in Base64 with `.` for `+` and without padding.
fn parse_passlib(stored: &str) -> Option<(Pbkdf2, [u8; TAG_BYTES])> {
    let (iterations, rest) = stored.strip_prefix("$pbkdf2-sha256$")?.split_once('$')?;
    let (salt, tag) = rest.split_once('$')?;
    let decode = |text: &str| Base64Unpadded::decode_vec(&text.replace('.', "+")).ok();
    Some((
        Pbkdf2 {
            iterations: iterations.parse().ok()?,
            salt: decode(salt)?,
        },
        decode(tag)?.try_into().ok()?,
    ))
}
