//! A tile of plain integers: the native build's implementation, and the reference for the one of vectors.

use std::{array, ops::BitXor};

/// Four words of one row and the four words below them in the next row.
#[derive(Clone, Copy)]
pub struct Tile([[u64; 4]; 2]);

impl Tile {
    /// All zeros.
    pub const ZERO: Self = Self([[0; 4]; 2]);

    /// Builds a tile from its upper and its lower row.
    pub fn new(rows: [[u64; 4]; 2]) -> Self {
        Self(rows)
    }

    /// Returns the upper and the lower row.
    pub fn rows(self) -> [[u64; 4]; 2] {
        self.0
    }

    /// Computes `a + b + 2 · lo(a) · lo(b)` for each pair of words, where lo is the lower half of a word.
    pub fn multiply_add(self, other: Self) -> Self {
        let low = |word: u64| word & u64::from(u32::MAX);
        self.zip(other, |a, b| {
            let doubled = 2_u64.wrapping_mul(low(a).wrapping_mul(low(b)));
            a.wrapping_add(b).wrapping_add(doubled)
        })
    }

    /// Rotates every word to the right by `BITS` bits.
    pub fn rotate_right<const BITS: u32>(self) -> Self {
        Self(self.0.map(|row| row.map(|word| word.rotate_right(BITS))))
    }

    /// Rotates each row to the left by one word.
    pub fn shift_1(self) -> Self {
        Self(self.0.map(|[a, b, c, d]| [b, c, d, a]))
    }

    /// Rotates each row to the left by two words.
    pub fn shift_2(self) -> Self {
        self.shift_1().shift_1()
    }

    /// Rotates each row to the left by three words, which is one to the right.
    pub fn shift_3(self) -> Self {
        self.shift_2().shift_1()
    }

    /// Transposes the tile as a 2 × 2 matrix of word pairs.
    pub fn transposed(self) -> Self {
        let [[a, b, c, d], [e, f, g, h]] = self.0;
        Self([[a, b, e, f], [c, d, g, h]])
    }

    fn zip(self, other: Self, compute: impl Fn(u64, u64) -> u64) -> Self {
        let [[upper, lower], [other_upper, other_lower]] = [self.0, other.0];
        let row = |one: [u64; 4], other: [u64; 4]| {
            let mut pairs = one.into_iter().zip(other);
            array::from_fn(|_| pairs.next().map_or(0, |(a, b)| compute(a, b)))
        };
        Self([row(upper, other_upper), row(lower, other_lower)])
    }
}

impl BitXor for Tile {
    type Output = Self;

    fn bitxor(self, other: Self) -> Self {
        self.zip(other, |a, b| a ^ b)
    }
}
