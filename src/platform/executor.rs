//! Runs async Rust that awaits JavaScript promises. The loop is JavaScript's own `await` in `worker.js`: each promise costs
//! one exit from WebAssembly and one entry, where `wasm-bindgen-futures` makes two closures, a queue and a second promise.
//!
//! One call awaits one promise at a time. To wait for several, add a function to `ffi.js` that joins them with `Promise.all`.

use js_sys::Promise;
use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, Waker},
};
use wasm_bindgen::prelude::*;

/// The outcome of a promise or of a call: a value, or what JavaScript threw.
pub type JsResult = Result<JsValue, JsValue>;

const SECOND_PROMISE: &str = "a second promise is awaited while one is pending: join them with Promise.all in ffi.js";
const NOT_A_PROMISE: &str = "the call awaits something other than a promise: nothing would resume it";

thread_local! {
    /// The promise that the running call has begun to await.
    static AWAITED: Cell<Option<Promise>> = const { Cell::new(None) };
    /// The outcome of the promise that the running call was suspended on.
    static RESULT: Cell<Option<JsResult>> = const { Cell::new(None) };
}

/// Awaits a promise. Nothing else may be awaited in a call, and only one promise at a time.
///
/// # Errors
/// What the promise was rejected with, or a text where another promise of the same call is pending: without this check two
/// futures that are polled together would receive each other's results.
pub async fn await_promise(promise: Promise) -> JsResult {
    let mut promise = Some(promise);
    poll_fn(|_| match promise.take() {
        Some(_) if is_set(&AWAITED) || is_set(&RESULT) => Poll::Ready(Err(SECOND_PROMISE.into())),
        Some(promise) => {
            AWAITED.set(Some(promise));
            Poll::Pending
        }
        None => RESULT.take().map_or(Poll::Pending, Poll::Ready),
    })
    .await
}

fn is_set<T>(cell: &'static std::thread::LocalKey<Cell<Option<T>>>) -> bool {
    let value = cell.take();
    let is_set = value.is_some();
    cell.set(value);
    is_set
}

/// A call that is suspended on a promise. JavaScript holds it and drops it when the client disconnects, so it must not hold
/// the promise: the two would keep each other alive forever.
#[wasm_bindgen]
pub struct SuspendedCall {
    future: Pin<Box<dyn Future<Output = JsResult>>>,
    awaited: Option<Promise>,
}

/// Runs a future until its first promise; returns its result, or a [`SuspendedCall`] where it has to wait.
///
/// # Errors
/// The future's own error.
pub fn start(future: impl Future<Output = JsResult> + 'static) -> JsResult {
    let mut future: Pin<Box<dyn Future<Output = JsResult>>> = Box::pin(future);
    match poll(&mut future, None) {
        Step::Done(result) => result,
        Step::Suspended(awaited) => {
            let awaited = Some(awaited);
            Ok(SuspendedCall { future, awaited }.into())
        }
    }
}

#[wasm_bindgen]
impl SuspendedCall {
    /// The promise that the call awaits, handed out once for each suspension.
    #[wasm_bindgen(js_name = takeAwaited)]
    pub fn take_awaited(&mut self) -> Option<Promise> {
        self.awaited.take()
    }

    /// Resumes the call with the promise's outcome; returns the call's result, or undefined where it is suspended again.
    ///
    /// # Errors
    /// The future's own error.
    pub fn resume(&mut self, value: JsValue, is_rejected: bool) -> JsResult {
        let result = if is_rejected { Err(value) } else { Ok(value) };
        match poll(&mut self.future, Some(result)) {
            Step::Done(result) => result,
            Step::Suspended(awaited) => {
                self.awaited = Some(awaited);
                Ok(JsValue::UNDEFINED)
            }
        }
    }
}

enum Step {
    Done(JsResult),
    Suspended(Promise),
}

fn poll(future: &mut Pin<Box<dyn Future<Output = JsResult>>>, result: Option<JsResult>) -> Step {
    AWAITED.set(None);
    RESULT.set(result);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Step::Done(result),
        Poll::Pending => match AWAITED.take() {
            Some(awaited) => Step::Suspended(awaited),
            None => Step::Done(Err(NOT_A_PROMISE.into())),
        },
    }
}
