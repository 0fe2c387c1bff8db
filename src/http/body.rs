//! Reads request bodies: checks the content type, and never buffers more than the route accepts.

use super::{
    form::Form,
    request::{Request, is_token_byte},
};
use crate::error::ApiError;

/// The most bytes of a body.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// The most bytes of a task: 10,000 characters fit in any JSON escapes, which take 12 bytes for an emoji.
pub const MAX_TASK_BYTES: usize = 128 * 1024;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// Reads a JSON body of at most this size without parsing it.
///
/// # Errors
/// [`ApiError::BodyTooLarge`], then [`ApiError::UnsupportedMediaType`] if the content type is not JSON.
pub async fn read_json(request: &Request, max_bytes: usize) -> Result<Vec<u8>, ApiError> {
    let body = read_capped(request, max_bytes).await?;
    match is_json(media_type(request)) {
        true => Ok(body),
        false => Err(ApiError::UnsupportedMediaType { expected: JSON }),
    }
}

/// Reads a form.
///
/// # Errors
/// [`ApiError::BodyTooLarge`] over 64 KiB, then [`ApiError::UnsupportedMediaType`] if the content type is not a form's, then
/// [`ApiError::Validation`] if the body is not of that type.
pub async fn read_form(request: &Request) -> Result<Form, ApiError> {
    let body = read_capped(request, MAX_BODY_BYTES).await?;
    let media_type = media_type(request);
    if media_type.eq_ignore_ascii_case(FORM) {
        return Ok(Form::UrlEncoded(body));
    }
    match media_type.eq_ignore_ascii_case(MULTIPART) {
        true => Form::from_multipart(&body, request.content_type()).await,
        false => Err(ApiError::UnsupportedMediaType { expected: FORM }),
    }
}

/// The content type without its parameters.
fn media_type(request: &Request) -> &str {
    request.content_type().split(';').next().unwrap_or_default().trim()
}

/// Whether a media type is JSON, or one with the structured syntax suffix `+json` (RFC 6839, section 3.1).
fn is_json(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    let Some(subtype) = media_type.strip_prefix("application/") else {
        return false;
    };
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(is_token_byte);
    subtype == "json" || subtype.strip_suffix("+json").is_some_and(is_name)
}

/// Reads a body without the byte order mark that some programs write before any text in UTF-8.
async fn read_capped(request: &Request, max_bytes: usize) -> Result<Vec<u8>, ApiError> {
    let body = read_bytes(request, max_bytes).await?;
    match body.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => Ok(rest.to_vec()),
        None => Ok(body),
    }
}

/// Checks `Content-Length` before reading; a body without it is read in chunks and discarded once it exceeds the maximum.
async fn read_bytes(request: &Request, max_bytes: usize) -> Result<Vec<u8>, ApiError> {
    let length = request.content_length();
    if !length.is_empty() {
        return match length.parse::<usize>() {
            Ok(length) if length <= max_bytes => Ok(request.bytes().await?),
            _ => Err(ApiError::BodyTooLarge),
        };
    }
    let body = request.bytes_in_chunks(max_bytes).await?;
    body.ok_or(ApiError::BodyTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_accepted_under_every_name_that_says_so() {
        for json in [
            "application/json",
            "Application/JSON",
            "application/merge-patch+json",
            "application/vnd.api+json",
            "APPLICATION/Problem+Json",
            "application/a+b+json",
            "application/x_y.z-1+json",
        ] {
            assert!(is_json(json), "{json}");
        }
        for other in [
            "",
            "json",
            "+json",
            "text/json",
            "text/x+json",
            "application/",
            "application/+json",
            "application/jsonp",
            "application/x+json2",
            "application/json, application/json",
            "application/a b+json",
            "application/a/b+json",
            "application/x, text/x+json",
            "application/xjson",
            "application/json+x",
        ] {
            assert!(!is_json(other), "{other}");
        }
    }
}
