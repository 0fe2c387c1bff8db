//! The names of all bindings in wrangler.toml, and how one is read from the Worker's environment.

use super::interned::interned;
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use worker::Env;

/// The D1 database.
pub const DATABASE: &str = "DB";
/// The Durable Objects that count sign-in attempts.
pub const SIGNIN_LIMITER: &str = "SIGNIN_LIMITER";
/// Cloudflare Email Service.
pub const EMAIL: &str = "EMAIL";
/// The static files of the documentation.
pub const DOCS: &str = "DOCS";
/// The strict rate limit of the routes that check a password, by client address.
pub const SIGNIN_RATE_LIMIT: &str = "SIGNIN_RATE_LIMIT";
/// The rate limit of the refresh route, by client address.
pub const REFRESH_RATE_LIMIT: &str = "REFRESH_RATE_LIMIT";
/// The rate limit of the other authentication routes, by client address.
pub const AUTH_RATE_LIMIT: &str = "AUTH_RATE_LIMIT";
/// The rate limit of all other routes, by session or by the token's subject.
pub const RESOURCE_RATE_LIMIT: &str = "RESOURCE_RATE_LIMIT";

/// Reads a binding; `None` where wrangler.toml does not declare it.
pub fn binding(env: &Env, name: &'static str) -> Option<JsValue> {
    let binding = Reflect::get(env, &interned(name)).ok()?;
    (!binding.is_undefined()).then_some(binding)
}
