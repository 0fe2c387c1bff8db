//! The sign-in limit as a handler calls it: acquires an attempt from the account's Durable Object.

use super::{signin_object::ORIGIN, sliding_window::SigninLimit};
use crate::{
    auth::device_token::Device,
    domain::ids::{DeviceId, SessionId},
    platform::{
        bindings::{self, binding},
        executor::await_promise,
        ffi,
    },
};
use js_sys::Promise;
use std::fmt;
use wasm_bindgen::JsValue;
use worker::{Env, Error};

/// The Durable Object could not be reached or failed: no attempt may be made.
#[derive(Debug)]
pub struct LimiterUnavailable(Error);

impl fmt::Display for LimiterUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the sign-in limiter: {}", self.0)
    }
}

/// Whether an attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It may, and it counts from now on.
    Allowed,
    /// It may not for this long.
    Limited {
        /// For the `Retry-After` header.
        retry_after_seconds: u64,
    },
}

/// The limiter of one account, wherever in the world its object runs.
pub struct Limiter<'a> {
    /// Read once, since a sign-in calls the object twice.
    namespace: Option<JsValue>,
    account: &'a str,
    /// The device whose count is asked; `None` for the count that all others share.
    device: Option<Device>,
}

impl<'a> Limiter<'a> {
    /// The limiter of an account, named by the pseudonym of its address.
    pub fn new(env: &Env, account: &'a str) -> Self {
        let namespace = binding(env, bindings::SIGNIN_LIMITER);
        Self {
            namespace,
            account,
            device: None,
        }
    }

    /// The count of this device, which a verified device token names.
    pub fn of_device(self, device: Option<Device>) -> Self {
        Self { device, ..self }
    }

    /// Whether the last attempt was counted for the device alone.
    pub fn is_of_device(&self) -> bool {
        self.device.is_some()
    }

    /// Acquires an attempt, before the password is verified.
    ///
    /// # Errors
    /// [`LimiterUnavailable`]
    pub async fn acquire(&mut self, limit: SigninLimit) -> Result<Attempt, LimiterUnavailable> {
        let acquired = self.begin_acquire(limit)?.finish().await?;
        if acquired.is_shared {
            self.device = None;
        }
        Ok(acquired.attempt)
    }

    /// Acquires a shared attempt in place of those of the device, whose token has turned out to be void.
    ///
    /// # Errors
    /// [`LimiterUnavailable`]
    pub async fn acquire_shared(&mut self, limit: SigninLimit) -> Result<Attempt, LimiterUnavailable> {
        let acquired = Acquiring(self.begin_limited("share", limit)?).finish().await?;
        self.device = None;
        Ok(acquired.attempt)
    }

    /// Begins to acquire an attempt, so that something else can be awaited meanwhile.
    ///
    /// # Errors
    /// [`LimiterUnavailable`]
    pub fn begin_acquire(&self, limit: SigninLimit) -> Result<Acquiring, LimiterUnavailable> {
        self.begin_limited("acquire", limit).map(Acquiring)
    }

    fn begin_limited(&self, call: &str, limit: SigninLimit) -> Result<Promise, LimiterUnavailable> {
        self.begin(format!("{call}/{}/{}", limit.max_attempts, limit.window_seconds))
    }

    /// Begins to delete the attempts of the count that the last one was made under, after a successful sign-in.
    ///
    /// # Errors
    /// [`LimiterUnavailable`]
    pub fn begin_clear(&self) -> Result<Clearing, LimiterUnavailable> {
        self.begin("clear".to_owned()).map(Clearing)
    }

    /// Begins to delete every attempt, of all devices too, so that something else can be awaited meanwhile.
    ///
    /// # Errors
    /// [`LimiterUnavailable`]
    pub fn begin_clear_all(&self) -> Result<Clearing, LimiterUnavailable> {
        self.begin("clear-all".to_owned()).map(Clearing)
    }

    fn begin(&self, mut path: String) -> Result<Promise, LimiterUnavailable> {
        let namespace = self.namespace.as_ref().ok_or_else(|| {
            let missing = format!("the binding {} is missing from wrangler.toml", bindings::SIGNIN_LIMITER);
            LimiterUnavailable(missing.into())
        })?;
        path.insert_str(0, ORIGIN);
        if let Some(device) = self.device {
            // The last one that the reset voided: it sorts before every device that is not void.
            let last_void = DeviceId::of_first(SessionId::new(device.voided_until, &[u8::MAX; 10]));
            path.push_str(&format!("/{}/{last_void}", device.id));
        }
        Ok(ffi::call_object(namespace, self.account, &path))
    }
}

/// A call that acquires an attempt, and that has begun.
pub struct Acquiring(Promise);

/// What an attempt was counted under.
pub struct Acquired {
    /// Whether it may be made.
    pub attempt: Attempt,
    /// Too many devices are counted already: the attempt is one of the shared count, and so is what clears it.
    is_shared: bool,
}

impl Acquiring {
    /// Awaits the call.
    ///
    /// # Errors
    /// [`LimiterUnavailable`]
    pub async fn finish(self) -> Result<Acquired, LimiterUnavailable> {
        let response = finish(self.0).await?;
        let attempt = match response.split_once('\n') {
            Some(("204" | "202", _)) => Attempt::Allowed,
            Some(("429", seconds)) => {
                let retry_after_seconds = seconds.parse().map_err(|_| unexpected(&response))?;
                Attempt::Limited { retry_after_seconds }
            }
            _ => return Err(unexpected(&response)),
        };
        let is_shared = response.starts_with("202");
        Ok(Acquired { attempt, is_shared })
    }
}

/// A call that deletes attempts, and that has begun.
pub struct Clearing(Promise);

impl Clearing {
    /// Awaits the call.
    ///
    /// # Errors
    /// [`LimiterUnavailable`]
    pub async fn finish(self) -> Result<(), LimiterUnavailable> {
        let response = finish(self.0).await?;
        match response.split_once('\n') {
            Some(("204", _)) => Ok(()),
            _ => Err(unexpected(&response)),
        }
    }
}

async fn finish(response: Promise) -> Result<String, LimiterUnavailable> {
    let response = await_promise(response).await;
    let response = response.map_err(|error| LimiterUnavailable(error.into()))?;
    response.as_string().ok_or_else(|| unexpected("no text"))
}

fn unexpected(response: &str) -> LimiterUnavailable {
    LimiterUnavailable(format!("an unexpected response, {response:?}").into())
}
