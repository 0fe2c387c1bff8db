//! Rate limits: requests by Cloudflare's Rate Limiting binding, approximate and per location; sign-in attempts by one
//! Durable Object an account, exact and worldwide.

mod attempts;
pub mod client_ip;
pub mod requests;
pub mod signin;
pub mod signin_object;
pub mod sliding_window;
