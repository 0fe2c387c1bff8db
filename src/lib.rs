//! A Cloudflare Worker that signs people up and in, verifies their tokens at the edge, and keeps each one's tasks apart.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`app`] | the way of a request: transport, route, flood, caller, handler, answer |
//! | [`context`] | what handlers know of a request besides its body |
//! | [`router`] | the table of routes |
//! | [`handlers`] | a screen for each group of routes: parse, call, answer |
//! | [`store`] | all SQL, a function a query; tasks only for a verified caller |
//! | [`cleanup`] | the daily deletion of sessions whose time is over |
//! | [`limiter`] | sign-in attempts, counted in a Durable Object, and floods |
//! | [`auth`] | tokens, password hashes, sessions, and the guard that makes an [`auth::guard::AuthUser`] |
//! | [`http`] | bodies in, answers out |
//! | [`error`] | every way in which a request can fail |
//! | [`config`] | settings and bindings |
//! | [`domain`] | values that can only be right |
//! | [`runtime`] | the runtime's own objects, in as few calls as there can be |
//! | [`clock`], [`random`], [`unicode`], [`log`] | the world outside: time, chance, scripts, the log |

pub mod app;
pub mod auth;
pub mod cleanup;
pub mod clock;
pub mod config;
pub mod context;
#[cfg(debug_assertions)]
mod debug;
pub mod domain;
pub mod error;
pub mod handlers;
pub mod http;
pub mod limiter;
pub mod log;
pub mod random;
pub mod router;
pub mod runtime;
pub mod store;
pub mod unicode;

use limiter::object::SigninLimiter;
use runtime::task::{self, Outcome};
use wasm_bindgen::prelude::*;
use worker::{Env, web_sys, worker_sys::DurableObjectState};

/// A panic, which no request should reach, at least says where it was.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// Does nothing itself. Before this call as before every other, wasm-bindgen makes a fresh instance where the last one has
/// ended in a panic; this one follows no pointer into the old.
#[wasm_bindgen]
pub fn renew() {}

/// Answers a request: gives the response, or a [`runtime::task::Task`] whose outcome it will be.
///
/// # Errors
/// Only where the runtime fails: every error of ours is an answer.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env) -> Outcome {
    task::begin(async move { Ok(app::handle(&request.into(), &env).await?.into()) })
}

/// The daily clean-up, a [`runtime::task::Task`].
///
/// # Errors
/// Only where the runtime fails: every error of ours is a line of the log.
#[wasm_bindgen(js_name = cleanUp)]
pub fn clean_up(env: Env) -> Outcome {
    task::begin(async move {
        cleanup::run(&env).await;
        Ok(JsValue::NULL)
    })
}

/// A call of the Durable Object that counts an account's sign-in attempts: gives the response, or a [`runtime::task::Task`].
///
/// # Errors
/// Where the object's storage fails.
#[wasm_bindgen(js_name = callLimiter)]
pub fn call_limiter(state: DurableObjectState, url: String) -> Outcome {
    task::begin(async move {
        let response = SigninLimiter::new(state).call(&url).await?;
        Ok(web_sys::Response::from(response).into())
    })
}

/// The alarm of that object.
///
/// # Errors
/// Where the object's storage fails.
#[wasm_bindgen(js_name = wakeLimiter)]
pub fn wake_limiter(state: DurableObjectState) -> Outcome {
    task::begin(async move {
        SigninLimiter::new(state).wake().await?;
        Ok(JsValue::NULL)
    })
}
