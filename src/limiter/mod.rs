//! Sign-in attempts, counted worldwide: one Durable Object an account, which takes an attempt before any password is
//! looked at.

pub mod client;
mod object;
pub mod policy;
