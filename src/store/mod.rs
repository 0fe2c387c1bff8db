//! All that touches D1: one function a query, each one round trip, every value bound and never written into the SQL.

pub mod accounts;
pub mod caller;
pub mod sessions;
pub mod statements;
pub mod tasks;
pub mod users;

use crate::config;
use js_sys::{Array, Promise, futures::JsFuture};
use serde::de::DeserializeOwned;
use statements::Statement;
use wasm_bindgen::{JsCast, JsValue};
use worker::{D1Database, D1PreparedStatement, D1Result, D1Type, Env, Error, serde_wasm_bindgen};

/// Why a query gave no answer.
#[derive(Debug)]
pub enum StoreError {
    /// The caller's session is no longer alive.
    SessionEnded,
    /// The caller is no administrator.
    NotAdmin,
    /// D1 could not be reached or was too busy: a later try may succeed.
    Unavailable(String),
    /// D1 refused the statement, or answered what nobody expected.
    Broken(String),
}

/// The database of this deployment.
pub struct Store(D1Database);

/// A statement with its values.
type Bound = D1PreparedStatement;

impl Store {
    /// The database that is bound to the Worker.
    ///
    /// # Errors
    /// Where the binding is missing.
    pub fn of(env: &Env) -> Result<Self, StoreError> {
        env.d1(config::DATABASE).map(Self).map_err(|error| {
            StoreError::Broken(format!(
                "the D1 binding {} is missing from wrangler.toml: {error}",
                config::DATABASE
            ))
        })
    }

    fn bind(&self, statement: Statement, values: &[D1Type<'_>]) -> Result<Bound, StoreError> {
        Ok(self.0.prepare(statement.sql()).bind_refs(values)?)
    }

    /// One row or none, tried twice: reading again does no harm.
    async fn read_row<T: DeserializeOwned>(&self, query: &Bound) -> Result<Option<T>, StoreError> {
        match first(query).await {
            Err(StoreError::Unavailable(_)) => decode(first(query).await?),
            row => decode(row?),
        }
    }

    /// All rows as JavaScript has them, an array of arrays; tried twice.
    async fn read_rows(&self, query: &Bound) -> Result<Array, StoreError> {
        let read = async || settle(query.inner().raw()).await;
        let rows = match read().await {
            Err(StoreError::Unavailable(_)) => read().await,
            rows => rows,
        };
        rows?
            .dyn_into()
            .map_err(|_| StoreError::Broken("rows that are no array".to_owned()))
    }

    /// The row that a writing statement returned, if it returned one. Never tried again: it may have been carried out.
    async fn write_row<T: DeserializeOwned>(&self, query: &Bound) -> Result<Option<T>, StoreError> {
        decode(first(query).await?)
    }

    /// Several statements in one transaction and one round trip. Never tried again.
    async fn batch<const N: usize>(&self, queries: [Bound; N]) -> Result<[D1Result; N], StoreError> {
        let results = self.0.batch(queries.into()).await?;
        <[D1Result; N]>::try_from(results)
            .map_err(|results| StoreError::Broken(format!("{} results of {N}", results.len())))
    }
}

async fn first(query: &Bound) -> Result<JsValue, StoreError> {
    settle(query.inner().first(None)).await
}

async fn settle(promise: Result<Promise, JsValue>) -> Result<JsValue, StoreError> {
    let promise = promise.map_err(Error::from)?;
    Ok(JsFuture::from(promise).await.map_err(Error::from)?)
}

/// What is no row of the expected columns will be none at the next try either.
fn decode<T: DeserializeOwned>(row: JsValue) -> Result<Option<T>, StoreError> {
    serde_wasm_bindgen::from_value(row).map_err(|_| unexpected_row())
}

/// The error that says what stands in the row instead would carry it into the log.
fn unexpected_row() -> StoreError {
    StoreError::Broken("a row of an unexpected shape".to_owned())
}

/// The rows of one result of a batch.
fn rows<T: DeserializeOwned>(result: &D1Result) -> Result<Vec<T>, StoreError> {
    result.results().map_err(|_| unexpected_row())
}

/// The first row of one result of a batch.
fn first_row<T: DeserializeOwned>(result: &D1Result) -> Result<Option<T>, StoreError> {
    Ok(rows(result)?.into_iter().next())
}

impl From<Error> for StoreError {
    /// SQLite's own refusals (a constraint, a missing table) end in its code; whatever else goes wrong lies between this
    /// isolate and the database, and may be gone at the next try.
    fn from(error: Error) -> Self {
        let cause = match &error {
            Error::D1(error) => {
                let error: &js_sys::Error = error.as_ref();
                String::from(error.message())
            }
            error => error.to_string(),
        };
        if cause.contains("no such table") {
            Self::Broken(format!(
                "{cause}: apply the migrations with `npx wrangler d1 migrations apply DB --remote` (or `--local`)"
            ))
        } else if cause.contains("SQLITE_") && !cause.contains("SQLITE_BUSY") {
            Self::Broken(cause)
        } else {
            Self::Unavailable(cause)
        }
    }
}
