//! The shield against floods: Cloudflare's Rate Limiting binding, which counts within each of its locations. It keeps a
//! storm off the service; the exact limit on sign-ins is the Durable Object's.

use crate::{
    config,
    log::{self, Event},
    runtime::{self, task::settled, text::kept},
};
use js_sys::Reflect;
use std::cell::Cell;
use worker::{Env, Error, Result};

/// Which requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flood {
    /// By the client's address: the routes of sign-up, sign-in and sessions.
    Authentication,
    /// By the token's subject: everything else that needs one.
    Resources,
}

/// Counts one request under the key, a client's address or a token's subject, and tells whether it is one too many. Where
/// the binding is missing or fails, none is: a shield that breaks must not stop the service.
pub async fn is_over_limit(flood: Flood, key: String, env: &Env, request_id: &str) -> bool {
    let binding = match flood {
        Flood::Authentication => config::AUTH_RATE_LIMIT,
        Flood::Resources => config::RESOURCE_RATE_LIMIT,
    };
    match ask(binding, &key, env).await {
        Ok(is_over) => is_over,
        Err(error) => {
            tell_once(
                &format!("{binding}: {error}: see [[ratelimits]] in wrangler.toml"),
                request_id,
            );
            false
        }
    }
}

async fn ask(binding: &'static str, key: &str, env: &Env) -> Result<bool> {
    let limiter = config::binding(env, binding).ok_or("there is no such binding")?;
    let verdict = settled(runtime::count(&limiter, key)?).await?;
    let success = Reflect::get(&verdict, &kept("success"))?.as_bool();
    success.map(|success| !success).ok_or_else(|| Error::from("no verdict"))
}

/// Once an isolate: the log must not grow with the flood.
fn tell_once(cause: &str, request_id: &str) {
    thread_local! {
        static IS_TOLD: Cell<bool> = const { Cell::new(false) };
    }
    if !IS_TOLD.replace(true) {
        log::write(&Event::UnshieldedFromFloods { cause }, request_id);
    }
}
