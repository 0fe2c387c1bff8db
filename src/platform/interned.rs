//! Constant strings, such as SQL and binding names, kept as JavaScript strings: each crosses the boundary once per isolate.

use js_sys::JsString;
use std::cell::RefCell;

/// The constant as a JavaScript string.
pub fn interned(text: &'static str) -> JsString {
    thread_local! {
        static INTERNED: RefCell<Vec<(&'static str, JsString)>> = const { RefCell::new(Vec::new()) };
    }
    INTERNED.with_borrow_mut(|interned| {
        // Constants are few, and an address identifies one: comparing pointers is cheaper than hashing or comparing text.
        match interned.iter().find(|(known, _)| std::ptr::eq(*known, text)) {
            Some((_, string)) => string.clone(),
            None => {
                let string = JsString::from(text);
                interned.push((text, string.clone()));
                string
            }
        }
    })
}
