//! What the clean-up deletes from each database that has sessions and tasks.

use crate::{
    platform::clock::Timestamp,
    store::{Store, StoreError, deletion},
};

/// How many rows one statement deletes.
pub(super) const BATCH: u32 = 1_000;

/// What a run has deleted.
#[derive(Default)]
pub(super) struct Deleted {
    pub(super) sessions: u32,
    pub(super) tasks: u32,
    pub(super) users: u32,
}

/// Deletes the tasks of users whose deletion has begun, at most so many batches.
pub(super) async fn finish_deletions(store: &Store, max_batches: u32, deleted: &mut Deleted) -> Result<(), StoreError> {
    let mut user_id = String::new();
    let mut batches = 0;
    while let Some(next) = store.next_deletion(&user_id).await? {
        user_id = next;
        loop {
            if batches == max_batches {
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

/// Deletes expired sessions, at most so many batches.
pub(super) async fn delete_expired_sessions(
    store: &Store,
    now: Timestamp,
    max_batches: u32,
    deleted: &mut Deleted,
) -> Result<(), StoreError> {
    for _ in 0..max_batches {
        let batch = store.delete_expired_sessions(now, BATCH).await?;
        deleted.sessions += batch;
        if batch < BATCH {
            break;
        }
    }
    Ok(())
}
