//! The two hash functions that Argon2 uses: BLAKE2b, and H', which extends it to outputs of any length (RFC 9106, section
//! 3.3).

use argon2::password_hash::Error;
use blake2::{
    Blake2bVarCore,
    digest::block_api::{Buffer, UpdateCore, VariableOutputCore},
};

/// The longest output of BLAKE2b, in bytes.
pub const MAX_BYTES: usize = 64;

/// Computes BLAKE2b with `bytes` bytes of output over the concatenated parts, padded with zeros to [`MAX_BYTES`]. The
/// output length is an input of the hash, so a shorter hash is not a prefix of a longer one.
pub fn digest(bytes: usize, parts: &[&[u8]]) -> Result<[u8; MAX_BYTES], Error> {
    let mut core = Blake2bVarCore::new(bytes).map_err(|_| Error::OutputSize)?;
    let mut buffer = Buffer::<Blake2bVarCore>::default();
    for part in parts {
        buffer.digest_blocks(part, |blocks| core.update_blocks(blocks));
    }
    let mut hash = Default::default();
    core.finalize_variable_core(&mut buffer, &mut hash);
    Ok(hash.into())
}

/// Fills `out`, which must not be empty, with H' of the concatenated parts (RFC 9106, section 3.3).
pub fn expand(parts: &[&[u8]], out: &mut [u8]) -> Result<(), Error> {
    let length = u32::try_from(out.len()).map_err(|_| Error::OutputSize)?.to_le_bytes();
    let parts = [&[length.as_slice()], parts].concat();
    let mut rest = out;
    let mut hash = digest(rest.len().min(MAX_BYTES), &parts)?;
    // Write the first half of every hash; the last hash is as long as the rest of the output, and is written whole.
    while rest.len() > MAX_BYTES {
        let (half, after) = rest.split_at_mut_checked(MAX_BYTES / 2).ok_or(Error::Internal)?;
        half.iter_mut().zip(hash).for_each(|(to, byte)| *to = byte);
        hash = digest(after.len().min(MAX_BYTES), &[&hash])?;
        rest = after;
    }
    rest.iter_mut().zip(hash).for_each(|(to, byte)| *to = byte);
    Ok(())
}
