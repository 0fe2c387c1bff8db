//! The caller's tasks: `/api/tasks`.

use crate::{
    app::RequestContext,
    auth::guard::AuthUser,
    domain::{
        ids::TaskId,
        problem::Problem,
        task::{Description, NewTask, Order, TaskChanges, Title},
    },
    error::ApiError,
    http::{
        answer::Answer,
        body::read_json,
        cursor,
        fields::{parse_boolean, parse_integer, read_body, read_query},
    },
    random,
    router::TaskRoute,
    store::tasks::{Page, UserTasks},
};
use worker::Request;

const MAX_LIMIT: i64 = 500;
const DEFAULT_LIMIT: u16 = 100;

/// A request that has passed every check but the session's, which the store makes along with the query.
pub enum Command {
    /// A page of the list.
    List(Page),
    /// A new task, under this identifier.
    Create(TaskId, NewTask),
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
        request: &mut Request,
        context: &RequestContext<'_>,
        user: &AuthUser,
    ) -> Result<Self, ApiError> {
        Ok(match route {
            TaskRoute::List => Self::List(parse_page(context, user)?),
            TaskRoute::Create => {
                let task = parse_new_task(&read_json(request).await?)?;
                Self::Create(TaskId::new(context.now, &random::bytes()?), task)
            }
            TaskRoute::Read(id) => Self::Read(parse_id(id)?),
            TaskRoute::Update(id) => {
                let id = parse_id(id)?;
                Self::Update(id, parse_changes(&read_json(request).await?)?)
            }
            TaskRoute::Delete(id) => Self::Delete(parse_id(id)?),
        })
    }

    /// Does it.
    ///
    /// # Errors
    /// [`ApiError`]
    pub async fn run(
        self,
        tasks: &UserTasks<'_>,
        context: &RequestContext<'_>,
        user: &AuthUser,
    ) -> Result<Answer, ApiError> {
        let found = |task: Option<String>| task.map(|task| Answer::json(200, task)).ok_or(ApiError::TaskNotFound);
        match self {
            Self::List(page) => {
                let page = tasks.list(&page).await?;
                let answer = Answer::json(200, page.json);
                Ok(match page.last_of_page {
                    None => answer,
                    Some(last) => {
                        let cursor = cursor::seal(last, user.id(), &context.config.keys);
                        answer.with_header("Link", next_link(context, &cursor))
                    }
                })
            }
            Self::Create(id, task) => {
                let task = tasks.create(id, &task).await?;
                let location = format!("{}/{id}", context.incoming.path.trim_end_matches('/'));
                Ok(Answer::json(201, task).with_header("Location", location))
            }
            Self::Read(id) => found(tasks.read(id).await?),
            Self::Update(id, changes) => found(tasks.update(id, &changes).await?),
            Self::Delete(id) => match tasks.delete(id).await? {
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

fn parse_new_task(body: &[u8]) -> Result<NewTask, ApiError> {
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

fn parse_changes(body: &[u8]) -> Result<TaskChanges, ApiError> {
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

fn parse_page(context: &RequestContext<'_>, user: &AuthUser) -> Result<Page, ApiError> {
    read_query(context.incoming.query, |fields| {
        let completed = fields.parameter("completed", parse_boolean);
        let order = fields.parameter("order", |text| match text {
            "asc" => Ok(Order::Ascending),
            "desc" => Ok(Order::Descending),
            _ => Err(Problem::Enum("'asc' or 'desc'")),
        });
        let limit = fields.parameter("limit", |text| {
            let limit = parse_integer(text, 1, MAX_LIMIT)?;
            u16::try_from(limit).map_err(|_| Problem::LessThanEqual(MAX_LIMIT))
        });
        let after = fields.parameter("after", |text| cursor::open(text, user.id(), &context.config.keys));
        Some(Page {
            completed: completed?,
            order: order?.unwrap_or(Order::Ascending),
            limit: limit?.unwrap_or(DEFAULT_LIMIT),
            after: after?,
        })
    })
}

/// The same request, from this cursor on (RFC 8288), as a reference that resolves against whatever host was called.
fn next_link(context: &RequestContext<'_>, cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(form_urlencoded::parse(context.incoming.query.as_bytes()).filter(|(name, _)| name != "after"));
    query.append_pair("after", cursor);
    format!("<{}?{}>; rel=\"next\"", context.incoming.path, query.finish())
}
