//! What Unicode knows that Rust's standard library does not: asked of JavaScript, so that the wasm carries no tables.
//!
//! ASCII text, which is nearly all of it, is answered here without a call. On the host there is no JavaScript: native
//! tests stay within ASCII, and the tests against the running Worker cover the rest.

use js_sys::{JsString, RegExp};
use std::borrow::Cow;

/// The text in Normalization Form C (Unicode Standard Annex 15): one spelling for what looks the same.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(JsString::from(text).normalize("NFC").into())
}

/// Whether a decimal digit of any script (general category `Nd`) is in the text.
pub fn has_decimal_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || !text.is_ascii() && RegExp::new(r"\p{Nd}", "u").test(text)
}

/// Whether something stands in the text, beyond ASCII, that is neither letter, mark nor digit of any script: a symbol, a
/// space, or a character that cannot be seen.
pub fn has_symbol_beyond_ascii(text: &str) -> bool {
    !text.is_ascii() && RegExp::new(r"[^\0-\x7f\p{L}\p{M}\p{N}]", "u").test(text)
}
