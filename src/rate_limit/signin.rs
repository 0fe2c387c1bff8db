//! How a sign-in asks the limiter.

use super::{ORIGIN, policy::Limit};
use crate::{
    config,
    runtime::{self, task::settled},
};
use std::fmt;
use worker::{Env, Error};

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
        let answer = self
            .call(&format!("take/{}/{}", limit.max_attempts, limit.window_seconds))
            .await?;
        match answer.split_once('\n') {
            Some(("204", _)) => Ok(Attempt::Taken),
            Some(("429", seconds)) => {
                let retry_after_seconds = seconds.parse().map_err(|_| unexpected(&answer))?;
                Ok(Attempt::Refused { retry_after_seconds })
            }
            _ => Err(unexpected(&answer)),
        }
    }

    /// Forgets every attempt, after a good sign-in.
    ///
    /// # Errors
    /// [`LimiterUnavailable`]
    pub async fn clear(&self) -> Result<(), LimiterUnavailable> {
        let answer = self.call("clear").await?;
        match answer.split_once('\n') {
            Some(("204", _)) => Ok(()),
            _ => Err(unexpected(&answer)),
        }
    }

    /// The status of the answer and its `Retry-After`, a line each.
    async fn call(&self, call: &str) -> Result<String, LimiterUnavailable> {
        let namespace = config::binding(self.env, config::SIGNIN_LIMITER).ok_or_else(|| {
            let missing = format!("the binding {} is missing from wrangler.toml", config::SIGNIN_LIMITER);
            LimiterUnavailable(missing.into())
        })?;
        let url = format!("{ORIGIN}{call}");
        let answer = settled(runtime::call_object(&namespace, self.account, &url)).await;
        let answer = answer.map_err(|error| LimiterUnavailable(error.into()))?;
        answer.as_string().ok_or_else(|| unexpected("no text"))
    }
}

fn unexpected(answer: &str) -> LimiterUnavailable {
    LimiterUnavailable(format!("an unexpected answer, {answer:?}").into())
}
