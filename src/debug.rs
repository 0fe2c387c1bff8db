//! Requests that panic or misuse the executor, for the tests of what happens then. A release build has none of this.

use crate::{error::ApiError, platform::executor::await_promise};
use js_sys::Promise;
use std::{future::poll_fn, pin::pin, task::Poll};
use wasm_bindgen::JsValue;

/// Misbehaves where the path, or the token that another Worker passes, asks for it.
///
/// # Errors
/// What awaiting two promises at once fails with.
#[expect(clippy::panic, reason = "the tests need one")]
pub async fn run_if_requested(path: &str) -> Result<(), ApiError> {
    match path {
        "/debug/panic" => {}
        "/debug/panic/later" => {
            let nothing = await_promise(resolved("nothing")).await;
            debug_assert!(nothing.is_ok());
        }
        "/debug/two-promises" => return two_promises().await,
        _ => return Ok(()),
    }
    panic!("requested by {path}");
}

/// Polls two futures together, as `join!` does.
async fn two_promises() -> Result<(), ApiError> {
    let mut first = pin!(await_promise(resolved("first")));
    let mut second = pin!(await_promise(resolved("second")));
    let mut results = (None, None);
    poll_fn(|context| {
        if results.0.is_none()
            && let Poll::Ready(result) = first.as_mut().poll(context)
        {
            results.0 = Some(result);
        }
        if results.1.is_none()
            && let Poll::Ready(result) = second.as_mut().poll(context)
        {
            results.1 = Some(result);
        }
        match (&results.0, &results.1) {
            (Some(_), Some(_)) => Poll::Ready(()),
            _ => Poll::Pending,
        }
    })
    .await;
    Err(ApiError::Internal(format!(
        "first: {:?}, second: {:?}",
        results.0, results.1
    )))
}

fn resolved(text: &str) -> Promise {
    Promise::resolve(&JsValue::from(text))
}
