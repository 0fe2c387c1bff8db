//! One user's tasks. Nothing here can be reached without an [`AuthUser`], and nothing here sees another user's rows.

use super::{Bound, Store, StoreError, first_row, statements};
use crate::{
    auth::guard::AuthUser,
    clock::Timestamp,
    domain::{
        ids::TaskId,
        task::{Description, NewTask, Order, TaskChanges, Title},
    },
};
use js_sys::{Array, JsString};
use serde::Deserialize;
use statements::Statement;
use wasm_bindgen::JsCast;
use worker::D1Type;

/// Sorts before every identifier.
const BEFORE_ALL: &str = "";
/// Sorts after every identifier.
const AFTER_ALL: &str = "~";

/// Which part of a list is asked for.
#[derive(Debug)]
pub struct Page {
    /// Only tasks that are done, or only those that are not.
    pub completed: Option<bool>,
    /// Oldest or newest first.
    pub order: Order,
    /// Tasks at most.
    pub limit: u16,
    /// The last task of the page before.
    pub after: Option<TaskId>,
}

/// A page of a list.
#[derive(Debug)]
pub struct Tasks {
    /// A JSON array.
    pub json: String,
    /// The last task of this page, where another page follows.
    pub last_of_page: Option<TaskId>,
}

/// The tasks of one verified caller.
pub struct UserTasks<'a> {
    store: &'a Store,
    user_id: &'a str,
    session: Option<String>,
    now: Timestamp,
}

/// A task's JSON, empty where there is no such task, or NULL where the session is not alive.
#[derive(Deserialize)]
struct Answer {
    answer: Option<String>,
}

impl<'a> UserTasks<'a> {
    /// The tasks of this caller.
    pub fn new(store: &'a Store, user: &'a AuthUser, now: Timestamp) -> Self {
        Self {
            store,
            user_id: user.id().as_str(),
            session: user.session().map(|session| session.to_string()),
            now,
        }
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

    /// A page of the list. Reads the rows that it shows, and one more to know whether another page follows.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn list(&self, page: &Page) -> Result<Tasks, StoreError> {
        let after = page.after.map(|after| after.to_string());
        let (unfiltered, filtered, start) = match page.order {
            Order::Ascending => (
                statements::TASKS_ASCENDING,
                statements::TASKS_BY_COMPLETED_ASCENDING,
                BEFORE_ALL,
            ),
            Order::Descending => (
                statements::TASKS_DESCENDING,
                statements::TASKS_BY_COMPLETED_DESCENDING,
                AFTER_ALL,
            ),
        };
        let start = D1Type::Text(after.as_deref().unwrap_or(start));
        let look_ahead = D1Type::Integer(i32::from(page.limit) + 1);
        let query = match page.completed {
            None => self.bind(unfiltered, [start, look_ahead])?,
            Some(completed) => self.bind(filtered, [start, look_ahead, D1Type::Boolean(completed)])?,
        };
        let rows = self.store.read_rows(&query).await?;
        let another_follows = rows.length() > u32::from(page.limit);
        if another_follows {
            rows.pop();
        }
        let last = rows.get(rows.length().saturating_sub(1)).dyn_into::<Array>();
        let last = last.ok().map(|row| row.get(0));
        if last.as_ref().is_some_and(|task| task.is_null()) {
            return Err(StoreError::SessionEnded);
        }
        // A row is an array of one text, and JavaScript joins nested arrays: all rows cross into wasm as one string.
        let json = format!("[{}]", rows.join(","));
        let last_of_page = match last {
            Some(task) if another_follows => Some(id_of(task.unchecked_into())?),
            _ => None,
        };
        Ok(Tasks { json, last_of_page })
    }

    /// A task as JSON, or `None` where the user has no such task.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn read(&self, id: TaskId) -> Result<Option<String>, StoreError> {
        let query = self.bind(statements::TASK, [D1Type::Text(&id.to_string())])?;
        let task = alive(self.store.read_row(&query).await?)?;
        Ok(Some(task).filter(|task| !task.is_empty()))
    }

    /// Makes a task, and gives it as JSON.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn create(&self, id: TaskId, task: &NewTask) -> Result<String, StoreError> {
        let query = self.bind(
            statements::CREATE_TASK,
            [
                D1Type::Text(&id.to_string()),
                D1Type::Text(task.title.as_str()),
                nullable(task.description.as_ref().map(Description::as_str)),
                D1Type::Boolean(task.completed),
                D1Type::Text(&self.now.to_string()),
            ],
        )?;
        alive(self.store.write_row(&query).await?)
    }

    /// Changes a task and gives it as JSON, or `None` where the user has no such task.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn update(&self, id: TaskId, changes: &TaskChanges) -> Result<Option<String>, StoreError> {
        let description = changes.description.as_ref().and_then(Option::as_ref);
        let query = self.bind(
            statements::UPDATE_TASK,
            [
                D1Type::Text(&id.to_string()),
                nullable(changes.title.as_ref().map(Title::as_str)),
                D1Type::Boolean(changes.description.is_some()),
                nullable(description.map(Description::as_str)),
                changes.completed.map_or(D1Type::Null, D1Type::Boolean),
                D1Type::Text(&self.now.to_string()),
            ],
        )?;
        self.write(query).await
    }

    /// Deletes a task: `None` where the user has no such task.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn delete(&self, id: TaskId) -> Result<Option<()>, StoreError> {
        let query = self.bind(statements::DELETE_TASK, [D1Type::Text(&id.to_string())])?;
        Ok(self.write(query).await?.map(|_| ()))
    }

    /// Runs a statement that leaves no row where there is no such task or the session is not alive, and asks in the same
    /// round trip which of the two it was.
    async fn write(&self, query: Bound) -> Result<Option<String>, StoreError> {
        let session = self.bind(statements::SESSION_IS_ALIVE, [])?;
        let [session, written] = self.store.batch([session, query]).await?;
        alive(first_row(&session)?)?;
        Ok(first_row::<Answer>(&written)?.and_then(|row| row.answer))
    }

    /// Puts the caller in front of the statement's own values.
    fn bind<const N: usize>(&self, statement: Statement, values: [D1Type<'_>; N]) -> Result<Bound, StoreError> {
        let caller = [
            D1Type::Text(self.user_id),
            nullable(self.session.as_deref()),
            D1Type::Real(self.now.as_f64()),
        ];
        let all: Vec<D1Type<'_>> = caller.into_iter().chain(values).collect();
        self.store.bind(statement, &all)
    }
}

fn nullable(text: Option<&str>) -> D1Type<'_> {
    text.map_or(D1Type::Null, D1Type::Text)
}

fn alive(row: Option<Answer>) -> Result<String, StoreError> {
    row.and_then(|row| row.answer).ok_or(StoreError::SessionEnded)
}

/// The identifier with which a task's JSON begins.
fn id_of(task: JsString) -> Result<TaskId, StoreError> {
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    serde_json::from_str::<Id>(&String::from(task))
        .ok()
        .and_then(|task| TaskId::parse(&task.id))
        .ok_or_else(|| StoreError::Broken("a task without an identifier".to_owned()))
}
