//! Where a request comes from: as Cloudflare saw it, or as a server says that calls for its own users.
//!
//! A Next.js server is one client by address, and would spend one client's share of requests for all its users. So it may
//! hand on the browser's address, which counts only beside a secret that browsers do not have.

use super::request::Request;
use crate::auth::keys::Secret;
use std::{borrow::Cow, net::IpAddr};
use worker::Result;

const HANDED_ON_ADDRESS: &str = "X-Client-Address";
const HANDED_ON_SECRET: &str = "X-Client-Address-Secret";

/// The client's address, empty where nobody knows it.
///
/// # Errors
/// Where the runtime does not give the headers.
pub fn from_request<'a>(request: &'a Request, secret: Option<&Secret>) -> Result<Cow<'a, str>> {
    if let Some(secret) = secret
        && let Some(presented) = request.header(HANDED_ON_SECRET)?
        && secret.ct_eq(&presented)
        && let Some(address) = request.header(HANDED_ON_ADDRESS)?
        && address.parse::<IpAddr>().is_ok()
    {
        return Ok(address.into());
    }
    Ok(request.connecting_ip().into())
}

/// Under what an address is counted: by itself, or, in IPv6, by its first 64 bits, all of which one subscriber has.
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
    fn one_subscriber_is_one_client() {
        assert_eq!(rate_limit_key("203.0.113.7"), "203.0.113.7");
        assert_eq!(rate_limit_key("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(
            rate_limit_key("2001:db8:1:2::1"),
            rate_limit_key("2001:db8:1:2:ffff::9")
        );
        assert_ne!(rate_limit_key("2001:db8:1:2::1"), rate_limit_key("2001:db8:1:3::1"));
    }
}
