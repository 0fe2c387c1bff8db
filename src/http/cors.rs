//! Cross-origin requests (the Fetch standard's CORS protocol): exact origins, credentials allowed, never a wildcard.

use super::answer::Answer;

const ALLOWED_HEADERS: &str = "Authorization, Content-Type";
const EXPOSED_HEADERS: &str = "Link, Location, Retry-After, WWW-Authenticate, X-Request-Id";
/// Seconds for which a browser may keep the answer to a preflight; two hours is the most that one of them keeps.
const PREFLIGHT_AGE: &str = "7200";

/// The origin of a request, if it is one of those that may read the answer.
pub fn allowed_origin<'a>(origin: &'a str, allowed: &[String]) -> Option<&'a str> {
    allowed.iter().any(|allowed| allowed == origin).then_some(origin)
}

/// The answer to a preflight: what the origin may send, or nothing where it may not. Which origin that is, is said on every
/// answer alike.
pub fn preflight(methods: String, allowed_origin: Option<&str>) -> Answer {
    if allowed_origin.is_none() {
        return Answer::no_content();
    }
    Answer::no_content()
        .with_header("Access-Control-Allow-Methods", methods)
        .with_header("Access-Control-Allow-Headers", ALLOWED_HEADERS)
        .with_header("Access-Control-Max-Age", PREFLIGHT_AGE)
}

/// What every answer tells a browser about the page that asked.
pub fn headers(allowed_origin: Option<&str>) -> impl Iterator<Item = (&'static str, &str)> {
    let granted = allowed_origin.into_iter().flat_map(|origin| {
        [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Expose-Headers", EXPOSED_HEADERS),
        ]
    });
    std::iter::once(("Vary", "Origin")).chain(granted)
}
