//! The caller's tasks: `/api/tasks`, `/tasks` and `/api/users/{user_id}/todos`.

use crate::{
    auth::{guard::AuthUser, keys::Keyring},
    context::RequestContext,
    domain::{
        ids::{TaskId, UserId},
        task::{Description, NewTask, Order, TaskChanges, Title},
        validation::FieldErrorKind,
    },
    error::ApiError,
    http::{
        body_fields::read_body,
        query_fields::{parse_boolean, read_query},
        read_replication,
        request::Request,
        response::ApiResponse,
    },
    pagination::{self, cursor::List},
    platform::random,
    router::TaskRoute,
    store::{Store, caller::CallerStore, tasks::TaskPage},
};
use js_sys::JsString;

/// A parsed request. Only the session is not checked yet: the store does that in the same round trip as the query.
pub enum Command {
    /// List a page of tasks.
    List(TaskPage),
    /// Create a task.
    Create(NewTask),
    /// Read one task.
    Read(TaskId),
    /// Update one task.
    Update(TaskId, TaskChanges),
    /// Delete one task.
    Delete(TaskId),
}

impl Command {
    /// Parses the path, the query and the body; also returns the context to execute the command in, whose time is the one
    /// at which the body was complete.
    pub async fn parse<'a>(
        route: TaskRoute<'_>,
        request: &Request,
        context: &RequestContext<'a>,
        user: &AuthUser,
    ) -> (Result<Self, ApiError>, RequestContext<'a>) {
        let without_body = match route {
            TaskRoute::List => parse_page(context.meta.url.query, user.id(), &context.config.keys).map(Self::List),
            TaskRoute::Read(id) => parse_id(id).map(Self::Read),
            TaskRoute::Delete(id) => parse_id(id).map(Self::Delete),
            TaskRoute::Create => {
                let (body, context) = context.receive_task(request).await;
                return (body.and_then(|body| parse_new_task(&body)).map(Self::Create), context);
            }
            TaskRoute::Update(id) => {
                let (body, context) = context.receive_task(request).await;
                // Validate the body first, so that a malformed id behaves like an unknown one.
                let changes = body.and_then(|body| parse_changes(&body));
                let command = changes.and_then(|changes| Ok(Self::Update(parse_id(id)?, changes)));
                return (command, context);
            }
        };
        (without_body, *context)
    }

    /// Whether this may be the first write of another issuer's caller, which decides the home.
    pub fn creates(&self) -> bool {
        matches!(self, Self::Create(_))
    }

    fn is_read(&self) -> bool {
        matches!(self, Self::List(_) | Self::Read(_))
    }

    async fn run(
        &self,
        store: &CallerStore<'_>,
        context: &RequestContext<'_>,
        user: &AuthUser,
    ) -> Result<ApiResponse, ApiError> {
        let found = |task: Option<JsString>| {
            task.map(|task| ApiResponse::json(200, task))
                .ok_or(ApiError::TaskNotFound)
        };
        match self {
            Self::List(page) => {
                let page = store.tasks(page).await?;
                Ok(pagination::page_response(List::Tasks, page, context, user))
            }
            Self::Create(task) => {
                let id = TaskId::new(context.now, &random::bytes()?);
                let task = store.create_task(id, task, context.config.storage_limit).await?;
                let location = format!("{}/{id}", context.meta.url.path_reference().trim_end_matches('/'));
                Ok(ApiResponse::json(201, task).with_header("Location", location))
            }
            Self::Read(id) => found(store.read_task(*id).await?),
            Self::Update(id, changes) => found(store.update_task(*id, changes, context.config.storage_limit).await?),
            Self::Delete(id) => match store.delete_task(*id).await? {
                Some(()) => Ok(ApiResponse::json(200, r#"{"detail":"Task deleted"}"#.to_owned())),
                None => Err(ApiError::TaskNotFound),
            },
        }
    }
}

/// Executes a command in the caller's home: on its primary database, or, where replicas may serve reads, as [`read_replication`] decides.
///
/// # Errors
/// [`ApiError`]
pub async fn execute(
    command: &Command,
    request: &Request,
    home: &Store,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<ApiResponse, ApiError> {
    let run_on = async |store: &Store| {
        let caller = CallerStore::new(store, None, user, context.now);
        command.run(&caller, context, user).await
    };
    match context.config.read_replication {
        true => read_replication::run(command.is_read(), request, home, run_on).await,
        false => run_on(home).await,
    }
}

/// Reports a malformed id like the id of a task that does not exist.
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
            _ => Err(FieldErrorKind::Enum("'asc' or 'desc'")),
        });
        let limit = pagination::limit(fields);
        let after = pagination::after(List::Tasks, fields, user, keys);
        Some(TaskPage {
            completed: completed?,
            order: order?.unwrap_or(Order::Ascending),
            limit: limit?,
            after: after?,
        })
    })
}
