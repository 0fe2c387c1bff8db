//! The daily clean-up: sessions whose time is over are deleted, a batch at a time, so that no statement holds the database
//! for long.

use crate::{
    domain::ids::uuid_v7,
    error::ApiError,
    platform::{
        clock::{self, Timestamp},
        log::{self, Event},
        random,
    },
    store::Store,
};
use worker::Env;

const BATCH: u32 = 1_000;
/// Whatever is left after so many waits for the next day.
const MAX_BATCHES: u32 = 500;

/// Deletes what is over, and writes how much it was, or why it failed.
pub async fn run(env: &Env) {
    let now = clock::now();
    let run_id = random::bytes().map(|randomness| uuid_v7(now, &randomness).to_string());
    let run_id = run_id.unwrap_or_default();
    match delete_expired_sessions(env, now).await {
        Ok(deleted) => log::write(&Event::SessionsCleanedUp { deleted }, &run_id),
        Err(error) => {
            if let Some(event) = error.event() {
                log::write(&event, &run_id);
            }
        }
    }
}

async fn delete_expired_sessions(env: &Env, now: Timestamp) -> Result<u32, ApiError> {
    let store = Store::from_env(env)?;
    let mut deleted = 0;
    for _ in 0..MAX_BATCHES {
        let batch = store.delete_expired_sessions(now, BATCH).await?;
        deleted += batch;
        if batch < BATCH {
            break;
        }
    }
    Ok(deleted)
}
