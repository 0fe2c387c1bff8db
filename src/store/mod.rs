//! All access to D1: one function per query, one round trip each. Every value is a bound parameter, never part of the SQL.

pub mod accounts;
pub mod admin;
pub mod caller;
pub mod caller_account;
pub mod databases;
pub mod deletion;
pub mod email;
mod page_size;
pub mod replicas;
pub mod revocations;
pub mod sessions;
pub mod statements;
pub mod tasks;
pub mod users;

use crate::{
    domain::json::JsonObject,
    platform::{
        bindings::{self, binding},
        executor::await_promise,
        ffi,
        interned::interned,
    },
};
use js_sys::{Array, JsString, Promise};
use serde::Serialize;
use statements::Statement;
use wasm_bindgen::{JsCast, JsValue};
use worker::{
    Env, Error,
    worker_sys::types::{D1Database, D1PreparedStatement},
};

/// Why a query failed.
#[derive(Debug)]
pub enum StoreError {
    /// The caller's session has expired or was ended.
    SessionInactive,
    /// The caller is not an administrator.
    NotAdmin,
    /// The caller's tasks would take more bytes than they may.
    StorageLimitReached,
    /// D1 was unreachable or busy: a retry may succeed.
    Unavailable(String),
    /// D1 rejected the statement or returned an unexpected result, or its binding is missing: a retry will not help.
    Failed(String),
}

/// The database of this deployment.
pub struct Store(D1Database);

/// A prepared statement with its bound values.
type BoundStatement = D1PreparedStatement;

/// A read that has begun, so that something else can be awaited meanwhile.
struct PendingRead {
    query: BoundStatement,
    rows: Promise,
}

impl PendingRead {
    fn begin(query: BoundStatement) -> Result<Self, StoreError> {
        let rows = ffi::begin_read(&query).map_err(Error::from)?;
        Ok(Self { query, rows })
    }

    /// Awaits the rows; reads once more if D1 was unavailable.
    async fn finish(self) -> Result<Array, StoreError> {
        match await_result(self.rows).await {
            Err(StoreError::Unavailable(_)) => Store::run_once(&self.query).await,
            rows => array(rows?),
        }
    }
}

/// The value of a parameter.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Text(&'a str),
    NullableText(Option<&'a str>),
    Number(u64),
    Boolean(bool),
    NullableBoolean(Option<bool>),
}

impl Store {
    /// Returns the database that is bound to the Worker.
    ///
    /// # Errors
    /// If the binding is missing.
    pub fn from_env(env: &Env) -> Result<Self, StoreError> {
        match binding(env, bindings::DATABASE) {
            Some(database) => Ok(Self(database.unchecked_into())),
            None => Err(StoreError::Failed(format!(
                "the D1 binding {} is missing from wrangler.toml",
                bindings::DATABASE
            ))),
        }
    }

    fn bind(&self, statement: Statement, values: &[Value<'_>]) -> Result<BoundStatement, StoreError> {
        let values = serde_json::to_string(values).map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(ffi::bind(&self.0, &interned(statement.sql()), &values).map_err(Error::from)?)
    }

    /// Returns all rows as a JavaScript array of arrays. Retries once if D1 is unavailable, which is safe for a read.
    async fn read(&self, query: &BoundStatement) -> Result<Array, StoreError> {
        match Self::run_once(query).await {
            Err(StoreError::Unavailable(_)) => Self::run_once(query).await,
            rows => rows,
        }
    }

    /// Runs a writing statement and returns its rows. Never retried, because a statement that failed may have been applied.
    async fn write(&self, query: &BoundStatement) -> Result<Array, StoreError> {
        Self::run_once(query).await
    }

    async fn run_once(query: &BoundStatement) -> Result<Array, StoreError> {
        array(await_result(query.raw().map_err(Error::from)?).await?)
    }

    /// Runs statements in one transaction and one round trip; each returns a string or nothing. Never retried, like a write.
    async fn batch<const N: usize>(&self, queries: [BoundStatement; N]) -> Result<[Option<JsString>; N], StoreError> {
        let results = array(await_result(ffi::batch(&self.0, queries.into())).await?)?;
        let results: Vec<_> = results.iter().map(text).collect::<Result<_, _>>()?;
        results.try_into().map_err(|_| unexpected_row())
    }
}

async fn await_result(promise: Promise) -> Result<JsValue, StoreError> {
    Ok(await_promise(promise).await.map_err(Error::from)?)
}

fn array(value: JsValue) -> Result<Array, StoreError> {
    value.dyn_into().map_err(|_| unexpected_row())
}

/// Returns the only column of the first row, or `None` if there is no row or the column is NULL.
fn first(rows: &Array) -> Result<Option<JsString>, StoreError> {
    match rows.get(0) {
        row if row.is_undefined() => Ok(None),
        row => text(array(row)?.get(0)),
    }
}

fn text(value: JsValue) -> Result<Option<JsString>, StoreError> {
    if value.is_null() || value.is_undefined() {
        return Ok(None);
    }
    value.dyn_into().map(Some).map_err(|_| unexpected_row())
}

/// Builds a value from the members of a row's JSON, for which `build` returns `None` if one of them is missing or of another type.
/// That is [`StoreError::Failed`], because a retry would return the same row.
fn parse<T>(row: JsString, build: impl FnOnce(&JsonObject<'_>) -> Option<T>) -> Result<T, StoreError> {
    let row = String::from(row);
    let object = JsonObject::parse(&row).ok();
    object.and_then(|object| build(&object)).ok_or_else(unexpected_row)
}

/// Says nothing about the row: the text of a parse error could quote user data into the log.
fn unexpected_row() -> StoreError {
    StoreError::Failed("a row of an unexpected shape".to_owned())
}

impl From<Error> for StoreError {
    /// Messages of SQLite's own errors, such as a violated constraint or a missing table, end in its error code. All other
    /// errors occur between this isolate and the database and may be transient.
    fn from(error: Error) -> Self {
        let cause = match &error {
            Error::D1(error) => {
                let error: &js_sys::Error = error.as_ref();
                String::from(error.message())
            }
            error => error.to_string(),
        };
        if cause.contains("no such table") {
            Self::Failed(format!(
                "{cause}: apply the migrations with `npx wrangler d1 migrations apply DB --remote` (or `--local`)"
            ))
        } else if cause.contains("SQLITE_") && !cause.contains("SQLITE_BUSY") {
            Self::Failed(cause)
        } else {
            Self::Unavailable(cause)
        }
    }
}
