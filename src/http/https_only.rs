//! The HTTPS rule: tokens and passwords are accepted over https only, except on this machine or where a setting allows it.

use super::url::UrlParts;
use crate::error::ApiError;

/// Rejects plain http from another machine.
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
