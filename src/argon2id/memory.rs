//! The blocks of the last hash, kept for the next one. WebAssembly's memory never shrinks; were the blocks freed, smaller
//! allocations would settle among them, and the next hash would make the memory grow by as much again.

use super::block::Block;
use argon2::password_hash::Error;
use std::cell::Cell;

thread_local! {
    static KEPT: Cell<Vec<Block>> = const { Cell::new(Vec::new()) };
}

/// Returns an empty vector with room for `length` blocks.
///
/// # Errors
/// [`Error::OutOfMemory`] where they cannot be allocated.
pub fn take(length: usize) -> Result<Vec<Block>, Error> {
    let mut blocks = KEPT.take();
    if blocks.capacity() < length {
        // Freed first, so that both are not there at once.
        blocks = Vec::new();
        blocks.try_reserve_exact(length).map_err(|_| Error::OutOfMemory)?;
    }
    Ok(blocks)
}

/// Keeps the memory of these blocks for the next hash.
pub fn keep(mut blocks: Vec<Block>) {
    blocks.clear();
    KEPT.set(blocks);
}
