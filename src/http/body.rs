//! Reads request bodies: checks the content type, and never buffers more than 64 KiB.

use super::request::Request;
use crate::error::ApiError;

const MAX_BODY_BYTES: usize = 64 * 1024;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Reads a JSON body without parsing it.
///
/// # Errors
/// [`ApiError::BodyTooLarge`] over 64 KiB, then [`ApiError::UnsupportedMediaType`] if the content type is not JSON.
pub async fn read_json(request: &Request) -> Result<Vec<u8>, ApiError> {
    read_as(JSON, request).await
}

/// Reads a form without parsing it.
///
/// # Errors
/// [`ApiError::BodyTooLarge`] over 64 KiB, then [`ApiError::UnsupportedMediaType`] if the content type is not a form's.
pub async fn read_form(request: &Request) -> Result<Vec<u8>, ApiError> {
    read_as(FORM, request).await
}

async fn read_as(expected: &'static str, request: &Request) -> Result<Vec<u8>, ApiError> {
    let body = read_capped(request).await?;
    let essence = request.content_type().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(expected) {
        return Err(ApiError::UnsupportedMediaType { expected });
    }
    Ok(body)
}

/// Checks `Content-Length` before reading; a body without it is read in chunks and discarded once it exceeds the maximum.
async fn read_capped(request: &Request) -> Result<Vec<u8>, ApiError> {
    let length = request.content_length();
    if !length.is_empty() {
        return match length.parse() {
            Ok(0..=MAX_BODY_BYTES) => Ok(request.bytes().await?),
            _ => Err(ApiError::BodyTooLarge),
        };
    }
    let body = request.bytes_in_chunks(MAX_BODY_BYTES).await?;
    body.ok_or(ApiError::BodyTooLarge)
}
