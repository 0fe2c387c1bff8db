//! Values that are valid by construction: each has a `parse` that rejects what it must not hold.

pub mod credentials;
pub mod email;
pub mod home;
pub mod ids;
pub mod json;
pub mod loopback;
pub mod role;
pub mod session_client;
pub mod task;
pub mod validation;
