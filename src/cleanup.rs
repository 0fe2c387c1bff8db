//! The daily clean-up: deletes accounts that never verified their address and expired sessions, and finishes what a request could
//! not: the deletions of users, and what homes must learn of them. All in batches, so that no statement blocks a database for long.

use crate::{
    config::{self, email::EmailVerification},
    domain::ids::uuid_v7,
    error::ApiError,
    platform::{
        clock::{self, Timestamp},
        log::{self, Event},
        random,
    },
    store::{Store, StoreError, databases::Databases},
};
use batches::{BATCH, Deleted, delete_expired_sessions, finish_deletions};
use worker::Env;

mod batches;
mod homes;

/// Sessions that remain after this many batches are deleted the next day.
const MAX_BATCHES: u32 = 500;
/// Tasks of deleted users that remain after this many batches are deleted the next day.
const MAX_TASK_BATCHES: u32 = 100;

/// How long a sign-up waits for its link to be followed: seven days.
const UNVERIFIED_MILLISECONDS: u64 = 7 * 86_400_000;
/// Unverified accounts that remain after this many batches are deleted the next day.
const MAX_UNVERIFIED_BATCHES: u32 = 50;

/// Queries that D1 allows an invocation.
const MAX_QUERIES: u32 = 1_000;
/// A batch of tasks is three queries. One more finds its user, and a last one that no user follows.
const _: () = assert!(MAX_UNVERIFIED_BATCHES + 4 * MAX_TASK_BATCHES + 1 + MAX_BATCHES <= MAX_QUERIES);

/// Deletes what is due, and logs how much of what, or why it failed.
pub async fn run(env: &Env) {
    let now = clock::now();
    let run_id = random::bytes().map(|randomness| uuid_v7(now, &randomness).to_string());
    let run_id = run_id.unwrap_or_default();
    match clean_up(env, now).await {
        Ok(Deleted { sessions, tasks, users }) => log::write(
            &Event::SessionsCleanedUp {
                deleted: sessions,
                users,
                tasks,
            },
            &run_id,
        ),
        Err(error) => {
            if let Some(event) = error.event("") {
                log::write(&event, &run_id);
            }
        }
    }
}

async fn clean_up(env: &Env, now: Timestamp) -> Result<Deleted, ApiError> {
    let main = Store::from_env(env)?;
    let config = config::load_once(env).ok();
    let mut deleted = Deleted::default();
    if config
        .as_ref()
        .is_some_and(|config| config.email_verification == EmailVerification::Required)
    {
        delete_unverified_users(&main, now, &mut deleted).await?;
    }
    match config.filter(|config| !config.homes.is_single()) {
        Some(config) => {
            let databases = Databases::new(env, &config.homes);
            homes::clean_up(
                databases,
                &main,
                MAX_QUERIES - MAX_UNVERIFIED_BATCHES,
                now,
                &mut deleted,
            )
            .await?;
        }
        None => {
            finish_deletions(&main, MAX_TASK_BATCHES, &mut deleted).await?;
            delete_expired_sessions(&main, now, MAX_BATCHES, &mut deleted).await?;
        }
    }
    Ok(deleted)
}

/// Deletes unverified sign-ups. Runs only under `required`, which allows no sign-in to them: otherwise such an account may be in use.
async fn delete_unverified_users(store: &Store, now: Timestamp, deleted: &mut Deleted) -> Result<(), StoreError> {
    let before = now.minus_milliseconds(UNVERIFIED_MILLISECONDS);
    for _ in 0..MAX_UNVERIFIED_BATCHES {
        let batch = store.delete_unverified_users(before, BATCH).await?;
        deleted.users += batch;
        if batch < BATCH {
            break;
        }
    }
    Ok(())
}
