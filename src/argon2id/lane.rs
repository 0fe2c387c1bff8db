//! Fills the memory of Argon2id block by block (RFC 9106, sections 3.2 and 3.4), for one lane only.

use super::{block::Block, memory};
use argon2::{Algorithm, password_hash::Error};

const SLICES: usize = 4;

/// The blocks of the only lane. The first pass appends them, later passes overwrite them.
pub struct Lane {
    blocks: Vec<Block>,
    segment_length: usize,
    passes: u32,
    scratch: [Block; 2],
}

/// The position of a segment, on which the choice of reference blocks depends.
#[derive(Clone, Copy)]
struct Segment {
    pass: u32,
    slice: usize,
}

impl Lane {
    /// Takes memory for `length` blocks of 1 KiB, a multiple of 4 and at least 8; `passes` is the RFC's t.
    pub fn new(length: usize, passes: u32) -> Result<Self, Error> {
        Ok(Self {
            blocks: memory::take(length)?,
            segment_length: length / SLICES,
            passes,
            scratch: [Block::ZERO; 2],
        })
    }

    /// Appends one of the lane's two initial blocks.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Runs all passes over the lane, which must hold its two initial blocks; returns the last block.
    pub fn fill(mut self) -> Result<Block, Error> {
        for pass in 0..self.passes {
            for slice in 0..SLICES {
                self.fill_segment(Segment { pass, slice })?;
            }
        }
        let last = self.blocks.pop().ok_or(Error::Internal);
        memory::keep(self.blocks);
        last
    }

    fn fill_segment(&mut self, segment: Segment) -> Result<(), Error> {
        let independent = segment.pass == 0 && segment.slice < SLICES / 2;
        let mut addresses = [0; Block::WORDS];
        let first = if segment.pass == 0 && segment.slice == 0 { 2 } else { 0 };
        for index in first..self.segment_length {
            let current = segment.slice * self.segment_length + index;
            let previous = current.checked_sub(1).unwrap_or(SLICES * self.segment_length - 1);
            let random = if independent {
                let at = index % Block::WORDS;
                if at == 0 || index == first {
                    addresses = self.addresses(segment, index / Block::WORDS + 1);
                }
                addresses.get(at).copied()
            } else {
                self.blocks.get(previous).map(Block::first_word)
            };
            let reference = self.reference(segment, index, random.ok_or(Error::Internal)?);
            if segment.pass == 0 {
                self.blocks.push(Block::ZERO);
            }
            let blocks = self.blocks.get_disjoint_mut([previous, reference, current]);
            let [previous, reference, current] = blocks.map_err(|_| Error::Internal)?;
            current.xor_compressed(previous, reference, &mut self.scratch);
        }
        Ok(())
    }

    /// Returns the index of the reference block for the block at `index` of the segment (section 3.4.2); J1 is the lower
    /// half of `random`. It is neither the block itself nor the previous one.
    fn reference(&self, segment: Segment, index: usize, random: u64) -> usize {
        let (finished, oldest) = match (segment.pass, segment.slice) {
            (0, slice) => (slice, 0),
            (_, slice) => (SLICES - 1, (slice + 1) % SLICES),
        };
        let candidates = finished * self.segment_length + index - 1;
        let j1 = random & u64::from(u32::MAX);
        let back = (candidates as u64 * ((j1 * j1) >> 32)) >> 32;
        let at = oldest * self.segment_length + candidates - 1 - back as usize;
        let length = SLICES * self.segment_length;
        if at < length { at } else { at - length }
    }

    /// Computes 128 addresses that do not depend on the password (section 3.4.1.2). The counter starts at 1 in each
    /// segment.
    fn addresses(&mut self, segment: Segment, counter: usize) -> [u64; Block::WORDS] {
        let length = SLICES * self.segment_length;
        let mut input = [0; Block::WORDS];
        let lane = 0;
        let numbers = [
            u64::from(segment.pass),
            lane,
            segment.slice as u64,
            length as u64,
            u64::from(self.passes),
            Algorithm::Argon2id as u64,
            counter as u64,
        ];
        input.iter_mut().zip(numbers).for_each(|(to, number)| *to = number);
        let (mut once, mut twice) = (Block::ZERO, Block::ZERO);
        once.xor_compressed(&Block::ZERO, &Block::from_words(&input), &mut self.scratch);
        twice.xor_compressed(&Block::ZERO, &once, &mut self.scratch);
        twice.to_words()
    }
}
