//! How a sign-in asks the limiter.

use super::policy::Limit;
use crate::config;
use std::fmt;
use worker::{Env, Error, Response};

/// The limiter could not be reached or failed: no attempt may be made.
#[derive(Debug)]
pub struct LimiterUnavailable(Error);

impl fmt::Display for LimiterUnavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the sign-in limiter: {}", self.0)
    }
}

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
    /// [`LimiterUnavailable`]
    pub async fn take(&self, limit: Limit) -> Result<Attempt, LimiterUnavailable> {
        let call = format!("take/{}/{}", limit.max_attempts, limit.window_seconds);
        let response = self.call(&call).await?;
        match response.status_code() {
            204 => Ok(Attempt::Taken),
            429 => {
                let header = response.headers().get("Retry-After").map_err(LimiterUnavailable)?;
                let seconds = header.and_then(|seconds| seconds.parse().ok());
                let retry_after_seconds = seconds.ok_or_else(|| unexpected(429))?;
                Ok(Attempt::Refused { retry_after_seconds })
            }
            status => Err(unexpected(status)),
        }
    }

    /// Forgets every attempt, after a good sign-in.
    ///
    /// # Errors
    /// [`LimiterUnavailable`]
    pub async fn clear(&self) -> Result<(), LimiterUnavailable> {
        match self.call("clear").await?.status_code() {
            204 => Ok(()),
            status => Err(unexpected(status)),
        }
    }

    async fn call(&self, call: &str) -> Result<Response, LimiterUnavailable> {
        let answer = async {
            let object = self
                .env
                .durable_object(config::SIGNIN_LIMITER)?
                .get_by_name(self.account)?;
            object.fetch_with_str(&format!("https://limiter/{call}")).await
        };
        answer.await.map_err(LimiterUnavailable)
    }
}

fn unexpected(status: u16) -> LimiterUnavailable {
    LimiterUnavailable(format!("an unexpected answer, {status}").into())
}
