//! Cross-origin requests (the Fetch standard's CORS protocol): exact origins, credentials allowed, never a wildcard.

use super::answer::Answer;

const ALLOWED_HEADERS: &str = "Authorization, Content-Type";
const ALLOWED_HEADERS_WITH_BOOKMARKS: &str = "Authorization, Content-Type, X-D1-Bookmark";
const EXPOSED_HEADERS: &str = "Link, Location, Retry-After, WWW-Authenticate, X-Request-Id";
const EXPOSED_HEADERS_WITH_BOOKMARKS: &str =
    "Link, Location, Retry-After, WWW-Authenticate, X-D1-Bookmark, X-Request-Id";
/// Seconds for which a browser may keep the answer to a preflight; two hours is the most that one of them keeps.
const PREFLIGHT_AGE: &str = "7200";

/// The origin of a request, if it is one of those that may read the answer.
pub fn allowed_origin<'a>(origin: &'a str, allowed: &[String]) -> Option<&'a str> {
    allowed.iter().any(|allowed| allowed == origin).then_some(origin)
}

/// The answer to a preflight: what the origin may send, or nothing where it may not. Which origin that is, is said on every
/// answer alike.
pub fn preflight(methods: String, allowed_origin: Option<&str>, has_bookmarks: bool) -> Answer {
    if allowed_origin.is_none() {
        return Answer::no_content();
    }
    let allowed_headers = match has_bookmarks {
        true => ALLOWED_HEADERS_WITH_BOOKMARKS,
        false => ALLOWED_HEADERS,
    };
    Answer::no_content()
        .with_header("Access-Control-Allow-Methods", methods)
        .with_header("Access-Control-Allow-Headers", allowed_headers)
        .with_header("Access-Control-Max-Age", PREFLIGHT_AGE)
}

/// What every answer tells a browser about the page that asked.
pub fn headers(allowed_origin: Option<&str>, has_bookmarks: bool) -> impl Iterator<Item = (&'static str, &str)> {
    let exposed_headers = match has_bookmarks {
        true => EXPOSED_HEADERS_WITH_BOOKMARKS,
        false => EXPOSED_HEADERS,
    };
    let granted = allowed_origin.into_iter().flat_map(move |origin| {
        [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Expose-Headers", exposed_headers),
        ]
    });
    std::iter::once(("Vary", "Origin")).chain(granted)
}
