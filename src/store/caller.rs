//! The store as one verified caller may use it. Nothing here can be reached without an [`AuthUser`], and every statement
//! looks at the caller's session in the same round trip.

use super::{
    Bound, Store, StoreError, Value, array, first, parse, statements, statements::Statement, text, unexpected_row,
};
use crate::{auth::guard::AuthUser, platform::clock::Timestamp};
use js_sys::{Array, JsString};
use serde::Deserialize;
use uuid::Uuid;

/// In UTF-16 units. A page of larger rows is cut short, and its link leads on: an isolate has 128 MB for all its requests.
const MAX_PAGE_LENGTH: u32 = 6 * 1024 * 1024;

/// The rows that one caller may see.
pub struct CallerStore<'a> {
    pub(super) store: &'a Store,
    pub(super) user: &'a AuthUser,
    session: Option<String>,
    now: Timestamp,
}

/// A page of a list.
#[derive(Debug)]
pub struct ListPage {
    /// A JSON array.
    pub json: JsString,
    /// The last row of this page, where another page follows.
    pub last_of_page: Option<Uuid>,
}

impl<'a> CallerStore<'a> {
    /// The store for this caller.
    pub fn new(store: &'a Store, user: &'a AuthUser, now: Timestamp) -> Self {
        Self {
            store,
            user,
            session: user.session().map(|session| session.to_string()),
            now,
        }
    }

    /// The present moment as the caller's statements see it.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Makes sure that the session is require_active, where a request is refused for another reason and no query runs.
    ///
    /// # Errors
    /// [`StoreError::SessionEnded`] where it is not.
    pub async fn require_session(&self) -> Result<(), StoreError> {
        if self.session.is_none() {
            return Ok(());
        }
        let query = self.bind(statements::SESSION_IS_ACTIVE, &[])?;
        require_active(first(&self.store.read(&query).await?)?).map(|_| ())
    }

    /// One row as JSON, or `None` where there is no such row.
    pub(super) async fn read(&self, query: &Bound) -> Result<Option<JsString>, StoreError> {
        let row = require_active(first(&self.store.read(query).await?)?)?;
        Ok(Some(row).filter(|row| row.length() > 0))
    }

    /// A page of at most `limit` rows, from a query that gives one more where another page follows.
    pub(super) async fn page(&self, query: &Bound, limit: u16) -> Result<ListPage, StoreError> {
        let rows = self.store.read(query).await?;
        let mut another_follows = rows.length() > u32::from(limit);
        if another_follows {
            rows.pop();
        }
        if rows.length() > 0 && require_active(first(&rows)?)?.length() == 0 {
            return Err(StoreError::NotAdmin);
        }
        // A row is an array of one text, and JavaScript joins nested arrays: no row's text crosses into wasm.
        let mut json = rows.join(",");
        while json.length() > MAX_PAGE_LENGTH && rows.length() > 1 {
            rows.set_length(rows.length() / 2);
            json = rows.join(",");
            another_follows = true;
        }
        let last_of_page = if another_follows {
            Some(id_of(&rows, rows.length() - 1)?)
        } else {
            None
        };
        Ok(ListPage {
            json: JsString::from("[").concat(&json).concat(&"]".into()),
            last_of_page,
        })
    }

    /// Runs a statement that leaves no row where there is no such row or the session is not require_active, and asks in the same
    /// round trip which of the two it was.
    pub(super) async fn write(&self, query: Bound) -> Result<Option<JsString>, StoreError> {
        let session = self.bind(statements::SESSION_IS_ACTIVE, &[])?;
        let [session, written] = self.store.batch([session, query]).await?;
        require_active(session)?;
        Ok(written)
    }

    /// Puts the caller in front of the statement's own values.
    pub(super) fn bind(&self, statement: Statement, values: &[Value<'_>]) -> Result<Bound, StoreError> {
        let caller = [
            Value::Text(self.user.id().as_str()),
            Value::NullableText(self.session.as_deref()),
            Value::Number(self.now.milliseconds()),
        ];
        self.store.bind(statement, &[caller.as_slice(), values].concat())
    }
}

pub(super) fn require_active(answer: Option<JsString>) -> Result<JsString, StoreError> {
    answer.ok_or(StoreError::SessionEnded)
}

/// The identifier in the JSON of a row.
fn id_of(rows: &Array, index: u32) -> Result<Uuid, StoreError> {
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    let row = text(array(rows.get(index))?.get(0))?.ok_or_else(unexpected_row)?;
    Uuid::try_parse(&parse::<Id>(row)?.id).map_err(|_| unexpected_row())
}
