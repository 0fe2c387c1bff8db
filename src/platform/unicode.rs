//! What Unicode knows that Rust's standard library does not: asked of JavaScript, so that the wasm carries no tables.
//!
//! ASCII text, which is nearly all of it, is answered here without a call. On the host there is no JavaScript: native
//! tests stay within ASCII, and the tests against the running Worker cover the rest.

use js_sys::{JsString, RegExp};
use std::borrow::Cow;

/// As many characters as one may fall into when it is decomposed: more than four times the characters that are allowed
/// never compose into as few.
const LONGEST_DECOMPOSITION: usize = 4;

/// The text in Normalization Form C (Unicode Standard Annex 15), one spelling for what looks the same, or `None` where that
/// has more than `maximum` characters. A far longer text is refused unread: to sort its marks takes the square of its length.
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

/// Whether a decimal digit of any script (general category `Nd`) is in the text.
pub fn has_decimal_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || !text.is_ascii() && RegExp::new(r"\p{Nd}", "u").test(text)
}

/// Whether something stands in the text, beyond ASCII, that is neither letter, mark nor digit of any script: a symbol, a
/// space, or a character that cannot be seen.
pub fn has_symbol_beyond_ascii(text: &str) -> bool {
    !text.is_ascii() && RegExp::new(r"[^\0-\x7f\p{L}\p{M}\p{N}]|\p{Default_Ignorable_Code_Point}", "u").test(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_cannot_become_short_enough_is_never_normalised() {
        // On the host a call of JavaScript would end the test.
        assert_eq!(nfc(&"\u{301}".repeat(401), 100), None);
        assert_eq!(nfc(&"a".repeat(101), 100), None);
        assert_eq!(nfc(&"a".repeat(100), 100).as_deref(), Some("a".repeat(100).as_str()));
    }
}
