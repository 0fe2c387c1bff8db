//! The Durable Object that counts one account's sign-in attempts.
//!
//! | call | response |
//! | --- | --- |
//! | `/acquire/5/900`: five attempts in 900 seconds | 204, and the attempt counts; 429 with `Retry-After`, and it does not |
//! | `/clear` | 204, and no attempt counts any more |

use super::sliding_window::{Decision, SigninLimit, decide};
use crate::platform::{
    clock::{self, Timestamp},
    executor::await_promise,
};
use js_sys::{Date, Object};
use worker::{
    Response, Result, SqlStorageValue, State, Storage,
    worker_sys::{DurableObjectState, types::DurableObjectStorage},
};

/// The origin of the object's URLs: a call needs one, and nothing resolves it.
pub const ORIGIN: &str = "https://limiter/";

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS attempts (counts_until INTEGER NOT NULL) STRICT";
const DELETE_EXPIRED: &str = "DELETE FROM attempts WHERE counts_until <= ?";
const SELECT_ATTEMPTS: &str = "SELECT counts_until FROM attempts ORDER BY counts_until";
const INSERT_ATTEMPT: &str = "INSERT INTO attempts (counts_until) VALUES (?)";

/// One account's attempts, in the object's own SQLite.
pub struct SigninLimiter {
    storage: Storage,
}

impl SigninLimiter {
    /// The limiter that stores its attempts in this object.
    pub fn new(state: DurableObjectState) -> Self {
        Self {
            storage: State::from(state).storage(),
        }
    }

    /// Handles a call.
    ///
    /// # Errors
    /// Where the object's storage fails.
    pub async fn fetch(&self, url: &str) -> Result<Response> {
        match Call::parse(url) {
            Some(Call::Acquire(limit)) => self.acquire(limit).await,
            Some(Call::Clear) => self.clear().await,
            None => Response::error("unknown call", 404),
        }
    }

    /// Handles the alarm, which is set to when the latest attempt expires: deletes the object's storage, unless a newer
    /// attempt counts.
    ///
    /// # Errors
    /// Where the object's storage fails.
    pub async fn alarm(&self) -> Result<()> {
        match self.unexpired_attempts(clock::now())?.last() {
            Some(latest) => self.set_alarm(*latest).await,
            None => self.delete_all().await,
        }
    }
}

enum Call {
    Acquire(SigninLimit),
    Clear,
}

impl Call {
    fn parse(url: &str) -> Option<Self> {
        let path = url.strip_prefix(ORIGIN)?;
        if path == "clear" {
            return Some(Self::Clear);
        }
        let (max_attempts, window_seconds) = path.strip_prefix("acquire/")?.split_once('/')?;
        Some(Self::Acquire(SigninLimit {
            max_attempts: max_attempts.parse().ok()?,
            window_seconds: window_seconds.parse().ok()?,
        }))
    }
}

impl SigninLimiter {
    /// Reads and writes without an `await` in between, so that of any number of concurrent calls no more than the maximum
    /// are allowed.
    async fn acquire(&self, limit: SigninLimit) -> Result<Response> {
        let now = clock::now();
        match decide(limit, &self.unexpired_attempts(now)?, now) {
            Decision::Limit { retry_after_seconds } => {
                let response = Response::empty()?.with_status(429);
                response
                    .headers()
                    .set("Retry-After", &retry_after_seconds.to_string())?;
                Ok(response)
            }
            Decision::Allow { expires_at } => {
                let binding = vec![expires_at.as_f64().into()];
                self.storage.sql().exec(INSERT_ATTEMPT, binding)?;
                self.set_alarm(expires_at).await?;
                Ok(Response::empty()?.with_status(204))
            }
        }
    }

    async fn clear(&self) -> Result<Response> {
        await_promise(self.raw_storage().delete_alarm(Object::new())?).await?;
        self.delete_all().await?;
        Ok(Response::empty()?.with_status(204))
    }

    async fn delete_all(&self) -> Result<()> {
        await_promise(self.raw_storage().delete_all()?).await?;
        Ok(())
    }

    /// When each attempt that still counts expires, earliest first.
    fn unexpired_attempts(&self, now: Timestamp) -> Result<Vec<Timestamp>> {
        let sql = self.storage.sql();
        sql.exec(CREATE_TABLE, None)?;
        sql.exec(DELETE_EXPIRED, vec![now.as_f64().into()])?;
        let rows = sql.exec(SELECT_ATTEMPTS, None)?.raw();
        rows.map(|row| match row?.as_slice() {
            [SqlStorageValue::Integer(milliseconds)] => Ok(Timestamp::from_milliseconds(milliseconds.unsigned_abs())),
            [SqlStorageValue::Float(milliseconds)] => Ok(Timestamp::from_milliseconds(*milliseconds as u64)),
            _ => Err("an attempt without a time".into()),
        })
        .collect()
    }

    async fn set_alarm(&self, moment: Timestamp) -> Result<()> {
        let moment = Date::new(&moment.as_f64().into());
        await_promise(self.raw_storage().set_alarm(moment, Object::new())?).await?;
        Ok(())
    }

    /// The storage whose methods return promises, which is what a call can await.
    fn raw_storage(&self) -> &DurableObjectStorage {
        self.storage.as_raw()
    }
}
