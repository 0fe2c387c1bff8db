//! The caller's tasks: `/api/tasks`, `/tasks` and `/api/users/{user_id}/todos`.

use super::paging;
use crate::{
    auth::{guard::AuthUser, keys::Keyring},
    context::RequestContext,
    domain::{
        ids::{TaskId, UserId},
        problem::Problem,
        task::{Description, NewTask, Order, TaskChanges, Title},
    },
    error::ApiError,
    http::{
        answer::Answer,
        body::read_json,
        cursor::List,
        fields::read_body,
        query::{parse_boolean, read_query},
        request::Request,
    },
    random,
    router::TaskRoute,
    store::{caller::CallerStore, tasks::TaskPage},
};
use js_sys::JsString;

/// A request that has passed every check but the session's, which the store makes along with the query.
pub enum Command {
    /// A page of the list.
    List(TaskPage),
    /// A new task.
    Create(NewTask),
    /// One task.
    Read(TaskId),
    /// Changes to one task.
    Update(TaskId, TaskChanges),
    /// One task less.
    Delete(TaskId),
}

impl Command {
    /// Reads what the route, the query and the body ask for.
    ///
    /// # Errors
    /// [`ApiError`], of which the caller may only learn when the session is alive.
    pub async fn parse(
        route: TaskRoute<'_>,
        request: &Request,
        context: &RequestContext<'_>,
        user: &AuthUser,
    ) -> Result<Self, ApiError> {
        Ok(match route {
            TaskRoute::List => Self::List(parse_page(context.incoming.url.query, user.id(), &context.config.keys)?),
            TaskRoute::Create => Self::Create(parse_new_task(&read_json(request).await?)?),
            TaskRoute::Read(id) => Self::Read(parse_id(id)?),
            TaskRoute::Update(id) => {
                // The body first: what is no identifier must not be told from one that is nobody's.
                let changes = parse_changes(&read_json(request).await?)?;
                Self::Update(parse_id(id)?, changes)
            }
            TaskRoute::Delete(id) => Self::Delete(parse_id(id)?),
        })
    }

    /// Whether it changes nothing.
    pub fn is_read(&self) -> bool {
        matches!(self, Self::List(_) | Self::Read(_))
    }

    /// Does it.
    ///
    /// # Errors
    /// [`ApiError`]
    pub async fn run(
        &self,
        store: &CallerStore<'_>,
        context: &RequestContext<'_>,
        user: &AuthUser,
    ) -> Result<Answer, ApiError> {
        let found = |task: Option<JsString>| task.map(|task| Answer::json(200, task)).ok_or(ApiError::TaskNotFound);
        match self {
            Self::List(page) => {
                let page = store.tasks(page).await?;
                Ok(paging::answer(List::Tasks, page, context, user))
            }
            Self::Create(task) => {
                let id = TaskId::new(context.now, &random::bytes()?);
                let task = store.create_task(id, task).await?;
                let location = format!("{}/{id}", context.incoming.url.path.trim_end_matches('/'));
                Ok(Answer::json(201, task).with_header("Location", location))
            }
            Self::Read(id) => found(store.read_task(*id).await?),
            Self::Update(id, changes) => found(store.update_task(*id, changes).await?),
            Self::Delete(id) => match store.delete_task(*id).await? {
                Some(()) => Ok(Answer::json(200, r#"{"detail":"Task deleted"}"#.to_owned())),
                None => Err(ApiError::TaskNotFound),
            },
        }
    }
}

/// What is no identifier is no task: the answer does not tell the two apart.
fn parse_id(id: &str) -> Result<TaskId, ApiError> {
    TaskId::parse(id).ok_or(ApiError::TaskNotFound)
}

pub(super) fn parse_new_task(body: &[u8]) -> Result<NewTask, ApiError> {
    read_body(body, |fields| {
        let title = fields.required_text("title", Title::parse);
        let description = fields.nullable_text("description", Description::parse);
        let completed = fields.boolean("completed");
        Some(NewTask {
            title: title?,
            description: description?.flatten(),
            completed: completed?.unwrap_or(false),
        })
    })
}

pub(super) fn parse_changes(body: &[u8]) -> Result<TaskChanges, ApiError> {
    read_body(body, |fields| {
        let title = fields.text("title", Title::parse);
        let description = fields.nullable_text("description", Description::parse);
        let completed = fields.boolean("completed");
        Some(TaskChanges {
            title: title?,
            description: description?,
            completed: completed?,
        })
    })
}

pub(super) fn parse_page(query: &str, user: &UserId, keys: &Keyring) -> Result<TaskPage, ApiError> {
    read_query(query, |fields| {
        let completed = fields.parameter("completed", parse_boolean);
        let order = fields.parameter("order", |text| match text {
            "asc" => Ok(Order::Ascending),
            "desc" => Ok(Order::Descending),
            _ => Err(Problem::Enum("'asc' or 'desc'")),
        });
        let limit = paging::limit(fields);
        let after = paging::after(List::Tasks, fields, user, keys);
        Some(TaskPage {
            completed: completed?,
            order: order?.unwrap_or(Order::Ascending),
            limit: limit?,
            after: after?,
        })
    })
}
