//! Values that can only be right: each is made by a `parse` that refuses what it may not hold.

pub mod credentials;
pub mod email;
pub mod ids;
pub mod problem;
pub mod task;
