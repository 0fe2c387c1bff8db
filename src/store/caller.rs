//! The store as one verified caller may use it. Nothing here can be reached without an [`AuthUser`], and every statement
//! looks at the caller's session in the same round trip.

use super::{Bound, Store, StoreError, first_row, statements, statements::Statement};
use crate::{auth::guard::AuthUser, clock::Timestamp};
use js_sys::{Array, JsString};
use serde::Deserialize;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
use worker::D1Type;

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
    pub json: String,
    /// The last row of this page, where another page follows.
    pub last_of_page: Option<Uuid>,
}

/// A row's JSON, empty where there is no such row, or NULL where the session is not alive.
#[derive(Deserialize)]
pub(super) struct Answer {
    pub(super) answer: Option<String>,
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

    /// Makes sure that the session is alive, where a request is refused for another reason and no query runs.
    ///
    /// # Errors
    /// [`StoreError::SessionEnded`] where it is not.
    pub async fn require_session(&self) -> Result<(), StoreError> {
        if self.session.is_none() {
            return Ok(());
        }
        let query = self.bind(statements::SESSION_IS_ALIVE, [])?;
        alive(self.store.read_row(&query).await?).map(|_| ())
    }

    /// One row as JSON, or `None` where there is no such row.
    pub(super) async fn read(&self, query: &Bound) -> Result<Option<String>, StoreError> {
        let row = alive(self.store.read_row(query).await?)?;
        Ok(Some(row).filter(|row| !row.is_empty()))
    }

    /// A page of at most `limit` rows, from a query that gives one more where another page follows.
    pub(super) async fn page(&self, query: &Bound, limit: u16) -> Result<ListPage, StoreError> {
        let rows = self.store.read_rows(query).await?;
        let mut another_follows = rows.length() > u32::from(limit);
        if another_follows {
            rows.pop();
        }
        if rows.length() > 0 {
            match only_column(&rows.get(0)).map(|first| first.dyn_into::<JsString>()) {
                Some(Ok(row)) if row.length() > 0 => {}
                Some(Ok(_)) => return Err(StoreError::NotAdmin),
                Some(Err(first)) if first.is_null() => return Err(StoreError::SessionEnded),
                _ => return Err(StoreError::Broken("a row that is no text".to_owned())),
            }
        }
        // A row is an array of one text, and JavaScript joins nested arrays: all rows cross into wasm as one string.
        let mut json = rows.join(",");
        while json.length() > MAX_PAGE_LENGTH && rows.length() > 1 {
            rows.set_length(rows.length() / 2);
            json = rows.join(",");
            another_follows = true;
        }
        let last_of_page = if another_follows {
            let last = only_column(&rows.get(rows.length().saturating_sub(1)));
            Some(id_of(last.and_then(|row| row.as_string()))?)
        } else {
            None
        };
        Ok(ListPage {
            // Put together where the text is, which copies nothing.
            json: JsString::from("[").concat(&json).concat(&"]".into()).into(),
            last_of_page,
        })
    }

    /// Runs a statement that leaves no row where there is no such row or the session is not alive, and asks in the same
    /// round trip which of the two it was.
    pub(super) async fn write(&self, query: Bound) -> Result<Option<String>, StoreError> {
        let session = self.bind(statements::SESSION_IS_ALIVE, [])?;
        let [session, written] = self.store.batch([session, query]).await?;
        alive(first_row(&session)?)?;
        Ok(first_row::<Answer>(&written)?.and_then(|row| row.answer))
    }

    /// Puts the caller in front of the statement's own values.
    pub(super) fn bind<const N: usize>(
        &self,
        statement: Statement,
        values: [D1Type<'_>; N],
    ) -> Result<Bound, StoreError> {
        let caller = [
            D1Type::Text(self.user.id().as_str()),
            nullable(self.session.as_deref()),
            D1Type::Real(self.now.as_f64()),
        ];
        let all: Vec<D1Type<'_>> = caller.into_iter().chain(values).collect();
        self.store.bind(statement, &all)
    }
}

pub(super) fn nullable(text: Option<&str>) -> D1Type<'_> {
    text.map_or(D1Type::Null, D1Type::Text)
}

pub(super) fn alive(row: Option<Answer>) -> Result<String, StoreError> {
    row.and_then(|row| row.answer).ok_or(StoreError::SessionEnded)
}

fn only_column(row: &JsValue) -> Option<JsValue> {
    row.dyn_ref::<Array>().map(|columns| columns.get(0))
}

/// The identifier in a row's JSON.
fn id_of(row: Option<String>) -> Result<Uuid, StoreError> {
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    let id = row.and_then(|row| serde_json::from_str::<Id>(&row).ok());
    id.and_then(|row| Uuid::try_parse(&row.id).ok())
        .ok_or_else(|| StoreError::Broken("a row without an identifier".to_owned()))
}
