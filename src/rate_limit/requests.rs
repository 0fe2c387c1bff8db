//! Request rate limits by Cloudflare's Rate Limiting binding. Counted per location and approximate; the exact limit on
//! sign-in attempts is in the Durable Object.

use crate::platform::{
    bindings::{self, binding},
    executor::await_promise,
    ffi,
    interned::interned,
    log::{self, Event},
};
use js_sys::Reflect;
use std::cell::Cell;
use worker::{Env, Error, Result};

/// Which requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestLimit {
    /// By client address: the routes of sign-up, sign-in and sessions.
    Authentication,
    /// By the token's subject: all other routes that need a token.
    Resources,
}

/// Counts one request under the key, a client address or a token's subject; returns whether it exceeds the limit. Where the
/// binding is missing or fails, nothing is limited: a failing rate limit must not stop the service.
pub async fn is_limited(limit: RequestLimit, key: String, env: &Env, request_id: &str) -> bool {
    let name = match limit {
        RequestLimit::Authentication => bindings::AUTH_RATE_LIMIT,
        RequestLimit::Resources => bindings::RESOURCE_RATE_LIMIT,
    };
    match exceeds(name, &key, env).await {
        Ok(exceeds) => exceeds,
        Err(error) => {
            log_once(
                &format!("{name}: {error}: see [[ratelimits]] in wrangler.toml"),
                request_id,
            );
            false
        }
    }
}

async fn exceeds(name: &'static str, key: &str, env: &Env) -> Result<bool> {
    let limiter = binding(env, name).ok_or("there is no such binding")?;
    let outcome = await_promise(ffi::rate_limit(&limiter, key)?).await?;
    let success = Reflect::get(&outcome, &interned("success"))?.as_bool();
    success
        .map(|success| !success)
        .ok_or_else(|| Error::from("the outcome has no `success`"))
}

/// Logs once an isolate: the log must not grow with the number of requests.
fn log_once(cause: &str, request_id: &str) {
    thread_local! {
        static IS_LOGGED: Cell<bool> = const { Cell::new(false) };
    }
    if !IS_LOGGED.replace(true) {
        log::write(&Event::RateLimitUnavailable { cause }, request_id);
    }
}
