//! All that touches D1: one function a query, each one round trip, every value bound and never written into the SQL.

pub mod accounts;
pub mod caller;
pub mod replicas;
pub mod sessions;
pub mod statements;
pub mod tasks;
pub mod users;

use crate::platform::{
    bindings::{self, binding},
    executor::await_promise,
    ffi,
    interned::interned,
};
use js_sys::{Array, JsString, Promise};
use serde::{Serialize, de::DeserializeOwned};
use statements::Statement;
use wasm_bindgen::{JsCast, JsValue};
use worker::{
    Env, Error,
    worker_sys::types::{D1Database, D1PreparedStatement},
};

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

/// What a statement takes for a parameter.
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
    /// The database that is bound to the Worker.
    ///
    /// # Errors
    /// Where the binding is missing.
    pub fn from_env(env: &Env) -> Result<Self, StoreError> {
        match binding(env, bindings::DATABASE) {
            Some(database) => Ok(Self(database.unchecked_into())),
            None => Err(StoreError::Broken(format!(
                "the D1 binding {} is missing from wrangler.toml",
                bindings::DATABASE
            ))),
        }
    }

    fn bind(&self, statement: Statement, values: &[Value<'_>]) -> Result<Bound, StoreError> {
        let values = serde_json::to_string(values).map_err(|error| StoreError::Broken(error.to_string()))?;
        Ok(ffi::bind(&self.0, &interned(statement.sql()), &values).map_err(Error::from)?)
    }

    /// All rows as JavaScript has them, an array of arrays; tried twice, since reading again does no harm.
    async fn read(&self, query: &Bound) -> Result<Array, StoreError> {
        match self.write(query).await {
            Err(StoreError::Unavailable(_)) => self.write(query).await,
            rows => rows,
        }
    }

    /// The rows that a writing statement returned. Never tried again: it may have been carried out.
    async fn write(&self, query: &Bound) -> Result<Array, StoreError> {
        array(settle(query.raw().map_err(Error::from)?).await?)
    }

    /// Several statements in one transaction and one round trip, each giving a text or nothing. Never tried again.
    async fn batch<const N: usize>(&self, queries: [Bound; N]) -> Result<[Option<JsString>; N], StoreError> {
        let answers = array(settle(ffi::batch(&self.0, queries.into())).await?)?;
        let answers: Vec<_> = answers.iter().map(text).collect::<Result<_, _>>()?;
        answers.try_into().map_err(|_| unexpected_row())
    }
}

async fn settle(promise: Promise) -> Result<JsValue, StoreError> {
    Ok(await_promise(promise).await.map_err(Error::from)?)
}

fn array(value: JsValue) -> Result<Array, StoreError> {
    value.dyn_into().map_err(|_| unexpected_row())
}

/// The only column of the first row: `None` where there is no row, or NULL in it.
fn first(rows: &Array) -> Result<Option<JsString>, StoreError> {
    match rows.get(0) {
        none if none.is_undefined() => Ok(None),
        row => text(array(row)?.get(0)),
    }
}

fn text(value: JsValue) -> Result<Option<JsString>, StoreError> {
    if value.is_null() || value.is_undefined() {
        return Ok(None);
    }
    value.dyn_into().map(Some).map_err(|_| unexpected_row())
}

/// What is no row of the expected columns will be none at the next try either.
fn parse<T: DeserializeOwned>(row: JsString) -> Result<T, StoreError> {
    serde_json::from_str(&String::from(row)).map_err(|_| unexpected_row())
}

/// The error that says what stands in the row instead would carry it into the log.
fn unexpected_row() -> StoreError {
    StoreError::Broken("a row of an unexpected shape".to_owned())
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
