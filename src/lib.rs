//! A Cloudflare Worker that signs people up and in, verifies their tokens at the edge, and keeps each one's tasks apart.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`app`] | the way of a request: route, settings, caller, handler, answer |
//! | [`router`] | the table of routes |
//! | [`handlers`] | a screen for each group of routes: parse, call, answer |
//! | [`store`] | all SQL, a function a query; tasks only for a verified caller |
//! | [`limiter`] | sign-in attempts, counted in a Durable Object |
//! | [`auth`] | tokens, password hashes, sessions, and the guard that makes an [`auth::guard::AuthUser`] |
//! | [`http`] | bodies in, answers out |
//! | [`error`] | every failure and its answer |
//! | [`config`] | settings and bindings |
//! | [`domain`] | values that can only be right |
//! | [`clock`], [`random`], [`unicode`], [`log`] | the world outside: time, chance, scripts, the log |

pub mod app;
pub mod auth;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod handlers;
pub mod http;
pub mod limiter;
pub mod log;
pub mod random;
pub mod router;
pub mod store;
pub mod unicode;

use worker::{Context, Env, Request, Response, Result, event};

/// A panic, which no request should reach, at least says where it was.
#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    app::handle(request, &env).await
}
