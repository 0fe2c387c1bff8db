//! Argon2id (RFC 9106) with one lane, on WebAssembly vectors: a sign-in spends nearly all of its time here, and vectors
//! halve it. The crate `argon2` computes word by word in WebAssembly; it still parses and formats the parameters, and the
//! native tests compare every tag with the crate's.

mod blake2b;
mod block;
mod lane;
mod memory;
#[cfg(test)]
mod tests;
mod tile;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{Error, phc::Output},
};
use block::Block;
use lane::Lane;

/// Computes the tag of a password (section 3.2) with 8 to 48 bytes of salt. The parameters set the tag's length, 10 to 64
/// bytes, 32 by default. Their associated data is an input, their key identifier is not.
///
/// # Errors
/// [`Error::OutputSize`] where a PHC string cannot hold the tag, [`Error::OutOfMemory`] where the allocation fails.
pub fn tag(password: &[u8], salt: &[u8], params: &Params) -> Result<Output, Error> {
    let mut tag = [0; Output::MAX_LENGTH];
    let tag_bytes = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let tag = tag.get_mut(..tag_bytes).ok_or(Error::OutputSize)?;
    if params.p_cost() != 1 {
        // Only imported hashes have more lanes, and each is computed once: the crate's speed suffices.
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone()).hash_password_into(password, salt, tag)?;
        return Output::new(tag).map_err(Into::into);
    }

    let seed = seed(password, salt, params, length(tag)?)?;
    let mut lane = Lane::new(params.block_count(), params.t_cost())?;
    for index in 0..2_u32 {
        let mut bytes = [0; Block::BYTES];
        blake2b::expand(&[&seed, &index.to_le_bytes(), &0_u32.to_le_bytes()], &mut bytes)?;
        lane.push(Block::from_bytes(&bytes));
    }
    let last = lane.fill()?;
    blake2b::expand(&[&last.to_bytes()], tag)?;
    Ok(Output::new(tag)?)
}

/// Computes H0 (section 3.2): the hash of all inputs, each with its length before it.
fn seed(password: &[u8], salt: &[u8], params: &Params, tag_bytes: u32) -> Result<[u8; blake2b::MAX_BYTES], Error> {
    let numbers = [
        params.p_cost(),
        tag_bytes,
        params.m_cost(),
        params.t_cost(),
        Version::V0x13.into(),
        Algorithm::Argon2id as u32,
    ];
    let no_secret = 0_u32;
    blake2b::digest(
        blake2b::MAX_BYTES,
        &[
            numbers.map(u32::to_le_bytes).as_flattened(),
            &length(password)?.to_le_bytes(),
            password,
            &length(salt)?.to_le_bytes(),
            salt,
            &no_secret.to_le_bytes(),
            &length(params.data())?.to_le_bytes(),
            params.data(),
        ],
    )
}

fn length(bytes: &[u8]) -> Result<u32, Error> {
    u32::try_from(bytes.len()).map_err(|_| Error::Internal)
}
