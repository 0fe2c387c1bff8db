//! The two hash functions that Argon2 is built upon: BLAKE2b, and H', which makes any number of bytes of it.

use argon2::password_hash::Error;
use blake2::{
    Blake2bVarCore,
    digest::block_api::{Buffer, UpdateCore, VariableOutputCore},
};

/// The longest that BLAKE2b gives, in bytes.
pub const MAX_BYTES: usize = 64;

/// BLAKE2b-`bytes` of all the parts, one after the other. Where `bytes` is less than [`MAX_BYTES`], zeros follow; the length
/// counts in the hash, so that this is another one and not a piece of the longest.
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

/// H' of section 3.3 over the parts: fills `out`, one byte at least.
pub fn expand(parts: &[&[u8]], out: &mut [u8]) -> Result<(), Error> {
    let length = u32::try_from(out.len()).map_err(|_| Error::OutputSize)?.to_le_bytes();
    let parts = [&[length.as_slice()], parts].concat();
    let mut rest = out;
    let mut hash = digest(rest.len().min(MAX_BYTES), &parts)?;
    // Of every hash but the last, which is as long as what is left, the first half goes out.
    while rest.len() > MAX_BYTES {
        let (half, after) = rest.split_at_mut_checked(MAX_BYTES / 2).ok_or(Error::Internal)?;
        half.iter_mut().zip(hash).for_each(|(to, byte)| *to = byte);
        hash = digest(after.len().min(MAX_BYTES), &[&hash])?;
        rest = after;
    }
    rest.iter_mut().zip(hash).for_each(|(to, byte)| *to = byte);
    Ok(())
}
