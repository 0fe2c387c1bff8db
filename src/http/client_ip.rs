//! The client's IP address: as Cloudflare reports it, or as a trusted server forwards it on behalf of its users.
//!
//! All requests of a Next.js server come from one address, so all its users would share one client's rate limit. It may
//! therefore forward the browser's address, which is accepted only together with a secret that browsers do not have.

use super::request::Request;
use crate::auth::keys::Secret;
use std::{borrow::Cow, net::IpAddr};
use worker::Result;

const FORWARDED_ADDRESS: &str = "X-Client-Address";
const FORWARDED_SECRET: &str = "X-Client-Address-Secret";

/// Returns the client's address, empty if it is unknown.
///
/// # Errors
/// If the runtime does not return the headers.
pub fn from_request<'a>(request: &'a Request, secret: Option<&Secret>) -> Result<Cow<'a, str>> {
    if let Some(secret) = secret
        && let Some(presented) = request.header(FORWARDED_SECRET)?
        && secret.ct_eq(&presented)
        && let Some(address) = request.header(FORWARDED_ADDRESS)?
        && address.parse::<IpAddr>().is_ok()
    {
        return Ok(address.into());
    }
    Ok(request.connecting_ip().into())
}

/// The key that an address is rate limited by: the address itself, or the /64 prefix of an IPv6 address, since one
/// subscriber has a whole /64.
pub fn rate_limit_key(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => address
                .segments()
                .iter()
                .take(4)
                .map(|segment| format!("{segment:x}:"))
                .collect(),
        },
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_subscriber_share_a_rate_limit_key() {
        assert_eq!(rate_limit_key("203.0.113.7"), "203.0.113.7");
        assert_eq!(rate_limit_key("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(
            rate_limit_key("2001:db8:1:2::1"),
            rate_limit_key("2001:db8:1:2:ffff::9")
        );
        assert_ne!(rate_limit_key("2001:db8:1:2::1"), rate_limit_key("2001:db8:1:3::1"));
    }
}
