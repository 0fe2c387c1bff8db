//! Forms, in the two encodings that browsers and HTTP clients send.

use crate::{
    domain::validation::{FieldError, FieldErrorKind},
    error::ApiError,
    platform::{executor::await_promise, ffi},
};

/// A form, as [`super::body_fields::read_form`] reads it.
#[derive(Debug)]
pub enum Form {
    /// `application/x-www-form-urlencoded`, not decoded yet.
    UrlEncoded(Vec<u8>),
    /// `multipart/form-data` (RFC 7578), decoded by the runtime: a JSON object in which a file is `false`, and so not a string.
    Multipart(String),
}

impl Form {
    /// Decodes a multipart body, whose boundary the content type has.
    ///
    /// # Errors
    /// [`ApiError::Validation`] of the whole body if it has another form.
    pub async fn from_multipart(body: &[u8], content_type: &str) -> Result<Self, ApiError> {
        let json = await_promise(ffi::read_multipart(body, content_type)).await;
        let json = json.ok().and_then(|json| json.as_string());
        let malformed = || FieldError::of_body(FieldErrorKind::FormInvalid).into();
        json.map(Self::Multipart).ok_or_else(malformed)
    }
}
