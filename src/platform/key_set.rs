//! Binding to `key_set.js`: an issuer's public keys, which JavaScript fetches, keeps and verifies signatures with.

use super::executor::{JsResult, await_promise};
use js_sys::Promise;
use std::rc::Rc;
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

    #[wasm_bindgen(method, js_name = isCurrent)]
    fn is_current(this: &KeySet, version: f64) -> bool;
}

/// An issuer's keys as they were when they verified a signature.
#[derive(Debug)]
pub struct KeySetVersion {
    key_set: Rc<KeySet>,
    version: f64,
}

impl KeySetVersion {
    /// Whether the issuer's keys are still these: the set was not fetched again since, and it need not be fetched now.
    pub fn is_current(&self) -> bool {
        self.key_set.is_current(self.version)
    }
}

/// The outcome of a verification.
#[derive(Debug)]
pub enum KeySetOutcome {
    /// One of these keys has signed the text.
    Verified(KeySetVersion),
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
        self: &Rc<Self>,
        algorithm: &str,
        key_id: Option<String>,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<KeySetOutcome, JsValue> {
        let promise = self.verify_signature(algorithm, key_id, signed, signature);
        let outcome: JsResult = await_promise(promise).await;
        let outcome = outcome?;
        if let Some(version) = outcome.as_f64() {
            let key_set = Rc::clone(self);
            return Ok(KeySetOutcome::Verified(KeySetVersion { key_set, version }));
        }
        Ok(match outcome.as_string().as_deref() {
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
