//! What the readers of bodies and queries ask for, noted in tests: so the description of the API is held against the code that
//! reads a request, and not against a second list of its fields.

use std::{cell::RefCell, collections::BTreeMap};

/// What is noted of one field: the JSON types it may have (`query` for a parameter), and whether it must be there.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// In alphabetical order.
    pub types: Vec<String>,
    /// Whether it must be there.
    pub required: bool,
}

/// Fields by their names.
pub type Fields = BTreeMap<String, Field>;

thread_local! {
    static ASKED: RefCell<Fields> = const { RefCell::new(Fields::new()) };
}

/// Somebody asks for a field of this type.
pub fn note(name: &str, json_type: &str) {
    ASKED.with_borrow_mut(|asked| {
        let types = &mut asked.entry(name.to_owned()).or_default().types;
        types.push(json_type.to_owned());
        types.sort();
    });
}

/// Somebody cannot go on without this field.
pub fn note_required(name: &str) {
    ASKED.with_borrow_mut(|asked| asked.entry(name.to_owned()).or_default().required = true);
}

/// Every field that `read` asks for on this thread.
pub fn during<T>(read: impl FnOnce() -> T) -> Fields {
    ASKED.take();
    read();
    ASKED.take()
}
