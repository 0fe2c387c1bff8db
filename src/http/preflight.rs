//! CORS preflight requests (the Fetch standard, section 3.2): a browser asks which methods and headers a page may send.

use super::{cors::Cors, request::Request, response::ApiResponse};
use worker::Result;

const ALLOWED_HEADERS: &str = "Authorization, Content-Type";
const ALLOWED_HEADERS_WITH_BOOKMARK: &str = "Authorization, Content-Type, X-D1-Bookmark";
/// Seconds for which a browser may cache the response; Chromium caps it at two hours.
const MAX_AGE: &str = "7200";

/// Whether the request is a preflight.
///
/// # Errors
/// If the runtime does not return the headers.
pub fn is_preflight(request: &Request) -> Result<bool> {
    Ok(request.method() == "OPTIONS"
        && !request.origin().is_empty()
        && request.header("Access-Control-Request-Method")?.is_some())
}

/// Responds to a preflight with the methods and headers that the page may send, or without them if its origin is not allowed.
pub fn respond(methods: String, cors: Cors<'_>) -> ApiResponse {
    if cors.allowed_origin.is_none() {
        return ApiResponse::no_content();
    }
    let allowed_headers = match cors.has_bookmark {
        true => ALLOWED_HEADERS_WITH_BOOKMARK,
        false => ALLOWED_HEADERS,
    };
    ApiResponse::no_content()
        .with_header("Access-Control-Allow-Methods", methods)
        .with_header("Access-Control-Allow-Headers", allowed_headers)
        .with_header("Access-Control-Max-Age", MAX_AGE)
}
