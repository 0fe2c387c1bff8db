//! CORS preflight requests (the Fetch standard, section 3.2): a browser asks which methods and headers a page may send.

use super::{
    cors::Cors,
    request::{Request, is_token_byte},
    response::ApiResponse,
};
use crate::router::RouteError;
use worker::Result;

/// Named without being asked for: a browser then caches one preflight for all of a page's requests to a path.
const COMMON_HEADERS: &[&str] = &["Authorization", "Content-Type"];
const COMMON_HEADERS_WITH_BOOKMARK: &[&str] = &["Authorization", "Content-Type", "X-D1-Bookmark"];
/// The longest list of requested headers that is answered; all headers of a request are hardly longer.
const MAX_REQUESTED_BYTES: usize = 8 * 1024;
/// The methods of an unknown path, should the requested one be none.
const ALL_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// Seconds for which a browser may cache the response; Chromium caps it at two hours.
const MAX_AGE: &str = "7200";

/// What a page asks to send.
#[derive(Debug)]
pub struct Preflight {
    method: String,
    headers: String,
}

impl Preflight {
    /// Reads a preflight; returns `None` for any other request.
    ///
    /// # Errors
    /// If the runtime does not return the headers.
    pub fn from_request(request: &Request) -> Result<Option<Self>> {
        if request.method() != "OPTIONS" || request.origin().is_empty() {
            return Ok(None);
        }
        let Some(method) = request.header("Access-Control-Request-Method")? else {
            return Ok(None);
        };
        let headers = request.header("Access-Control-Request-Headers")?.unwrap_or_default();
        Ok(Some(Self { method, headers }))
    }

    /// Responds with the methods and headers that the page may send, or without them if its origin is not allowed.
    ///
    /// `error` is why OPTIONS has no route here. On an unknown path the requested method is allowed, so that the page can send
    /// its request and read the 404. `Vary` names only `Origin`: no cache stores a response to OPTIONS (RFC 9110, section 9.3.7).
    pub fn respond(self, error: RouteError, cors: Cors<'_>) -> ApiResponse {
        if cors.allowed_origin.is_none() {
            return ApiResponse::no_content();
        }
        let methods = match error {
            RouteError::MethodNotAllowed(methods) => methods,
            RouteError::NotFound if is_token(&self.method) => self.method,
            RouteError::NotFound => ALL_METHODS.to_owned(),
        };
        let common_headers = match cors.has_bookmark {
            true => COMMON_HEADERS_WITH_BOOKMARK,
            false => COMMON_HEADERS,
        };
        ApiResponse::no_content()
            .with_header("Access-Control-Allow-Methods", methods)
            .with_header(
                "Access-Control-Allow-Headers",
                allowed_headers(common_headers, &self.headers),
            )
            .with_header("Access-Control-Max-Age", MAX_AGE)
    }
}

/// The common headers and those that are requested beyond them. Tracing libraries add headers of their own, and none is of any
/// effect here, so all are allowed; a list that is not one of header names is ignored. `*` would be a wildcard.
fn allowed_headers(common: &[&str], requested: &str) -> String {
    let names = requested.split(',').map(str::trim).filter(|name| !name.is_empty());
    let is_common = |name: &str| common.iter().any(|known| known.eq_ignore_ascii_case(name));
    let mut allowed = common.to_vec();
    if requested.len() <= MAX_REQUESTED_BYTES && names.clone().all(|name| is_token(name) && name != "*") {
        allowed.extend(names.filter(|name| !is_common(name)));
    }
    allowed.join(", ")
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_requested_header_is_allowed_beside_the_common_ones() {
        for (requested, allowed) in [
            ("", "Authorization, Content-Type"),
            ("authorization", "Authorization, Content-Type"),
            (
                "baggage,sentry-trace",
                "Authorization, Content-Type, baggage, sentry-trace",
            ),
            (
                " traceparent ,, CONTENT-TYPE, ",
                "Authorization, Content-Type, traceparent",
            ),
        ] {
            assert_eq!(allowed_headers(COMMON_HEADERS, requested), allowed, "{requested}");
        }
    }

    #[test]
    fn what_is_not_a_list_of_header_names_is_ignored() {
        let long = "x".repeat(MAX_REQUESTED_BYTES + 1);
        for requested in ["*", "a, *", "a b", "a: b", "a;b", "\"a\"", "\u{e9}", "a,b\nc", &long] {
            assert_eq!(allowed_headers(&["A"], requested), "A", "{requested:.20}");
        }
        let long = "x".repeat(MAX_REQUESTED_BYTES);
        assert_eq!(allowed_headers(&[], &long), long);
    }
}
