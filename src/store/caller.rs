//! Queries on behalf of one verified caller. They require an [`AuthUser`], and each checks the caller's session in the same
//! round trip.

use super::{
    BoundStatement, PendingRead, Store, StoreError, Value, array, first, parse, statements, statements::Statement,
    text, unexpected_row,
};
use crate::{
    auth::guard::AuthUser,
    platform::{clock::Timestamp, ffi},
};
use js_sys::{Array, JsString};

/// The store, scoped to one caller.
pub struct CallerStore<'a> {
    /// The caller's home, with the sessions and tasks.
    pub(super) store: &'a Store,
    /// `DB`, with the caller's user, where that is another database than the home.
    pub(super) users: Option<&'a Store>,
    pub(super) user: &'a AuthUser,
    pub(super) session: Option<String>,
    now: Timestamp,
}

/// How a statement in `DB` treats the session of a caller whose home is another database, where it is checked.
#[derive(Clone, Copy)]
pub(super) enum SessionElsewhere {
    /// The statement is about the caller's own user.
    Ignored,
    /// The statement requires that the caller's user is an administrator.
    OfAdmin,
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
    /// Scopes `DB`, and the caller's home where that is another database, to this caller.
    pub fn new(main: &'a Store, home: Option<&'a Store>, user: &'a AuthUser, now: Timestamp) -> Self {
        Self {
            store: home.unwrap_or(main),
            users: home.map(|_| main),
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
        answer(&self.store.read(query).await?)
    }

    /// Reads rows about users with a statement that also checks the session; where the home is not `DB`, it does so at the same time.
    pub(super) async fn read_users(
        &self,
        statement: Statement,
        values: &[Value<'_>],
        elsewhere: SessionElsewhere,
    ) -> Result<Array, StoreError> {
        let query = self.bind_users(statement, values, elsewhere)?;
        if self.users.is_none() {
            return self.store.read(&query).await;
        }
        let rows = PendingRead::begin(query)?;
        self.require_session().await?;
        rows.finish().await
    }

    /// `DB`, where statements about users run.
    pub(super) fn users_store(&self) -> &'a Store {
        self.users.unwrap_or(self.store)
    }

    /// Binds a statement about users, which runs in `DB`.
    pub(super) fn bind_users(
        &self,
        statement: Statement,
        values: &[Value<'_>],
        elsewhere: SessionElsewhere,
    ) -> Result<BoundStatement, StoreError> {
        let session = match (self.users, elsewhere) {
            (None, _) => self.session.as_deref(),
            (Some(_), SessionElsewhere::OfAdmin) if self.session.is_some() => Some(""),
            (Some(_), _) => None,
        };
        self.bind_in(self.users_store(), session, statement, values)
    }

    /// Requires the session before a statement about users writes to `DB`, where that is not the home and does not see the session.
    pub(super) async fn require_session_elsewhere(&self) -> Result<(), StoreError> {
        match self.users {
            Some(_) => self.require_session().await,
            None => Ok(()),
        }
    }

    /// Takes from the rows of a page of at most `limit` the one that a query returns more if another page follows: the first row of
    /// that page, or an empty one where this page ends early.
    pub(super) fn page(&self, rows: &Array, limit: u16) -> Result<ListPage, StoreError> {
        let another_follows = ffi::remove_look_ahead(rows, limit);
        if rows.length() > 0 {
            require_active(first(rows)?)?;
        }
        let last_of_page = if another_follows {
            Some(id_of(rows, rows.length() - 1)?)
        } else {
            None
        };
        Ok(ListPage {
            json: json_array(rows),
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
        self.bind_in(self.store, self.session.as_deref(), statement, values)
    }

    fn bind_in(
        &self,
        store: &Store,
        session: Option<&str>,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<BoundStatement, StoreError> {
        let caller = [
            Value::Text(self.user.id().as_str()),
            Value::NullableText(session),
            Value::Number(self.now.milliseconds()),
        ];
        store.bind(statement, &[caller.as_slice(), values].concat())
    }
}

/// A JSON array of the rows, each an array of one JSON text: `join` flattens nested arrays, so no row's text is copied into
/// WebAssembly.
pub(super) fn json_array(rows: &Array) -> JsString {
    JsString::from("[").concat(&rows.join(",")).concat(&"]".into())
}

/// The answer of a statement that checks the session: `None` where it is empty.
pub(super) fn answer(rows: &Array) -> Result<Option<JsString>, StoreError> {
    let row = require_active(first(rows)?)?;
    Ok(Some(row).filter(|row| row.length() > 0))
}

pub(super) fn require_active(row: Option<JsString>) -> Result<JsString, StoreError> {
    row.ok_or(StoreError::SessionInactive)
}

/// Parses the id in a row's JSON.
fn id_of(rows: &Array, index: u32) -> Result<String, StoreError> {
    let row = text(array(rows.get(index))?.get(0))?.ok_or_else(unexpected_row)?;
    parse(row, |row| row.text("id"))
}
