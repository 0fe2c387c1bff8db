//! Request rate limits by Cloudflare's Rate Limiting binding. Counted per location and approximate; the exact limit on
//! sign-in attempts is in the Durable Object.

use super::client_ip;
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
    /// By client address: the authentication routes, but for the refresh route.
    Authentication,
    /// By client address, and more strictly as well: routes that check a password.
    SignIn,
    /// By client address: the refresh route alone, so that refreshes of a shared server and sign-ins do not use up each
    /// other's share.
    Refresh,
}

/// A key to count a request under, with the name of the binding that counts.
pub type Count = (&'static str, String);

/// The counts of a request from this client address; none for an unknown address.
pub fn counts_by_ip(limit: RequestLimit, client_ip: &str) -> Vec<Count> {
    let Some(subscriber) = client_ip::subscriber(client_ip) else {
        return Vec::new();
    };
    match limit {
        RequestLimit::Authentication => vec![(bindings::AUTH_RATE_LIMIT, subscriber)],
        RequestLimit::Refresh => vec![(bindings::REFRESH_RATE_LIMIT, subscriber)],
        RequestLimit::SignIn => {
            let site = client_ip::site(client_ip).map(|site| (bindings::SIGNIN_RATE_LIMIT, site));
            let subscriber_counts = [
                (bindings::AUTH_RATE_LIMIT, subscriber.clone()),
                (bindings::SIGNIN_RATE_LIMIT, subscriber),
            ];
            subscriber_counts.into_iter().chain(site).collect()
        }
    }
}

/// Counts one request under each key, all at once; returns whether it exceeds a limit. A binding that is missing or fails
/// limits nothing: a failing rate limit must not stop the service.
pub async fn is_limited(counts: &[Count], env: &Env, request_id: &str) -> bool {
    let outcome = match counts {
        [] => return false,
        [(name, key)] => exceeds(name, key, env)
            .await
            .map_err(|error| format!("{name}: {error}")),
        several => exceed(several, env).await,
    };
    outcome.unwrap_or_else(|cause| {
        log_once(&format!("{cause}: see [[ratelimits]] in wrangler.toml"), request_id);
        false
    })
}

async fn exceeds(name: &'static str, key: &str, env: &Env) -> Result<bool> {
    let limiter = binding(env, name).ok_or("there is no such binding")?;
    let outcome = await_promise(ffi::rate_limit(&limiter, key)?).await?;
    let success = Reflect::get(&outcome, &interned("success"))?.as_bool();
    success
        .map(|success| !success)
        .ok_or_else(|| Error::from("the outcome has no `success`"))
}

/// Whether one of several counts exceeds its limit; an error names the first binding that failed, if none is exceeded.
async fn exceed(counts: &[Count], env: &Env) -> std::result::Result<bool, String> {
    let limiters = counts.iter().map(|(name, _)| binding(env, name).unwrap_or_default());
    let keys: Vec<&str> = counts.iter().map(|(_, key)| key.as_str()).collect();
    let outcomes = await_promise(ffi::rate_limits(limiters.collect(), &keys.join("\n"))).await;
    let outcomes = outcomes.map_err(|error| Error::from(error).to_string())?;
    let outcomes = outcomes.as_string().unwrap_or_default();
    if outcomes.split('\n').any(|outcome| outcome == "false") {
        return Ok(true);
    }
    match outcomes.split('\n').zip(counts).find(|(outcome, _)| *outcome != "true") {
        Some((cause, (name, _))) => Err(format!("{name}: {cause}")),
        None => Ok(false),
    }
}

/// Logs once per isolate: the log must not grow with the number of requests.
fn log_once(cause: &str, request_id: &str) {
    thread_local! {
        static IS_LOGGED: Cell<bool> = const { Cell::new(false) };
    }
    if !IS_LOGGED.replace(true) {
        log::write(&Event::RateLimitUnavailable { cause }, request_id);
    }
}
