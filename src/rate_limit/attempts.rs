//! The attempts in the Durable Object's own SQLite: those of each device apart, and the ones that all others share.
//!
//! Each kind has a table of its own: objects that exist have the shared one.

use crate::platform::clock::Timestamp;
use worker::{Result, SqlStorage, SqlStorageValue};

/// The devices that are counted apart at a time, so that an object stays small whatever is sent to it. Only failed attempts
/// leave a count behind, so that more devices are those of somebody who once had the password.
const MAX_DEVICES: u64 = 10;

/// What an attempt is counted under.
#[derive(Clone, Copy)]
pub enum Count<'a> {
    /// Everything without a device token.
    Shared,
    /// One device, and the last one in the order of ids whose token is void.
    Device(&'a str, &'a str),
}

/// The parameters of each are those of [`Count::values`], or none.
struct Statements {
    delete_expired: &'static str,
    select: &'static str,
    insert: &'static str,
    select_others: &'static str,
    delete: &'static str,
}

/// Creates the tables first: deleting an object's storage deletes them as well.
macro_rules! with_tables {
    ($sql:literal) => {
        concat!(
            "CREATE TABLE IF NOT EXISTS attempts (counts_until INTEGER NOT NULL) STRICT; ",
            "CREATE TABLE IF NOT EXISTS device_attempts (device TEXT NOT NULL, counts_until INTEGER NOT NULL) STRICT; ",
            $sql
        )
    };
}

const OF_SHARED: Statements = Statements {
    delete_expired: with_tables!("DELETE FROM attempts WHERE counts_until <= ?"),
    select: "SELECT counts_until FROM attempts ORDER BY counts_until",
    insert: "INSERT INTO attempts (counts_until) VALUES (?)",
    select_others: with_tables!("SELECT 1 FROM device_attempts LIMIT 1"),
    delete: "DELETE FROM attempts",
};
const OF_DEVICE: Statements = Statements {
    delete_expired: with_tables!("DELETE FROM device_attempts WHERE counts_until <= ?"),
    select: "SELECT counts_until FROM device_attempts WHERE device = ? ORDER BY counts_until",
    insert: "INSERT INTO device_attempts (counts_until, device) VALUES (?, ?)",
    select_others: with_tables!(
        "SELECT 1 FROM attempts UNION ALL SELECT 1 FROM device_attempts WHERE device <> ? LIMIT 1"
    ),
    delete: with_tables!("DELETE FROM device_attempts WHERE device = ?"),
};
const SELECT_DEVICES: &str = "SELECT count(DISTINCT device) FROM device_attempts WHERE device > ?";
const SELECT_LATEST: &str = with_tables!(
    "SELECT counts_until FROM attempts UNION ALL SELECT counts_until FROM device_attempts ORDER BY counts_until DESC LIMIT 1"
);

impl Count<'_> {
    fn statements(self) -> &'static Statements {
        match self {
            Self::Shared => &OF_SHARED,
            Self::Device(..) => &OF_DEVICE,
        }
    }

    /// The time, where a statement has one, and the device, where the count has one.
    fn values(self, time: Option<Timestamp>) -> Vec<SqlStorageValue> {
        let device = match self {
            Self::Shared => None,
            Self::Device(device, _) => Some(device.to_owned().into()),
        };
        let time = time.map(|time| time.as_f64().into());
        time.into_iter().chain(device).collect()
    }

    /// When each attempt that still counts expires, earliest first.
    ///
    /// # Errors
    /// Where the storage fails.
    pub fn unexpired(self, sql: &SqlStorage, now: Timestamp) -> Result<Vec<Timestamp>> {
        let statements = self.statements();
        sql.exec(statements.delete_expired, vec![now.as_f64().into()])?;
        let rows = sql.exec(statements.select, self.values(None))?.raw();
        rows.map(|row| integer(&row?).map(Timestamp::from_milliseconds))
            .collect()
    }

    /// Adds an attempt.
    ///
    /// # Errors
    /// Where the storage fails.
    pub fn insert(self, sql: &SqlStorage, expires_at: Timestamp) -> Result<()> {
        sql.exec(self.statements().insert, self.values(Some(expires_at)))?;
        Ok(())
    }

    /// Whether another count has attempts.
    ///
    /// # Errors
    /// Where the storage fails.
    pub fn has_others(self, sql: &SqlStorage) -> Result<bool> {
        let mut rows = sql.exec(self.statements().select_others, self.values(None))?.raw();
        Ok(rows.next().transpose()?.is_some())
    }

    /// Deletes this count's attempts.
    ///
    /// # Errors
    /// Where the storage fails.
    pub fn delete(self, sql: &SqlStorage) -> Result<()> {
        sql.exec(self.statements().delete, self.values(None))?;
        Ok(())
    }
}

/// Whether no further device can be counted apart. Those up to `last_void` do not count: a reset has voided their tokens, so that
/// they keep no place from a device whose token is good. Correct after [`Count::unexpired`] of a device, which deletes expired ones.
///
/// # Errors
/// Where the storage fails.
pub fn has_all_devices(sql: &SqlStorage, last_void: &str) -> Result<bool> {
    let mut rows = sql.exec(SELECT_DEVICES, vec![last_void.into()])?.raw();
    let devices = rows.next().transpose()?;
    Ok(devices.map_or(Ok(0), |row| integer(&row))? >= MAX_DEVICES)
}

/// When the latest attempt of all counts expires; `None` if there is none.
///
/// # Errors
/// Where the storage fails.
pub fn latest(sql: &SqlStorage) -> Result<Option<Timestamp>> {
    let mut rows = sql.exec(SELECT_LATEST, None)?.raw();
    let latest = rows.next().transpose()?;
    latest
        .map(|row| integer(&row).map(Timestamp::from_milliseconds))
        .transpose()
}

/// SQLite's integers arrive as doubles beyond 32 bits.
fn integer(row: &[SqlStorageValue]) -> Result<u64> {
    match row {
        [SqlStorageValue::Integer(integer)] => Ok(integer.unsigned_abs()),
        [SqlStorageValue::Float(integer)] => Ok(*integer as u64),
        _ => Err("a row without a number".into()),
    }
}
