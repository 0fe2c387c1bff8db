//! Work that waits for promises of JavaScript. Its loop is JavaScript's own `await`, in `entry.js`: for each promise the work
//! is left once and entered once, where an executor on this side would make two functions, a queue and a second promise.

use js_sys::Promise;
use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, Waker},
};
use wasm_bindgen::prelude::*;

/// What came of a promise, or of work: a value, or what JavaScript threw.
pub type Outcome = Result<JsValue, JsValue>;

thread_local! {
    /// What the work that is running has come to wait for.
    static AWAITED: Cell<Option<Promise>> = const { Cell::new(None) };
    /// What came of the promise that the work which is running has waited for.
    static SETTLED: Cell<Option<Outcome>> = const { Cell::new(None) };
}

/// Waits for a promise. This is the only thing that a [`Task`] can wait for, and it waits for one at a time.
///
/// # Errors
/// What the promise was rejected with.
pub async fn settled(promise: Promise) -> Outcome {
    let mut promise = Some(promise);
    poll_fn(|_| match promise.take() {
        Some(promise) => {
            AWAITED.set(Some(promise));
            Poll::Pending
        }
        None => SETTLED.take().map_or(Poll::Pending, Poll::Ready),
    })
    .await
}

/// Work that has come to wait. JavaScript holds it, and drops it where a client has gone away meanwhile: so it must not hold
/// what JavaScript waits for, or the two would hold each other for good.
#[wasm_bindgen]
pub struct Task {
    work: Pin<Box<dyn Future<Output = Outcome>>>,
    awaited: Option<Promise>,
}

/// Does work as far as it goes without waiting: gives what came of it, or a [`Task`].
///
/// # Errors
/// What the work ends with, where it fails.
pub fn begin(work: impl Future<Output = Outcome> + 'static) -> Outcome {
    let mut work: Pin<Box<dyn Future<Output = Outcome>>> = Box::pin(work);
    match go_on(&mut work, None) {
        Step::Done(outcome) => outcome,
        Step::Waits(awaited) => {
            let awaited = Some(awaited);
            Ok(Task { work, awaited }.into())
        }
    }
}

#[wasm_bindgen]
impl Task {
    /// What it waits for, handed out once each time.
    #[wasm_bindgen(js_name = takeAwaited)]
    pub fn take_awaited(&mut self) -> Option<Promise> {
        self.awaited.take()
    }

    /// Goes on with what came of that: gives what came of the work, or undefined where it waits again.
    ///
    /// # Errors
    /// What the work ends with, where it fails.
    pub fn resume(&mut self, value: JsValue, is_rejected: bool) -> Outcome {
        let settled = if is_rejected { Err(value) } else { Ok(value) };
        match go_on(&mut self.work, Some(settled)) {
            Step::Done(outcome) => outcome,
            Step::Waits(awaited) => {
                self.awaited = Some(awaited);
                Ok(JsValue::UNDEFINED)
            }
        }
    }
}

enum Step {
    Done(Outcome),
    Waits(Promise),
}

fn go_on(work: &mut Pin<Box<dyn Future<Output = Outcome>>>, settled: Option<Outcome>) -> Step {
    SETTLED.set(settled);
    match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Step::Done(outcome),
        Poll::Pending => match AWAITED.take() {
            Some(awaited) => Step::Waits(awaited),
            // Better a failure than a request that nobody will ever wake.
            None => Step::Done(Err("the work waits for something else than a promise".into())),
        },
    }
}
