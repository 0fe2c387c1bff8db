//! A tile: eight words that the compression function processes together. Four vectors in WebAssembly, plain integers
//! elsewhere, so that native tests cover all of Argon2id except these few operations; `tests/api/argon2id.test.mjs` covers
//! the vectors.

#[cfg(not(target_arch = "wasm32"))]
mod portable;
#[cfg(target_arch = "wasm32")]
mod simd;

#[cfg(not(target_arch = "wasm32"))]
pub use portable::Tile;
#[cfg(target_arch = "wasm32")]
pub use simd::Tile;
