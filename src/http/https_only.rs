//! The HTTPS rule: requests are accepted over https only, so that no token or password is sent in the clear.

use super::url::UrlParts;
use crate::error::ApiError;

/// Rejects plain http, unless the URL's host is loopback or `ALLOW_INSECURE_HTTP` is set. Applies to every request, the health
/// check included.
///
/// # Errors
/// [`ApiError::HttpsRequired`]
pub fn require_https(url: &UrlParts<'_>, allow_insecure_http: bool) -> Result<(), ApiError> {
    match url.is_https() || url.is_loopback() || allow_insecure_http {
        true => Ok(()),
        false => Err(ApiError::HttpsRequired),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_accepted_on_loopback_or_where_the_setting_allows_it() {
        let is_accepted = |url, setting| require_https(&UrlParts::parse(url), setting).is_ok();
        assert!(is_accepted("https://api.example.com/", false));
        assert!(is_accepted("http://localhost:8787/", false));
        assert!(is_accepted("http://api.example.com/", true));
        assert!(!is_accepted("http://api.example.com/", false));
    }
}
