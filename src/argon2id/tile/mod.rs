//! Eight words as the compression function moves them together: in WebAssembly four vectors, elsewhere plain numbers, so
//! that native tests run all of Argon2id but these few operations. `tests/api/argon2id.test.mjs` covers the vectors.

#[cfg(not(target_arch = "wasm32"))]
mod portable;
#[cfg(target_arch = "wasm32")]
mod simd;

#[cfg(not(target_arch = "wasm32"))]
pub use portable::Tile;
#[cfg(target_arch = "wasm32")]
pub use simd::Tile;
