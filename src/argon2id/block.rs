//! A block of memory and its compression function G (RFC 9106, sections 3.5 and 3.6).

use super::tile::Tile;

/// 1 KiB: for the RFC 8 rows and 8 columns of 16 bytes, here 4 rows and 4 columns of tiles, so that what a round takes, two
/// rows or two columns, is a row or a column of tiles. Not `Copy`, so that none is moved unseen.
pub struct Block([[Tile; 4]; 4]);

impl Block {
    /// The size of a block, in bytes.
    pub const BYTES: usize = 1024;
    /// The size of a block, in words of 8 bytes.
    pub const WORDS: usize = Self::BYTES / 8;
    /// Zeros only.
    pub const ZERO: Self = Self([[Tile::ZERO; 4]; 4]);

    /// A block of words in the RFC's order: row after row.
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

    /// The words in the RFC's order.
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

    /// A block of little-endian words.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let mut words = [0; Self::WORDS];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        Self::from_words(&words)
    }

    /// The words, little-endian.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(self.to_words()) {
            *bytes = word.to_le_bytes();
        }
        bytes
    }

    /// The word that begins the block, out of which the address of the next reference block is taken.
    pub fn first_word(&self) -> u64 {
        let [[tile, ..], ..] = &self.0;
        let [[word, ..], _] = tile.rows();
        word
    }

    /// XORs G(`x`, `y`) onto the block. What `scratch` holds does not matter: it is the caller's, so that it need not be
    /// cleared for every block.
    ///
    /// It stays a function of its own: V8 puts optimized code in place at the next call, never in the midst of a loop, and
    /// the first password is hashed in few calls but to this.
    #[inline(never)]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    pub fn xor_compressed(&mut self, x: &Self, y: &Self, scratch: &mut [Self; 2]) {
        let [r, q] = scratch;
        // G ends with this XOR. Done first, it saves reading both blocks twice.
        for ((to, r), (x, y)) in self.tiles_mut().zip(r.tiles_mut()).zip(x.tiles().zip(y.tiles())) {
            *r = *x ^ *y;
            *to = *to ^ *r;
        }
        r.rounds_transposed(q, |_, tile| tile);
        q.rounds_transposed(self, |to, tile| to ^ tile);
    }

    /// Puts every row through a round, and the results into `transposed` as columns. Twice this is P on the rows, then P on
    /// the columns.
    #[inline(always)]
    fn rounds_transposed(&self, transposed: &mut Self, put: impl Fn(Tile, Tile) -> Tile) {
        let [a, b, c, d] = &mut transposed.0;
        for ((((row, a), b), c), d) in self.0.iter().zip(a).zip(b).zip(c).zip(d) {
            let [e, f, g, h] = round(*row);
            *a = put(*a, e.transposed());
            *b = put(*b, f.transposed());
            *c = put(*c, g.transposed());
            *d = put(*d, h.transposed());
        }
    }

    fn tiles(&self) -> impl Iterator<Item = &Tile> {
        self.0.as_flattened().iter()
    }

    fn tiles_mut(&mut self) -> impl Iterator<Item = &mut Tile> {
        self.0.as_flattened_mut().iter_mut()
    }
}

/// Two BLAKE2b rounds side by side (section 3.6), one on the upper rows of the tiles and one on the lower: four words of a
/// tile are a row of the round's square. Two at a time are a tenth faster, since within one each step waits for the last.
///
/// Inlined, as all that it calls: with opt-level "s" tiles would else go through memory at every call.
#[inline(always)]
fn round([a, b, c, d]: [Tile; 4]) -> [Tile; 4] {
    let [a, b, c, d] = mix([a, b, c, d]);
    let [a, b, c, d] = mix([a, b.shift_1(), c.shift_2(), d.shift_3()]);
    [a, b.shift_3(), c.shift_2(), d.shift_1()]
}

/// BLAKE2b's G, where multiplications have joined the additions, on four columns at once.
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
