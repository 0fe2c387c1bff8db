//! The parts of a request's URL, and the checks of its scheme and host that the HTTPS rule needs.

use crate::domain::loopback::is_loopback;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::borrow::Cow;

/// What a path may hold only percent-encoded (RFC 3986, section 3.3), although browsers send some of it as it is.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The parts of a request's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlParts<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// The host and, unless it is the scheme's own, the port.
    pub authority: &'a str,
    /// The host, without a port; an IPv6 address in its brackets.
    pub host: &'a str,
    /// The path, never empty.
    pub path: &'a str,
    /// The query, without its question mark.
    pub query: &'a str,
}

impl<'a> UrlParts<'a> {
    /// Splits an absolute URL, as the runtime returns it.
    pub fn parse(url: &'a str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let rest = rest.split('#').next().unwrap_or_default();
        let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = match before_query.find('/') {
            Some(start) => before_query.split_at(start),
            None => (before_query, "/"),
        };
        let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
        let host = match authority.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => authority,
        };
        Self {
            scheme,
            authority,
            host,
            path,
            query,
        }
    }

    /// The path for `Location` and `Link`: encoded as RFC 3986 requires, where the client has not done so.
    pub fn path_reference(&self) -> Cow<'a, str> {
        let path: Cow<'a, str> = utf8_percent_encode(self.path, NOT_IN_PATHS).into();
        let is_bare = |(at, _): &(usize, &str)| {
            let digits = path.get(at + 1..at + 3);
            !digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        };
        if !path.match_indices('%').any(|sign| is_bare(&sign)) {
            return path;
        }
        let mut reference = path.to_string();
        for (at, sign) in path.rmatch_indices('%').filter(is_bare) {
            reference.replace_range(at..at + sign.len(), "%25");
        }
        reference.into()
    }

    /// Whether the request came over https.
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// Whether the host is a loopback name or address, as in development.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host)
    }
}

/// Whether the text is an absolute `http` or `https` URL.
pub fn is_http_url(text: &str) -> bool {
    let url = UrlParts::parse(text);
    let is_url_character = |c: char| c.is_ascii_graphic();
    matches!(url.scheme, "http" | "https") && !url.host.is_empty() && text.chars().all(is_url_character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_into_its_parts() {
        for (url, [scheme, authority, host, path, query]) in [
            ("https://a.example", ["https", "a.example", "a.example", "/", ""]),
            ("https://a.example/b/c", ["https", "a.example", "a.example", "/b/c", ""]),
            ("http://a:1/b?c=/d?e#f", ["http", "a:1", "a", "/b", "c=/d?e"]),
            ("http://a?b", ["http", "a", "a", "/", "b"]),
            ("http://[::1]:8787/#b?c", ["http", "[::1]:8787", "[::1]", "/", ""]),
            ("http://u:p@a:1/b@c:2", ["http", "a:1", "a", "/b@c:2", ""]),
        ] {
            let parts = UrlParts {
                scheme,
                authority,
                host,
                path,
                query,
            };
            assert_eq!(UrlParts::parse(url), parts, "{url}");
        }
    }

    #[test]
    fn only_an_absolute_http_url_is_one() {
        for url in ["https://a.example", "http://localhost:8787/issuer"] {
            assert!(is_http_url(url), "{url}");
        }
        for text in [
            "",
            "edge-auth",
            "a.example",
            "https://",
            "https:///path",
            "urn:issuer",
            "ftp://a.example",
            "https://a b",
        ] {
            assert!(!is_http_url(text), "{text}");
        }
    }

    #[test]
    fn a_path_is_a_valid_reference_however_the_client_encoded_it() {
        for (path, reference) in [
            ("/api/tasks", "/api/tasks"),
            ("/api/%74asks/a%2fb:@!$&'()*+,;=~", "/api/%74asks/a%2fb:@!$&'()*+,;=~"),
            ("/a|b[c]^`{}\"<> \\", "/a%7Cb%5Bc%5D%5E%60%7B%7D%22%3C%3E%20%5C"),
            ("/100%/%zz%4/%%41|%", "/100%25/%25zz%254/%25%41%7C%25"),
            ("/\u{e9}", "/%C3%A9"),
        ] {
            let url = format!("https://a.example{path}");
            assert_eq!(UrlParts::parse(&url).path_reference(), reference, "{path}");
        }
    }

    #[test]
    fn only_loopback_names_and_addresses_are_loopback() {
        for url in [
            "http://localhost:8787",
            "http://127.0.0.1",
            "http://127.8.9.1/",
            "http://[::1]:1",
            "http://a.localhost",
            "http://LOCALHOST",
            "http://[0:0:0:0:0:0:0:1]:1",
        ] {
            assert!(UrlParts::parse(url).is_loopback(), "{url}");
        }
        for url in [
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://notlocalhost",
            "http://localhost@a.example",
            "http://a.example/localhost",
            "http://[::2]",
        ] {
            assert!(!UrlParts::parse(url).is_loopback(), "{url}");
        }
    }
}
