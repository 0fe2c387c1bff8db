//! Loopback hosts: traffic to them does not leave the machine, so that plain http is safe.

use std::net::IpAddr;

/// Whether the host of a URL, an IPv6 address in its brackets, is a loopback name or address.
pub fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(&host);
    host == "localhost"
        || host.ends_with(".localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
