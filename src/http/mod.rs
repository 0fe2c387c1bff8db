//! HTTP as this service speaks it: bodies in, answers out.

pub mod answer;
pub mod body;
pub mod cursor;
pub mod fields;
