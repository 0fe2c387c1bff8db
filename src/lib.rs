//! A Cloudflare Worker that signs users up and in, verifies their tokens at the edge, and isolates each user's tasks.
//!
//! The layers, lowest first; a module imports only from its own layer and the layers below, which `npm test` checks:
//!
//! | module | purpose |
//! | --- | --- |
//! | [`platform`] | the JavaScript runtime: bindings, promises, clock, random generator, Unicode, log |
//! | [`domain`] | values that are valid by construction |
//! | [`argon2id`] | the Argon2id computation on WebAssembly vectors |
//! | [`auth`] | tokens, keys, password hashes, and the guard that returns an [`auth::guard::AuthUser`] |
//! | [`rate_limit`] | request rate limits, and the sign-in limit in a Durable Object |
//! | [`config`] | settings, parsed once per isolate |
//! | [`store`] | all SQL, one function per query; per-user queries need a verified caller |
//! | [`router`] | the table of routes |
//! | [`error`] | every way in which a request can fail |
//! | [`http`] | reads requests and writes responses |
//! | [`context`] | what handlers know of a request besides its body |
//! | [`pagination`] | `limit`, `after` and the `Link` header |
//! | [`handlers`] | one file per group of routes |
//! | [`cleanup`] | the daily deletion of expired sessions and of deleted users' tasks |
//! | [`service_binding`] | token verification for other Workers |
//! | [`app`] | the life of a request |

pub mod app;
pub mod argon2id;
pub mod auth;
pub mod cleanup;
pub mod config;
pub mod context;
#[cfg(debug_assertions)]
mod debug;
pub mod domain;
pub mod email;
pub mod error;
pub mod handlers;
pub mod http;
pub mod pagination;
pub mod platform;
pub mod rate_limit;
pub mod router;
pub mod service_binding;
pub mod store;

use platform::executor::{self, JsResult};
use rate_limit::signin_object::SigninLimiter;
use service_binding::Credentials;
use wasm_bindgen::prelude::*;
use worker::{Env, web_sys, worker_sys::DurableObjectState};

/// Logs where a panic happened, should a request ever reach one.
#[wasm_bindgen(start)]
pub fn install_panic_hook() {
    console_error_panic_hook::set_once();
}

/// Empty on purpose. wasm-bindgen replaces a panicked instance at the next call; this is a call that is safe to make, since
/// it passes no pointer into the old one.
#[wasm_bindgen(js_name = resetInstance)]
pub fn reset_instance() {}

/// Handles a request: returns the response, or a [`executor::SuspendedCall`] that will return it.
///
/// # Errors
/// Only where the runtime fails: every error of this service is a response.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env) -> JsResult {
    executor::start(async move { Ok(app::handle(&request.into(), &env).await?.into()) })
}

/// Verifies a token for another Worker, or the `Authorization` header that holds it, and returns the result as JSON; the
/// credentials are undefined where they are no text.
///
/// # Errors
/// Only where the runtime fails: every error of this service is a result.
#[wasm_bindgen(js_name = verifyToken)]
pub fn verify_token(env: Env, credentials: Option<String>, is_header: bool, check_session: bool) -> JsResult {
    executor::start(async move {
        let credentials = match (&credentials, is_header) {
            (None, _) => Credentials::NotText,
            (Some(header), true) => Credentials::Header(header),
            (Some(token), false) => Credentials::Token(token),
        };
        Ok(service_binding::verify(&env, credentials, check_session).await.into())
    })
}

/// Runs the daily clean-up.
///
/// # Errors
/// Only where the runtime fails: every error of this service is a log line.
#[wasm_bindgen(js_name = cleanUp)]
pub fn clean_up(env: Env) -> JsResult {
    executor::start(async move {
        cleanup::run(&env).await;
        Ok(JsValue::NULL)
    })
}

/// Handles a request to the Durable Object that counts an account's sign-in attempts.
///
/// # Errors
/// Where the object's storage fails.
#[wasm_bindgen(js_name = limiterFetch)]
pub fn limiter_fetch(state: DurableObjectState, url: String) -> JsResult {
    executor::start(async move {
        let response = SigninLimiter::new(state).fetch(&url).await?;
        Ok(web_sys::Response::from(response).into())
    })
}

/// Handles that object's alarm.
///
/// # Errors
/// Where the object's storage fails.
#[wasm_bindgen(js_name = limiterAlarm)]
pub fn limiter_alarm(state: DurableObjectState) -> JsResult {
    executor::start(async move {
        SigninLimiter::new(state).alarm().await?;
        Ok(JsValue::NULL)
    })
}
