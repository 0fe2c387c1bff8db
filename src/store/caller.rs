//! Queries on behalf of one verified caller. They require an [`AuthUser`], and each checks the caller's session in the same
//! round trip.

use super::{
    BoundStatement, Store, StoreError, Value, array, first, parse, statements, statements::Statement, text,
    unexpected_row,
};
use crate::{
    auth::guard::AuthUser,
    platform::{clock::Timestamp, ffi},
};
use js_sys::{Array, JsString};

/// The store, scoped to one caller.
pub struct CallerStore<'a> {
    pub(super) store: &'a Store,
    pub(super) user: &'a AuthUser,
    pub(super) session: Option<String>,
    now: Timestamp,
}

/// A page of a list.
#[derive(Debug)]
pub struct ListPage {
    /// A JSON array.
    pub json: JsString,
    /// The id of the page's last row if another page follows.
    pub last_of_page: Option<String>,
}

impl<'a> CallerStore<'a> {
    /// Scopes the store to this caller.
    pub fn new(store: &'a Store, user: &'a AuthUser, now: Timestamp) -> Self {
        Self {
            store,
            user,
            session: user.session().map(|session| session.to_string()),
            now,
        }
    }

    /// The current time that the caller's statements use.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Requires an active session, for a request that is rejected before any other query would check it.
    ///
    /// # Errors
    /// [`StoreError::SessionInactive`], or any other [`StoreError`].
    pub async fn require_session(&self) -> Result<(), StoreError> {
        if self.session.is_none() {
            return Ok(());
        }
        let query = self.bind(statements::SESSION_IS_ACTIVE, &[])?;
        require_active(first(&self.store.read(&query).await?)?).map(|_| ())
    }

    /// Reads one row as JSON; returns `None` if it does not exist.
    pub(super) async fn read(&self, query: &BoundStatement) -> Result<Option<JsString>, StoreError> {
        let row = require_active(first(&self.store.read(query).await?)?)?;
        Ok(Some(row).filter(|row| row.length() > 0))
    }

    /// Reads a page of at most `limit` rows, with a query that returns one more row if another page follows: the first row of
    /// that page, or an empty one where this page ends early.
    pub(super) async fn page(&self, query: &BoundStatement, limit: u16) -> Result<ListPage, StoreError> {
        let rows = self.store.read(query).await?;
        let another_follows = ffi::remove_look_ahead(&rows, limit);
        if rows.length() > 0 && require_active(first(&rows)?)?.length() == 0 {
            return Err(StoreError::NotAdmin);
        }
        let last_of_page = if another_follows {
            Some(id_of(&rows, rows.length() - 1)?)
        } else {
            None
        };
        Ok(ListPage {
            json: json_array(&rows),
            last_of_page,
        })
    }

    /// Runs a writing statement. It returns no row both if the row does not exist and if the session is not active, so the
    /// same transaction also checks the session to tell the two apart.
    pub(super) async fn write(&self, query: BoundStatement) -> Result<Option<JsString>, StoreError> {
        let session = self.bind(statements::SESSION_IS_ACTIVE, &[])?;
        let [session, written] = self.store.batch([session, query]).await?;
        require_active(session)?;
        Ok(written)
    }

    /// Binds the caller as `?1` to `?3`, followed by the statement's own values.
    pub(super) fn bind(&self, statement: Statement, values: &[Value<'_>]) -> Result<BoundStatement, StoreError> {
        let caller = [
            Value::Text(self.user.id().as_str()),
            Value::NullableText(self.session.as_deref()),
            Value::Number(self.now.milliseconds()),
        ];
        self.store.bind(statement, &[caller.as_slice(), values].concat())
    }
}

/// A JSON array of the rows, each an array of one JSON text: `join` flattens nested arrays, so no row's text is copied into
/// WebAssembly.
pub(super) fn json_array(rows: &Array) -> JsString {
    JsString::from("[").concat(&rows.join(",")).concat(&"]".into())
}

pub(super) fn require_active(row: Option<JsString>) -> Result<JsString, StoreError> {
    row.ok_or(StoreError::SessionInactive)
}

/// Parses the id in a row's JSON.
fn id_of(rows: &Array, index: u32) -> Result<String, StoreError> {
    let row = text(array(rows.get(index))?.get(0))?.ok_or_else(unexpected_row)?;
    parse(row, |row| row.text("id"))
}
