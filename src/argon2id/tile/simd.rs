//! A tile of 128-bit WebAssembly vectors. No function here has `#[target_feature]`, which would forbid `#[inline(always)]`:
//! the callers have it, and these functions are inlined into them.

use core::arch::wasm32::{
    i16x8_shuffle, i32x4_shuffle, i64x2_add, i64x2_shuffle, u64x2, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4,
    u64x2_extract_lane, u64x2_shl, u64x2_shr, v128, v128_or, v128_xor,
};
use std::ops::BitXor;

/// Four words of one row and the four words below them in the next row. The vectors are the left half of the upper row, the
/// left half of the lower row, the right half of the upper row, the right half of the lower row.
#[derive(Clone, Copy)]
pub struct Tile([v128; 4]);

impl Tile {
    /// All zeros.
    pub const ZERO: Self = Self([u64x2(0, 0); 4]);

    /// Builds a tile from its upper and its lower row.
    pub fn new([[a, b, c, d], [e, f, g, h]]: [[u64; 4]; 2]) -> Self {
        Self([u64x2(a, b), u64x2(e, f), u64x2(c, d), u64x2(g, h)])
    }

    /// Returns the upper and the lower row.
    pub fn rows(self) -> [[u64; 4]; 2] {
        let words = |vector| [u64x2_extract_lane::<0>(vector), u64x2_extract_lane::<1>(vector)];
        let [[a, b], [e, f], [c, d], [g, h]] = self.0.map(words);
        [[a, b, c, d], [e, f, g, h]]
    }

    /// Computes `a + b + 2 · lo(a) · lo(b)` for each pair of words, where lo is the lower half of a word.
    #[inline(always)]
    pub fn multiply_add(self, other: Self) -> Self {
        let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (self.0, other.0);
        let [m0, m1] = products([a0, a1], [b0, b1]);
        let [m2, m3] = products([a2, a3], [b2, b3]);
        let sum = |a, b, m| i64x2_add(i64x2_add(a, b), i64x2_add(m, m));
        Self([sum(a0, b0, m0), sum(a1, b1, m1), sum(a2, b2, m2), sum(a3, b3, m3)])
    }

    /// Rotates every word to the right by `BITS` bits.
    #[inline(always)]
    pub fn rotate_right<const BITS: u32>(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([
            rotate::<BITS>(a),
            rotate::<BITS>(b),
            rotate::<BITS>(c),
            rotate::<BITS>(d),
        ])
    }

    /// Rotates each row to the left by one word.
    #[inline(always)]
    pub fn shift_1(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([between(a, c), between(b, d), between(c, a), between(d, b)])
    }

    /// Rotates each row to the left by two words.
    #[inline(always)]
    pub fn shift_2(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([c, d, a, b])
    }

    /// Rotates each row to the left by three words, which is one to the right.
    #[inline(always)]
    pub fn shift_3(self) -> Self {
        self.shift_2().shift_1()
    }

    /// Transposes the tile as a 2 × 2 matrix of word pairs.
    #[inline(always)]
    pub fn transposed(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([a, c, b, d])
    }
}

impl BitXor for Tile {
    type Output = Self;

    #[inline(always)]
    fn bitxor(self, other: Self) -> Self {
        let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (self.0, other.0);
        Self([v128_xor(a0, b0), v128_xor(a1, b1), v128_xor(a2, b2), v128_xor(a3, b3)])
    }
}

/// Multiplies the lower halves of words. Packs the lower halves of two vectors into one, which costs one instruction and
/// lets the compiler emit the processor's 32-bit multiplication: for vectors that are masked, or packed one at a time, it
/// emits the full 64-bit multiplication, which is three of them.
#[inline(always)]
fn products([a, b]: [v128; 2], [c, d]: [v128; 2]) -> [v128; 2] {
    let (low_ab, low_cd) = (i32x4_shuffle::<0, 2, 4, 6>(a, b), i32x4_shuffle::<0, 2, 4, 6>(c, d));
    [
        u64x2_extmul_low_u32x4(low_ab, low_cd),
        u64x2_extmul_high_u32x4(low_ab, low_cd),
    ]
}

/// Rotates words to the right. Shifts for 24 bits, although a byte shuffle could do it: V8 rebuilds the shuffle's pattern
/// at each use.
#[inline(always)]
fn rotate<const BITS: u32>(words: v128) -> v128 {
    match BITS {
        32 => i32x4_shuffle::<1, 0, 3, 2>(words, words),
        16 => i16x8_shuffle::<1, 2, 3, 0, 5, 6, 7, 4>(words, words),
        _ => v128_or(u64x2_shr(words, BITS), u64x2_shl(words, 64 - BITS)),
    }
}

/// Returns the second word of one vector and the first word of the next.
#[inline(always)]
fn between(one: v128, next: v128) -> v128 {
    i64x2_shuffle::<1, 2>(one, next)
}
