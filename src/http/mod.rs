//! HTTP as this service speaks it: reads requests and writes responses.

pub mod auth_response;
pub mod body;
pub mod body_fields;
pub mod client_ip;
pub mod cors;
mod error_response;
#[cfg(test)]
pub mod field_recorder;
pub mod form;
pub mod https_only;
pub mod if_none_match;
mod oauth_error;
pub mod preflight;
pub mod query_fields;
pub mod read_replication;
pub mod request;
pub mod response;
mod response_template;
pub mod security_headers;
pub mod url;
