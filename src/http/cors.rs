//! Cross-origin requests (the Fetch standard's CORS protocol): exact origins, credentials allowed, never a wildcard.

use crate::config::Config;

const EXPOSED_HEADERS: &str = "Link, Location, Retry-After, WWW-Authenticate, X-Request-Id";
const EXPOSED_HEADERS_WITH_BOOKMARK: &str =
    "Link, Location, Retry-After, WWW-Authenticate, X-D1-Bookmark, X-Request-Id";

/// What CORS headers depend on: the origin of the page that sent the request, and whether bookmarks travel in headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cors<'a> {
    /// The request's origin, if `ALLOWED_ORIGINS` lists it.
    pub allowed_origin: Option<&'a str>,
    /// `D1_READ_REPLICATION`: requests and responses carry `X-D1-Bookmark`.
    pub has_bookmark: bool,
}

impl<'a> Cors<'a> {
    /// Looks the `Origin` header up in the settings; without valid settings no origin is allowed.
    pub fn new(origin: &'a str, config: Option<&Config>) -> Self {
        let is_allowed = config.is_some_and(|config| config.allowed_origins.iter().any(|allowed| allowed == origin));
        Self {
            allowed_origin: is_allowed.then_some(origin),
            has_bookmark: config.is_some_and(|config| config.read_replication),
        }
    }

    /// The headers of every response to this origin.
    pub fn headers(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let exposed_headers = match self.has_bookmark {
            true => EXPOSED_HEADERS_WITH_BOOKMARK,
            false => EXPOSED_HEADERS,
        };
        let allowed = self.allowed_origin.into_iter().flat_map(move |origin| {
            [
                ("Access-Control-Allow-Origin", origin),
                ("Access-Control-Allow-Credentials", "true"),
                ("Access-Control-Expose-Headers", exposed_headers),
            ]
        });
        std::iter::once(("Vary", "Origin")).chain(allowed)
    }
}
