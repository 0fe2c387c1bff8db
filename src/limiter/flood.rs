//! The shield against floods: Cloudflare's Rate Limiting binding, which counts within each of its locations. It keeps a
//! storm off the service; the exact limit on sign-ins is the Durable Object's.

use crate::{
    config,
    error::ApiError,
    log::{self, Event},
    router::Flood,
};
use std::cell::Cell;
use worker::Env;

/// Counts one request under the key: a client's address or a token's subject.
///
/// # Errors
/// [`ApiError::TooManyRequests`] over the limit. Where the binding is missing or fails, requests are served: a shield that
/// breaks must not stop the service.
pub async fn count(flood: Flood, key: &str, env: &Env, request_id: &str) -> Result<(), ApiError> {
    let binding = match flood {
        Flood::Authentication => config::AUTH_RATE_LIMIT,
        Flood::Resources => config::RESOURCE_RATE_LIMIT,
    };
    let outcome = match env.rate_limiter(binding) {
        Ok(limiter) => limiter.limit(key.to_owned()).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(outcome) if outcome.success => Ok(()),
        Ok(_) => Err(ApiError::TooManyRequests),
        Err(error) => {
            tell_once(
                &format!("{binding}: {error}: see [[ratelimits]] in wrangler.toml"),
                request_id,
            );
            Ok(())
        }
    }
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
