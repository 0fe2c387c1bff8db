//! The clean-up of several databases, which share the queries of one run.

use super::batches::{BATCH, Deleted, delete_expired_sessions, finish_deletions};
use crate::{
    platform::clock::Timestamp,
    store::{Store, StoreError, databases::Databases},
};

const MILLISECONDS_PER_DAY: u64 = 86_400_000;
/// Queries for what homes must learn of changes in `DB`: one step reads which, and is four queries in each home.
const REVOCATION_QUERIES: u32 = 400;
/// The least that a database gets: one batch of tasks with its user and the end, two of sessions, one of revocations.
const LEAST_QUERIES: u32 = 8;

/// Tells the homes what requests could not, then cleans up the databases, each with its share of `max_queries`. Of very many databases
/// a run reaches only some, and the next day's run the next ones.
pub(super) async fn clean_up(
    databases: Databases<'_>,
    main: &Store,
    max_queries: u32,
    now: Timestamp,
    deleted: &mut Deleted,
) -> Result<(), StoreError> {
    let count = u32::try_from(databases.homes().count()).unwrap_or(u32::MAX);
    let mut outcome = revoke_due(databases, REVOCATION_QUERIES / (1 + 4 * count), now).await;
    let queries = max_queries.saturating_sub(REVOCATION_QUERIES).max(LEAST_QUERIES);
    let reached = count.min(queries / LEAST_QUERIES);
    let share = queries / reached;
    let day = u32::try_from(now.milliseconds() / MILLISECONDS_PER_DAY).unwrap_or_default();
    let first = usize::try_from(day.wrapping_mul(reached) % count).unwrap_or_default();
    let homes = databases.homes().chain(databases.homes()).skip(first);
    for home in homes.take(usize::try_from(reached).unwrap_or_default()) {
        let home = databases.open(home)?;
        let cleaned = clean_up_database(home.as_ref(), main, share, now, deleted).await;
        // A database that is away keeps no other from its clean-up.
        outcome = outcome.and(cleaned);
    }
    outcome
}

async fn revoke_due(databases: Databases<'_>, max_steps: u32, now: Timestamp) -> Result<(), StoreError> {
    let mut after = String::new();
    for _ in 0..max_steps.max(1) {
        match databases.revoke_due(&after, now).await? {
            Some(last) => after = last,
            None => break,
        }
    }
    Ok(())
}

async fn clean_up_database(
    home: Option<&Store>,
    main: &Store,
    max_queries: u32,
    now: Timestamp,
    deleted: &mut Deleted,
) -> Result<(), StoreError> {
    let batches = max_queries / LEAST_QUERIES;
    let store = home.unwrap_or(main);
    finish_deletions(store, batches, deleted).await?;
    delete_expired_sessions(store, now, max_queries - 5 * batches - 1, deleted).await?;
    if let Some(home) = home {
        let day_ago = now.minus_milliseconds(MILLISECONDS_PER_DAY);
        for _ in 0..batches {
            if home.delete_old_revocations(day_ago, BATCH).await? < BATCH {
                break;
            }
        }
    }
    Ok(())
}
