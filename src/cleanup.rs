//! The daily clean-up: deletes expired sessions in batches, so that no statement blocks the database for long.

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
/// Sessions that remain after this many batches are deleted the next day.
const MAX_BATCHES: u32 = 500;

/// Deletes expired sessions, and logs how many or why it failed.
pub async fn run(env: &Env) {
    let now = clock::now();
    let run_id = random::bytes().map(|randomness| uuid_v7(now, &randomness).to_string());
    let run_id = run_id.unwrap_or_default();
    match delete_expired_sessions(env, now).await {
        Ok(deleted) => log::write(&Event::SessionsCleanedUp { deleted }, &run_id),
        Err(error) => {
            if let Some(event) = error.event("") {
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
