//! The entry points.
#![allow(missing_docs)]

use worker::*;

#[event(fetch)]
async fn fetch(_req: Request, _env: Env, _ctx: Context) -> Result<Response> {
    Response::ok("{\"status\":\"ok\"}")
}

#[durable_object]
pub struct SigninLimiter {
    _state: State,
}

impl DurableObject for SigninLimiter {
    fn new(state: State, _env: Env) -> Self {
        Self { _state: state }
    }

    async fn fetch(&self, _req: Request) -> Result<Response> {
        Response::ok("")
    }
}
