//! Request bodies: of the right type, and never more than 64 KiB in memory.

use super::request::Request;
use crate::error::ApiError;

const MAX_BODY_BYTES: usize = 64 * 1024;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Reads a JSON body, as bytes that nobody has parsed.
///
/// # Errors
/// [`ApiError::BodyTooLarge`] over 64 KiB, then [`ApiError::UnsupportedMediaType`] where the content type is not JSON.
pub async fn read_json(request: &Request) -> Result<Vec<u8>, ApiError> {
    read_as(JSON, request).await
}

/// Reads a form, as bytes that nobody has parsed.
///
/// # Errors
/// [`ApiError::BodyTooLarge`] over 64 KiB, then [`ApiError::UnsupportedMediaType`] where the content type is no form.
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

/// Judges the announced length first; a body without one is read piece by piece, and dropped when it grows too large.
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
