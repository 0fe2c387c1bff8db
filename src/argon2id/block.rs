//! A block of memory and its compression function G (RFC 9106, sections 3.5 and 3.6).

use super::tile::Tile;

/// 1 KiB. The RFC arranges it in 8 rows and 8 columns of 16 bytes; here it has 4 rows and 4 columns of tiles, so that the
/// input of a double round, two rows or two columns, is one row or column of tiles. Not `Copy`, to prevent implicit copies.
pub struct Block([[Tile; 4]; 4]);

impl Block {
    /// The size of a block, in bytes.
    pub const BYTES: usize = 1024;
    /// The size of a block, in words of 8 bytes.
    pub const WORDS: usize = Self::BYTES / 8;
    /// All zeros.
    pub const ZERO: Self = Self([[Tile::ZERO; 4]; 4]);

    /// Builds a block from words in the RFC's order, row by row.
    pub fn from_words(words: &[u64; Self::WORDS]) -> Self {
        let mut block = Self::ZERO;
        let pairs_of_rows = words.as_chunks::<16>().0.as_chunks().0;
        for (tiles, [upper, lower]) in block.0.iter_mut().zip(pairs_of_rows) {
            let quarters = upper.as_chunks().0.iter().zip(lower.as_chunks().0);
            for (tile, (upper, lower)) in tiles.iter_mut().zip(quarters) {
                *tile = Tile::new([*upper, *lower]);
            }
        }
        block
    }

    /// Returns the words in the RFC's order.
    pub fn to_words(&self) -> [u64; Self::WORDS] {
        let mut words = [0; Self::WORDS];
        let pairs_of_rows = words.as_chunks_mut::<16>().0.as_chunks_mut().0;
        for (tiles, [upper, lower]) in self.0.iter().zip(pairs_of_rows) {
            let quarters = upper.as_chunks_mut().0.iter_mut().zip(lower.as_chunks_mut().0);
            for (tile, (upper, lower)) in tiles.iter().zip(quarters) {
                [*upper, *lower] = tile.rows();
            }
        }
        words
    }

    /// Builds a block from little-endian words.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let mut words = [0; Self::WORDS];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        Self::from_words(&words)
    }

    /// Returns the words as little-endian bytes.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(self.to_words()) {
            *bytes = word.to_le_bytes();
        }
        bytes
    }

    /// Returns the first word, which determines the next reference block (section 3.4.1.1).
    pub fn first_word(&self) -> u64 {
        let [[tile, ..], ..] = &self.0;
        let [[word, ..], _] = tile.rows();
        word
    }

    /// XORs G(`x`, `y`) onto the block. Overwrites `scratch`, which the caller owns, so that it is not cleared for each
    /// block.
    ///
    /// Not inlined: V8 switches to optimized code at the next call of a function, never within a running loop, and this is
    /// the only function that the first hash calls often.
    #[inline(never)]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    pub fn xor_compressed(&mut self, x: &Self, y: &Self, scratch: &mut [Self; 2]) {
        let [r, q] = scratch;
        // G ends with this XOR. Doing it first avoids reading both blocks twice.
        for ((to, r), (x, y)) in self.tiles_mut().zip(r.tiles_mut()).zip(x.tiles().zip(y.tiles())) {
            *r = *x ^ *y;
            *to = *to ^ *r;
        }
        r.rounds_transposed(q, |_, tile| tile);
        q.rounds_transposed(self, |to, tile| to ^ tile);
    }

    /// Applies a double round to each row of tiles and writes the results to `transposed` as columns. Applied twice, this
    /// computes P on the rows, then P on the columns.
    #[inline(always)]
    fn rounds_transposed(&self, transposed: &mut Self, combine: impl Fn(Tile, Tile) -> Tile) {
        let [a, b, c, d] = &mut transposed.0;
        for ((((row, a), b), c), d) in self.0.iter().zip(a).zip(b).zip(c).zip(d) {
            let [e, f, g, h] = round(*row);
            *a = combine(*a, e.transposed());
            *b = combine(*b, f.transposed());
            *c = combine(*c, g.transposed());
            *d = combine(*d, h.transposed());
        }
    }

    fn tiles(&self) -> impl Iterator<Item = &Tile> {
        self.0.as_flattened().iter()
    }

    fn tiles_mut(&mut self) -> impl Iterator<Item = &mut Tile> {
        self.0.as_flattened_mut().iter_mut()
    }
}

/// Computes two BLAKE2b rounds in parallel (section 3.6), one on the tiles' upper rows and one on their lower rows: four
/// words of a tile are one row of a round's 4 × 4 matrix. Two in parallel are a tenth faster, since the steps of one round
/// depend on each other.
///
/// Inlined, like all that it calls: without the attribute opt-level "s" passes tiles through memory at every call.
#[inline(always)]
fn round([a, b, c, d]: [Tile; 4]) -> [Tile; 4] {
    let [a, b, c, d] = mix([a, b, c, d]);
    let [a, b, c, d] = mix([a, b.shift_1(), c.shift_2(), d.shift_3()]);
    [a, b.shift_3(), c.shift_2(), d.shift_1()]
}

/// Computes GB, BLAKE2b's G with multiplications added to the additions (section 3.6), on four columns at once.
#[inline(always)]
fn mix([mut a, mut b, mut c, mut d]: [Tile; 4]) -> [Tile; 4] {
    a = a.multiply_add(b);
    d = (d ^ a).rotate_right::<32>();
    c = c.multiply_add(d);
    b = (b ^ c).rotate_right::<24>();
    a = a.multiply_add(b);
    d = (d ^ a).rotate_right::<16>();
    c = c.multiply_add(d);
    b = (b ^ c).rotate_right::<63>();
    [a, b, c, d]
}
