//! HTTP as this service speaks it: bodies in, answers out.

pub mod answer;
#[cfg(test)]
pub mod asked;
pub mod body;
pub mod client;
pub mod cors;
pub mod cursor;
pub mod fields;
pub mod model;
pub mod query;
mod refusal;
pub mod request;
pub mod transport;
