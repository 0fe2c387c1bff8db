//! Unicode properties that Rust's standard library lacks. Calls JavaScript for them, so that the wasm contains no tables.
//!
//! ASCII text, the common case, needs no call. The host has no JavaScript: native tests use ASCII only, and the tests
//! against the running Worker cover the rest.

use js_sys::{JsString, RegExp};
use std::borrow::Cow;

/// The maximum number of characters that one decomposes into: a text of more than four times the allowed characters cannot
/// compose into the allowed number.
const LONGEST_DECOMPOSITION: usize = 4;

/// Normalises the text to Form C (Unicode Standard Annex 15); returns `None` where the result has more than `maximum`
/// characters. Rejects a far longer text before normalising it, since sorting its combining marks takes quadratic time.
pub fn nfc(text: &str, maximum: usize) -> Option<Cow<'_, str>> {
    if text.chars().count() > maximum.saturating_mul(LONGEST_DECOMPOSITION) {
        return None;
    }
    let normalised = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(JsString::from(text).normalize("NFC").into())
    };
    (normalised.chars().count() <= maximum).then_some(normalised)
}

/// Whether the text contains a decimal digit of any script (general category `Nd`).
pub fn has_decimal_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || !text.is_ascii() && RegExp::new(r"\p{Nd}", "u").test(text)
}

/// Whether the text contains a character beyond ASCII that is neither a letter, a mark nor a digit of any script: a symbol,
/// a space, or an invisible character.
pub fn has_symbol_beyond_ascii(text: &str) -> bool {
    !text.is_ascii() && RegExp::new(r"[^\0-\x7f\p{L}\p{M}\p{N}]|\p{Default_Ignorable_Code_Point}", "u").test(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_a_far_too_long_text_before_normalising_it() {
        // A call to JavaScript would panic on the host.
        assert_eq!(nfc(&"\u{301}".repeat(401), 100), None);
        assert_eq!(nfc(&"a".repeat(101), 100), None);
        assert_eq!(nfc(&"a".repeat(100), 100).as_deref(), Some("a".repeat(100).as_str()));
    }
}
