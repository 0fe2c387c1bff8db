//! Binding to `key_set.js`: an issuer's public keys, which JavaScript fetches, keeps and verifies signatures with.

use super::executor::{JsResult, await_promise};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/key_set.js")]
extern "C" {
    /// The key set of one issuer, kept as long as the isolate.
    #[derive(Debug)]
    pub type KeySet;

    /// Creates it from the address of the key set, or from the set itself in JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(source: &str) -> KeySet;

    #[wasm_bindgen(method, js_name = verify)]
    fn verify_signature(
        this: &KeySet,
        algorithm: &str,
        key_id: Option<String>,
        signed: &[u8],
        signature: &[u8],
    ) -> Promise;
}

/// The outcome of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySetOutcome {
    /// One of the keys has signed the text.
    Verified,
    /// The chosen key has not signed the text.
    Mismatch,
    /// The set has no such key, or, without a key id, not exactly one key.
    UnknownKey,
    /// The chosen key is for other algorithms.
    OtherAlgorithm,
    /// The set has never been fetched, or too long ago.
    Unavailable,
}

impl KeySet {
    /// Verifies a signature with the key of this id, or without an id with the only key.
    ///
    /// # Errors
    /// What JavaScript threw, which it never does on purpose.
    pub async fn verify(
        &self,
        algorithm: &str,
        key_id: Option<String>,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<KeySetOutcome, JsValue> {
        let promise = self.verify_signature(algorithm, key_id, signed, signature);
        let outcome: JsResult = await_promise(promise).await;
        Ok(match outcome?.as_string().as_deref() {
            Some("verified") => KeySetOutcome::Verified,
            Some("unknown key") => KeySetOutcome::UnknownKey,
            Some("other algorithm") => KeySetOutcome::OtherAlgorithm,
            Some("unavailable") => KeySetOutcome::Unavailable,
            _ => KeySetOutcome::Mismatch,
        })
    }
}

/// The module that `key_set.js` imports. Declared here, or wasm-bindgen would not copy it.
#[wasm_bindgen(module = "/src/platform/jwk.js")]
extern "C" {
    type Jwk;
}
