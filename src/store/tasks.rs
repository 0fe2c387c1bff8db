//! The caller's own tasks.

use super::{
    StoreError, Value,
    caller::{CallerStore, ListPage, require_active},
    first,
    page_size::can_exceed_maximum,
    statements,
};
use crate::domain::{
    ids::TaskId,
    task::{Description, NewTask, Order, StorageLimit, TaskChanges, Title},
};
use js_sys::JsString;

/// Sorts before every identifier.
const BEFORE_ALL: &str = "";
/// Sorts after every identifier.
const AFTER_ALL: &str = "~";

/// The part of the list that a request selects.
#[derive(Debug)]
pub struct TaskPage {
    /// Only tasks whose `completed` has this value, or all tasks.
    pub completed: Option<bool>,
    /// Oldest or newest first.
    pub order: Order,
    /// The maximum number of tasks.
    pub limit: u16,
    /// The last task of the previous page.
    pub after: Option<String>,
}

impl CallerStore<'_> {
    /// Reads a page of the list: only the rows that it returns, and one more to know whether another page follows.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn tasks(&self, page: &TaskPage) -> Result<ListPage, StoreError> {
        let (unfiltered, filtered) = match (can_exceed_maximum(page.limit), page.order) {
            (false, Order::Ascending) => (statements::TASKS_ASCENDING, statements::TASKS_BY_COMPLETED_ASCENDING),
            (false, Order::Descending) => (statements::TASKS_DESCENDING, statements::TASKS_BY_COMPLETED_DESCENDING),
            (true, Order::Ascending) => (
                statements::LONG_TASKS_ASCENDING,
                statements::LONG_TASKS_BY_COMPLETED_ASCENDING,
            ),
            (true, Order::Descending) => (
                statements::LONG_TASKS_DESCENDING,
                statements::LONG_TASKS_BY_COMPLETED_DESCENDING,
            ),
        };
        let start = match page.order {
            Order::Ascending => BEFORE_ALL,
            Order::Descending => AFTER_ALL,
        };
        let start = Value::Text(page.after.as_deref().unwrap_or(start));
        let look_ahead = Value::Number(u64::from(page.limit) + 1);
        let query = match page.completed {
            None => self.bind(unfiltered, &[start, look_ahead])?,
            Some(completed) => self.bind(filtered, &[start, look_ahead, Value::Boolean(completed)])?,
        };
        self.page(&self.store.read(&query).await?, page.limit)
    }

    /// Reads a task as JSON; returns `None` if the user has no such task.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn read_task(&self, id: TaskId) -> Result<Option<JsString>, StoreError> {
        let query = self.bind(statements::TASK, &[Value::Text(&id.to_string())])?;
        self.read(&query).await
    }

    /// Creates a task and returns it as JSON.
    ///
    /// # Errors
    /// [`StoreError::StorageLimitReached`], or any other [`StoreError`]
    pub async fn create_task(&self, id: TaskId, task: &NewTask, limit: StorageLimit) -> Result<JsString, StoreError> {
        let query = self.bind(
            statements::CREATE_TASK,
            &[
                Value::Text(&id.to_string()),
                Value::Text(task.title.as_str()),
                Value::NullableText(task.description.as_ref().map(Description::as_str)),
                Value::Boolean(task.completed),
                Value::Text(&self.now().to_string()),
                Value::Number(limit.bytes()),
            ],
        )?;
        let rows = self.store.write(&query).await.map_err(storage_limit_error)?;
        require_active(first(&rows)?)
    }

    /// Updates a task and returns it as JSON, or `None` if the user has no such task.
    ///
    /// # Errors
    /// [`StoreError::StorageLimitReached`], or any other [`StoreError`]
    pub async fn update_task(
        &self,
        id: TaskId,
        changes: &TaskChanges,
        limit: StorageLimit,
    ) -> Result<Option<JsString>, StoreError> {
        let description = changes.description.as_ref().and_then(Option::as_ref);
        let query = self.bind(
            statements::UPDATE_TASK,
            &[
                Value::Text(&id.to_string()),
                Value::NullableText(changes.title.as_ref().map(Title::as_str)),
                Value::Boolean(changes.description.is_some()),
                Value::NullableText(description.map(Description::as_str)),
                Value::NullableBoolean(changes.completed),
                Value::Text(&self.now().to_string()),
                Value::Number(limit.bytes()),
            ],
        )?;
        self.write(query).await.map_err(storage_limit_error)
    }

    /// Deletes a task; returns `None` if the user has no such task.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn delete_task(&self, id: TaskId) -> Result<Option<()>, StoreError> {
        let query = self.bind(statements::DELETE_TASK, &[Value::Text(&id.to_string())])?;
        Ok(self.write(query).await?.map(|_| ()))
    }
}

/// Recognizes the error by which `CREATE_TASK` and `UPDATE_TASK` report the storage limit: titles are never NULL otherwise.
fn storage_limit_error(error: StoreError) -> StoreError {
    match error {
        StoreError::Failed(cause) if cause.contains("NOT NULL constraint failed: tasks.title") => {
            StoreError::StorageLimitReached
        }
        other => other,
    }
}
