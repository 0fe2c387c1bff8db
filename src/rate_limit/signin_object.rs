//! The Durable Object that counts one account's sign-in attempts.
//!
//! | call | response |
//! | --- | --- |
//! | `/acquire/5/900`: five attempts in 900 seconds | 204, and the attempt counts; 429 with `Retry-After`, and it does not |
//! | `/acquire/5/900/DEVICE/LAST`: the same for one device; those up to `LAST` are void | the same; 202 if it counts as a shared one, since enough devices are counted |
//! | `/share/5/900/DEVICE/LAST`: a shared attempt in place of those of a device that is void | as `/acquire/5/900` |
//! | `/clear`, `/clear/DEVICE/LAST` | 204, and that count is empty |
//! | `/clear-all` | 204, and every count is empty |

use super::{
    attempts::{self, Count},
    sliding_window::{Decision, SigninLimit, decide},
};
use crate::platform::{
    clock::{self, Timestamp},
    executor::await_promise,
};
use js_sys::{Date, Object};
use worker::{
    Response, Result, State, Storage,
    worker_sys::{DurableObjectState, types::DurableObjectStorage},
};

/// The origin of the object's URLs: a call needs one, and nothing resolves it.
pub const ORIGIN: &str = "https://limiter/";

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
            Some(Call::Acquire(limit, count)) => self.acquire(limit, count).await,
            Some(Call::Share(limit, count)) => {
                count.delete(&self.storage.sql())?;
                self.acquire(limit, Count::Shared).await
            }
            Some(Call::Clear(count)) => self.clear(Some(count)).await,
            Some(Call::ClearAll) => self.clear(None).await,
            None => Response::error("unknown call", 404),
        }
    }

    /// Handles the alarm, which is set to when the latest attempt expires: deletes the object's storage, unless a newer
    /// attempt counts.
    ///
    /// # Errors
    /// Where the object's storage fails.
    pub async fn alarm(&self) -> Result<()> {
        match attempts::latest(&self.storage.sql())? {
            Some(latest) if latest > clock::now() => self.set_alarm(latest).await,
            _ => self.delete_all().await,
        }
    }
}

enum Call<'a> {
    Acquire(SigninLimit, Count<'a>),
    Share(SigninLimit, Count<'a>),
    Clear(Count<'a>),
    ClearAll,
}

impl<'a> Call<'a> {
    fn parse(url: &'a str) -> Option<Self> {
        let mut parts = url.strip_prefix(ORIGIN)?.split('/');
        let call = parts.next()?;
        let limit = match call {
            "acquire" | "share" => Some(SigninLimit {
                max_attempts: parts.next()?.parse().ok()?,
                window_seconds: parts.next()?.parse().ok()?,
            }),
            _ => None,
        };
        let count = match parts.next() {
            Some(device) => Count::Device(device, parts.next().unwrap_or_default()),
            None => Count::Shared,
        };
        match (call, limit) {
            ("share", Some(limit)) => Some(Self::Share(limit, count)),
            (_, Some(limit)) => Some(Self::Acquire(limit, count)),
            ("clear", _) => Some(Self::Clear(count)),
            ("clear-all", _) => Some(Self::ClearAll),
            _ => None,
        }
    }
}

impl SigninLimiter {
    /// Reads and writes without an `await` in between, so that of any number of concurrent calls no more than the maximum
    /// are allowed.
    async fn acquire(&self, limit: SigninLimit, asked: Count<'_>) -> Result<Response> {
        let (now, sql) = (clock::now(), self.storage.sql());
        let (mut count, mut status) = (asked, 204);
        let mut unexpired = count.unexpired(&sql, now)?;
        if let Count::Device(_, last_void) = count
            && unexpired.is_empty()
            && attempts::has_all_devices(&sql, last_void)?
        {
            (count, status) = (Count::Shared, 202);
            unexpired = count.unexpired(&sql, now)?;
        }
        match decide(limit, &unexpired, now) {
            Decision::Limit { retry_after_seconds } => {
                let response = Response::empty()?.with_status(429);
                response
                    .headers()
                    .set("Retry-After", &retry_after_seconds.to_string())?;
                Ok(response)
            }
            Decision::Allow { expires_at } => {
                count.insert(&sql, expires_at)?;
                self.set_alarm(expires_at).await?;
                Ok(Response::empty()?.with_status(status))
            }
        }
    }

    /// Empties a count, or all of them. An object without attempts keeps neither storage nor alarm.
    async fn clear(&self, count: Option<Count<'_>>) -> Result<Response> {
        let sql = self.storage.sql();
        match count {
            Some(count) if count.has_others(&sql)? => count.delete(&sql)?,
            _ => {
                await_promise(self.raw_storage().delete_alarm(Object::new())?).await?;
                self.delete_all().await?;
            }
        }
        Ok(Response::empty()?.with_status(204))
    }

    async fn delete_all(&self) -> Result<()> {
        await_promise(self.raw_storage().delete_all()?).await?;
        Ok(())
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
