//! The Durable Object that counts one account's sign-in attempts.
//!
//! | call | answer |
//! | --- | --- |
//! | `/take/5/900`: five attempts in 900 seconds | 204, and the attempt counts; 429 with `Retry-After`, and it does not |
//! | `/clear` | 204, and nothing counts any more |

use super::{
    ORIGIN,
    policy::{Decision, Limit, decide},
};
use crate::{
    clock::{self, Timestamp},
    runtime::task::settled,
};
use js_sys::{Date, Object};
use worker::{
    Response, Result, SqlStorageValue, State, Storage,
    worker_sys::{DurableObjectState, types::DurableObjectStorage},
};

const CREATE: &str = "CREATE TABLE IF NOT EXISTS attempts (counts_until INTEGER NOT NULL) STRICT";
const FORGET: &str = "DELETE FROM attempts WHERE counts_until <= ?";
const COUNTED: &str = "SELECT counts_until FROM attempts ORDER BY counts_until";
const COUNT: &str = "INSERT INTO attempts (counts_until) VALUES (?)";

/// One account's attempts, in the object's own SQLite.
pub struct SigninLimiter {
    storage: Storage,
}

impl SigninLimiter {
    /// The limiter that keeps its attempts in this object.
    pub fn new(state: DurableObjectState) -> Self {
        Self {
            storage: State::from(state).storage(),
        }
    }

    /// Answers a call.
    ///
    /// # Errors
    /// Where the object's storage fails.
    pub async fn call(&self, url: &str) -> Result<Response> {
        match Call::parse(url) {
            Some(Call::Take(limit)) => self.take(limit).await,
            Some(Call::Clear) => self.clear().await,
            None => Response::error("unknown call", 404),
        }
    }

    /// The window of the latest attempt is over.
    ///
    /// # Errors
    /// Where the object's storage fails.
    pub async fn wake(&self) -> Result<()> {
        match self.counted(clock::now())?.last() {
            Some(latest) => self.wake_at(*latest).await,
            None => self.forget_all().await,
        }
    }
}

enum Call {
    Take(Limit),
    Clear,
}

impl Call {
    fn parse(url: &str) -> Option<Self> {
        let call = url.strip_prefix(ORIGIN)?;
        if call == "clear" {
            return Some(Self::Clear);
        }
        let (max_attempts, window_seconds) = call.strip_prefix("take/")?.split_once('/')?;
        Some(Self::Take(Limit {
            max_attempts: max_attempts.parse().ok()?,
            window_seconds: window_seconds.parse().ok()?,
        }))
    }
}

impl SigninLimiter {
    /// Reads and writes in one step, without an `await` between: of any number of calls at once, no more than the
    /// maximum find room.
    async fn take(&self, limit: Limit) -> Result<Response> {
        let now = clock::now();
        match decide(limit, &self.counted(now)?, now) {
            Decision::Refuse { retry_after_seconds } => {
                let response = Response::empty()?.with_status(429);
                response
                    .headers()
                    .set("Retry-After", &retry_after_seconds.to_string())?;
                Ok(response)
            }
            Decision::Take { counts_until } => {
                let binding = vec![counts_until.as_f64().into()];
                self.storage.sql().exec(COUNT, binding)?;
                self.wake_at(counts_until).await?;
                Ok(Response::empty()?.with_status(204))
            }
        }
    }

    async fn clear(&self) -> Result<Response> {
        settled(self.raw_storage().delete_alarm(Object::new())?).await?;
        self.forget_all().await?;
        Ok(Response::empty()?.with_status(204))
    }

    async fn forget_all(&self) -> Result<()> {
        settled(self.raw_storage().delete_all()?).await?;
        Ok(())
    }

    /// When each attempt that still counts stops counting, earliest first.
    fn counted(&self, now: Timestamp) -> Result<Vec<Timestamp>> {
        let sql = self.storage.sql();
        sql.exec(CREATE, None)?;
        sql.exec(FORGET, vec![now.as_f64().into()])?;
        let rows = sql.exec(COUNTED, None)?.raw();
        rows.map(|row| match row?.as_slice() {
            [SqlStorageValue::Integer(milliseconds)] => Ok(Timestamp::from_milliseconds(milliseconds.unsigned_abs())),
            [SqlStorageValue::Float(milliseconds)] => Ok(Timestamp::from_milliseconds(*milliseconds as u64)),
            _ => Err("an attempt without a time".into()),
        })
        .collect()
    }

    async fn wake_at(&self, moment: Timestamp) -> Result<()> {
        let moment = Date::new(&moment.as_f64().into());
        settled(self.raw_storage().set_alarm(moment, Object::new())?).await?;
        Ok(())
    }

    /// Whose methods give promises, as a task waits for them.
    fn raw_storage(&self) -> &DurableObjectStorage {
        self.storage.as_raw()
    }
}
