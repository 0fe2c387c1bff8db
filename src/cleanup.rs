//! The daily clean-up: deletes accounts that never verified their address and expired sessions, and finishes the deletions of
//! users that a request could not finish. All in batches, so that no statement blocks the database for long.

use crate::{
    config::{self, email::EmailVerification},
    domain::ids::uuid_v7,
    error::ApiError,
    platform::{
        clock::{self, Timestamp},
        log::{self, Event},
        random,
    },
    store::{Store, StoreError, deletion},
};
use worker::Env;

const BATCH: u32 = 1_000;
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

/// What a run has deleted.
#[derive(Default)]
struct Deleted {
    sessions: u32,
    tasks: u32,
    users: u32,
}

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
    let store = Store::from_env(env)?;
    let mut deleted = Deleted::default();
    if config::load_once(env).is_ok_and(|config| config.email_verification == EmailVerification::Required) {
        delete_unverified_users(&store, now, &mut deleted).await?;
    }
    finish_deletions(&store, &mut deleted).await?;
    delete_expired_sessions(&store, now, &mut deleted).await?;
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

async fn finish_deletions(store: &Store, deleted: &mut Deleted) -> Result<(), StoreError> {
    let mut user_id = String::new();
    let mut batches = 0;
    while let Some(next) = store.next_deletion(&user_id).await? {
        user_id = next;
        loop {
            if batches == MAX_TASK_BATCHES {
                return Ok(());
            }
            batches += 1;
            let batch = store.continue_deletion(&user_id).await?;
            deleted.tasks += batch;
            if batch < deletion::BATCH {
                break;
            }
        }
        deleted.users += 1;
    }
    Ok(())
}

async fn delete_expired_sessions(store: &Store, now: Timestamp, deleted: &mut Deleted) -> Result<(), StoreError> {
    for _ in 0..MAX_BATCHES {
        let batch = store.delete_expired_sessions(now, BATCH).await?;
        deleted.sessions += batch;
        if batch < BATCH {
            break;
        }
    }
    Ok(())
}
