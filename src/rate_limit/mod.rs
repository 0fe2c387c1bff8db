//! Limits: sign-in attempts, counted worldwide by one Durable Object an account, which takes an attempt before any password
//! is looked at; and floods of requests, kept off by Cloudflare's Rate Limiting binding.

pub mod client;
pub mod flood;
pub mod object;
pub mod policy;

/// Where the objects seem to lie: a call needs a URL.
const ORIGIN: &str = "https://limiter/";
