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
