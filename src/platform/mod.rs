//! The platform under the Worker: the JavaScript runtime, its bindings, clock, random generator, Unicode tables and log.

pub mod bindings;
pub mod clock;
pub mod executor;
pub mod ffi;
pub mod interned;
pub mod key_set;
pub mod log;
pub mod random;
pub mod unicode;
