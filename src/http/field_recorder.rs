//! Records, in tests, which fields the readers of bodies and queries read, so that the OpenAPI document is compared with the
//! code itself and not with a second list of its fields.

use std::{cell::RefCell, collections::BTreeMap};

/// What the code accepts for one field.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The accepted JSON types (`query` for a query parameter), in alphabetical order.
    pub types: Vec<String>,
    /// Whether the field is required.
    pub required: bool,
}

/// Fields by name.
pub type Fields = BTreeMap<String, Field>;

thread_local! {
    static RECORDED: RefCell<Fields> = const { RefCell::new(Fields::new()) };
}

/// Records that a field is read as this type.
pub fn record(name: &str, json_type: &str) {
    RECORDED.with_borrow_mut(|fields| {
        let types = &mut fields.entry(name.to_owned()).or_default().types;
        types.push(json_type.to_owned());
        types.sort();
    });
}

/// Records that a field is required.
pub fn record_required(name: &str) {
    RECORDED.with_borrow_mut(|fields| fields.entry(name.to_owned()).or_default().required = true);
}

/// Runs `read` and returns every field that it reads on this thread.
pub fn fields_read_by<T>(read: impl FnOnce() -> T) -> Fields {
    RECORDED.take();
    read();
    RECORDED.take()
}
