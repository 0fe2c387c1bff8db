//! The security headers of every response: none may be cached, framed, sniffed or executed. The files of `/docs` replace two:
//! they may be cached, and the page has a `Content-Security-Policy` of its own.

const ALWAYS: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
];
/// Two years, in which browsers use https only (RFC 6797, section 6.1).
const STRICT_TRANSPORT_SECURITY: (&str, &str) = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains");

/// The headers as names and values; `over_https` adds `Strict-Transport-Security`, which a browser ignores over plain http
/// (RFC 6797, section 8.1).
pub fn headers(over_https: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    ALWAYS
        .into_iter()
        .chain(over_https.then_some(STRICT_TRANSPORT_SECURITY))
}
