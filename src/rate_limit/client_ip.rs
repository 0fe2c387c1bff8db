//! The keys that a client address is rate limited by: one for its subscriber, and a wider one for an IPv6 site.

use std::net::IpAddr;

/// The address itself, or the /64 prefix of an IPv6 address, since one subscriber has a whole /64. `None` for an unknown
/// address.
pub fn subscriber(address: &str) -> Option<String> {
    match address.parse() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => Some(address.to_string()),
            None => Some(prefix(address.segments(), 4)),
        },
        _ => (!address.is_empty()).then(|| address.to_owned()),
    }
}

/// The /48 prefix of an IPv6 address, the most that one site is commonly given; `None` for any other address.
pub fn site(address: &str) -> Option<String> {
    match address.parse() {
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => Some(prefix(address.segments(), 3)),
        _ => None,
    }
}

/// The first segments, each followed by a colon: no prefix of one length equals one of another.
fn prefix(segments: [u16; 8], count: usize) -> String {
    segments
        .iter()
        .take(count)
        .map(|segment| format!("{segment:x}:"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_subscriber_share_a_key() {
        assert_eq!(subscriber("203.0.113.7").as_deref(), Some("203.0.113.7"));
        assert_eq!(subscriber("::ffff:203.0.113.7").as_deref(), Some("203.0.113.7"));
        assert_eq!(subscriber("2001:db8:1:2::1"), subscriber("2001:db8:1:2:ffff::9"));
        assert_ne!(subscriber("2001:db8:1:2::1"), subscriber("2001:db8:1:3::1"));
        assert_eq!(subscriber(""), None);
    }

    #[test]
    fn addresses_of_one_ipv6_site_share_a_wider_key() {
        assert_eq!(site("2001:db8:1:2::1"), site("2001:db8:1:3::1"));
        assert_ne!(site("2001:db8:1:2::1"), site("2001:db8:2:2::1"));
        assert_ne!(site("2001:db8:1::1"), subscriber("2001:db8:1::1"));
        assert_eq!(site("203.0.113.7"), None);
        assert_eq!(site("::ffff:203.0.113.7"), None);
    }
}
