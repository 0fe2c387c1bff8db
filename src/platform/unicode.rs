//! Unicode properties that Rust's standard library lacks. Calls JavaScript for them, so that the wasm contains no tables.
//!
//! ASCII text, the common case, needs no call. The host has no JavaScript: native tests use ASCII only, and the tests
//! against the running Worker cover the rest.

use js_sys::{JsString, RegExp};
use std::borrow::Cow;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/platform/email_spelling.js")]
extern "C" {
    #[wasm_bindgen(js_name = foldLocalPart)]
    fn fold_local_part(text: &str) -> String;

    #[wasm_bindgen(js_name = domainToAscii)]
    fn domain_to_ascii_in_js(domain: &str) -> Option<String>;
}

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

/// Folds the case of each character (Unicode's simple case folding) and normalises to Form C; returns `None` where the result
/// has more than `maximum` characters. Rejects a far longer text first, as [`nfc`] does.
pub fn fold_case(text: &str, maximum: usize) -> Option<Cow<'_, str>> {
    if text.chars().count() > maximum.saturating_mul(LONGEST_DECOMPOSITION) {
        return None;
    }
    let folded = if !text.is_ascii() {
        Cow::Owned(fold_local_part(text))
    } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    };
    (folded.chars().count() <= maximum).then_some(folded)
}

/// The ASCII form of a domain in lower case (UTS 46, non-transitional); `None` where it has none. The domain must hold only
/// letters, digits, hyphens and dots in ASCII, and any characters beyond.
pub fn domain_to_ascii(domain: &str) -> Option<Cow<'_, str>> {
    let has_encoded_label = domain
        .split('.')
        .any(|label| label.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("xn--")));
    if !domain.is_ascii() || has_encoded_label {
        return domain_to_ascii_in_js(domain).map(Cow::Owned);
    }
    Some(match domain.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(domain.to_ascii_lowercase()),
        false => Cow::Borrowed(domain),
    })
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
