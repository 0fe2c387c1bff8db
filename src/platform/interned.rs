//! Texts that never change, such as SQL and the names of bindings, as JavaScript keeps them: each crosses once an isolate.

use js_sys::JsString;
use std::cell::RefCell;

/// The text on JavaScript's side.
pub fn kept(text: &'static str) -> JsString {
    thread_local! {
        static KEPT: RefCell<Vec<(&'static str, JsString)>> = const { RefCell::new(Vec::new()) };
    }
    KEPT.with_borrow_mut(|kept| {
        // There are few of them, and where a text lies tells it from the others: that takes less than to read it.
        match kept.iter().find(|(known, _)| std::ptr::eq(*known, text)) {
            Some((_, text)) => text.clone(),
            None => {
                let there = JsString::from(text);
                kept.push((text, there.clone()));
                there
            }
        }
    })
}
