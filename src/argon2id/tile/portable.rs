//! A tile of plain numbers, which says what the one of vectors computes.

use std::{array, ops::BitXor};

/// Four words of one row and the four below them in the next.
#[derive(Clone, Copy)]
pub struct Tile([[u64; 4]; 2]);

impl Tile {
    /// Zeros only.
    pub const ZERO: Self = Self([[0; 4]; 2]);

    /// A tile of its upper and its lower row.
    pub fn new(rows: [[u64; 4]; 2]) -> Self {
        Self(rows)
    }

    /// The upper and the lower row.
    pub fn rows(self) -> [[u64; 4]; 2] {
        self.0
    }

    /// `a + b + 2 · lo(a) · lo(b)` for each two words, where lo is the lower half of a word.
    pub fn multiply_add(self, other: Self) -> Self {
        let low = |word: u64| word & u64::from(u32::MAX);
        self.zip(other, |a, b| {
            let doubled = 2_u64.wrapping_mul(low(a).wrapping_mul(low(b)));
            a.wrapping_add(b).wrapping_add(doubled)
        })
    }

    /// Every word with its bits `BITS` further to the right, those that fall out coming in at the left.
    pub fn rotate_right<const BITS: u32>(self) -> Self {
        Self(self.0.map(|row| row.map(|word| word.rotate_right(BITS))))
    }

    /// Each row one word further to the left, the first word coming last.
    pub fn shift_1(self) -> Self {
        Self(self.0.map(|[a, b, c, d]| [b, c, d, a]))
    }

    /// Each row two words further.
    pub fn shift_2(self) -> Self {
        self.shift_1().shift_1()
    }

    /// Each row three words further to the left, which is one to the right.
    pub fn shift_3(self) -> Self {
        self.shift_2().shift_1()
    }

    /// With rows as columns, where two words count as one.
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
