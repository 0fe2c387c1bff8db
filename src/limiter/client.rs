//! How a sign-in asks the limiter.

use super::policy::Limit;
use crate::config;
use worker::{Env, Response, Result};

/// What the limiter says of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It counts now, and may be made.
    Taken,
    /// It may not be made for so many seconds.
    Refused {
        /// For the `Retry-After` header.
        retry_after_seconds: u64,
    },
}

/// One account's limiter, wherever in the world it lives.
pub struct Limiter<'a> {
    env: &'a Env,
    account: &'a str,
}

impl<'a> Limiter<'a> {
    /// The limiter of the account that goes by this name, a keyed hash of its address.
    pub fn new(env: &'a Env, account: &'a str) -> Self {
        Self { env, account }
    }

    /// Takes an attempt, before the password is looked at.
    ///
    /// # Errors
    /// Where the object cannot be reached or fails: then no attempt may be made.
    pub async fn take(&self, limit: Limit) -> Result<Attempt> {
        let call = format!("take/{}/{}", limit.max_attempts, limit.window_seconds);
        let response = self.call(&call).await?;
        match response.status_code() {
            204 => Ok(Attempt::Taken),
            429 => {
                let header = response.headers().get("Retry-After")?;
                let retry_after_seconds = header
                    .and_then(|seconds| seconds.parse().ok())
                    .ok_or("the limiter named no time to wait")?;
                Ok(Attempt::Refused { retry_after_seconds })
            }
            status => Err(format!("the limiter answered {status}").into()),
        }
    }

    /// Forgets every attempt, after a good sign-in.
    ///
    /// # Errors
    /// Where the object cannot be reached or fails.
    pub async fn clear(&self) -> Result<()> {
        match self.call("clear").await?.status_code() {
            204 => Ok(()),
            status => Err(format!("the limiter answered {status}").into()),
        }
    }

    async fn call(&self, call: &str) -> Result<Response> {
        self.env
            .durable_object(config::SIGNIN_LIMITER)?
            .get_by_name(self.account)?
            .fetch_with_str(&format!("https://limiter/{call}"))
            .await
    }
}
