//! Requests that panic, for the tests of what a panic does to other requests. A release build has none of this.

use crate::runtime::task::settled;
use js_sys::Promise;
use wasm_bindgen::JsValue;

/// Panics where the path asks for it, at once or after a wait.
#[expect(clippy::panic, reason = "the tests need one")]
pub async fn panic_if_asked(path: &str) {
    match path {
        "/debug/panic" => {}
        "/debug/panic/later" => {
            let nothing = settled(Promise::resolve(&JsValue::NULL)).await;
            debug_assert!(nothing.is_ok());
        }
        _ => return,
    }
    panic!("asked for by {path}");
}
