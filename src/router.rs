//! The whole table of routes. Pure: a method and a path in, a [`Route`] out.

use crate::rate_limit::requests::RequestLimit;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// Is the service there? Answered without settings, token or storage.
    Health,
    /// What the service says of itself.
    Docs(DocsFile),
    /// Anybody may.
    Public(PublicRoute),
    /// Only with a good token.
    Private(PrivateRoute<'a>),
}

/// What anybody may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicRoute {
    /// A new account.
    SignUp,
    /// A new session.
    SignIn,
    /// The next generation of a session.
    Refresh,
    /// Who is calling, if anybody we know.
    Session,
    /// A new account, not signed in.
    Register,
    /// A new session by OAuth2's password grant (RFC 6749, section 4.3).
    PasswordGrant,
}

/// The files in which the service describes itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocsFile {
    /// The OpenAPI 3.1 document.
    Description,
    /// The page to read and try it.
    Page,
    /// The page's own script.
    PageScript,
    /// The viewer's script.
    ViewerScript,
    /// The viewer's style sheet.
    ViewerStyle,
}

/// What only a verified caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateRoute<'a> {
    /// The end of the caller's session.
    SignOut,
    /// Something of the caller's tasks.
    Task(TaskRoute<'a>),
    /// The same, by a path that names whose they are.
    TaskOf(&'a str, TaskRoute<'a>),
    /// The caller's profile, by a path that names whose it is.
    ProfileOf(&'a str),
    /// All users, for administrators.
    Users,
}

/// What can be done with tasks; the text is what stands in the path for the task's identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskRoute<'a> {
    /// A page of them.
    List,
    /// A new one.
    Create,
    /// One of them.
    Read(&'a str),
    /// Changes to one.
    Update(&'a str),
    /// One less.
    Delete(&'a str),
}

impl PrivateRoute<'_> {
    /// The user whom the path names: such a route is open to that user alone.
    pub const fn owner(&self) -> Option<&str> {
        match self {
            Self::TaskOf(owner, _) | Self::ProfileOf(owner) => Some(owner),
            Self::SignOut | Self::Task(_) | Self::Users => None,
        }
    }

    /// The rate limit that counts the route's requests.
    pub const fn request_limit(&self) -> RequestLimit {
        match self {
            Self::SignOut => RequestLimit::Authentication,
            Self::Task(_) | Self::TaskOf(..) | Self::ProfileOf(_) | Self::Users => RequestLimit::Resources,
        }
    }
}

/// Why a request has no route.
#[derive(Debug, PartialEq, Eq)]
pub enum RouteError {
    /// No such path.
    NotFound,
    /// The path is there, under the methods of this `Allow` header (RFC 9110, section 10.2.1).
    MethodNotAllowed(String),
}

impl<'a> Route<'a> {
    /// Finds the route of a method and a path. A slash at the end does not count, and HEAD is GET.
    ///
    /// # Errors
    /// [`RouteError`]
    pub fn parse(method: &str, path: &'a str) -> Result<Self, RouteError> {
        use DocsFile::{Description, Page, PageScript, ViewerScript, ViewerStyle};
        use PrivateRoute::{ProfileOf, SignOut, Task, TaskOf, Users};
        use PublicRoute::{PasswordGrant, Refresh, Register, Session, SignIn, SignUp};
        use Route::{Docs, Health, Private, Public};

        let path = path.strip_suffix('/').unwrap_or(path);
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        if segments.contains(&"") {
            return Err(RouteError::NotFound);
        }
        match segments.as_slice() {
            ["api", "health"] => choose(method, &[("GET", Health)]),
            ["api", "auth", "signup"] => choose(method, &[("POST", Public(SignUp))]),
            ["api", "auth", "signin"] => choose(method, &[("POST", Public(SignIn))]),
            ["api", "auth", "refresh"] => choose(method, &[("POST", Public(Refresh))]),
            ["api", "auth", "signout"] => choose(method, &[("POST", Private(SignOut))]),
            ["api", "auth", "session"] => choose(method, &[("GET", Public(Session))]),
            ["auth", "register"] => choose(method, &[("POST", Public(Register))]),
            ["auth", "token"] => choose(method, &[("POST", Public(PasswordGrant))]),
            ["api", "tasks"] | ["tasks"] => choose(method, &all_tasks(|route| Private(Task(route)))),
            ["api", "tasks", id] | ["tasks", id] => choose(method, &one_task(id, |route| Private(Task(route)))),
            ["api", "users", user, "todos"] => choose(method, &all_tasks(|route| Private(TaskOf(user, route)))),
            ["api", "users", user, "todos", id] => choose(method, &one_task(id, |route| Private(TaskOf(user, route)))),
            ["api", "users", user, "profile"] => choose(method, &[("GET", Private(ProfileOf(user)))]),
            ["api", "admin", "users"] => choose(method, &[("GET", Private(Users))]),
            ["openapi.json"] => choose(method, &[("GET", Docs(Description))]),
            ["docs"] => choose(method, &[("GET", Docs(Page))]),
            ["docs", "page.js"] => choose(method, &[("GET", Docs(PageScript))]),
            ["docs", "swagger-ui-bundle.js"] => choose(method, &[("GET", Docs(ViewerScript))]),
            ["docs", "swagger-ui.css"] => choose(method, &[("GET", Docs(ViewerStyle))]),
            _ => Err(RouteError::NotFound),
        }
    }
}

type Choices<'a, const N: usize> = [(&'static str, Route<'a>); N];

fn all_tasks<'a>(route: impl Fn(TaskRoute<'a>) -> Route<'a>) -> Choices<'a, 2> {
    [("GET", route(TaskRoute::List)), ("POST", route(TaskRoute::Create))]
}

fn one_task<'a>(id: &'a str, route: impl Fn(TaskRoute<'a>) -> Route<'a>) -> Choices<'a, 4> {
    [
        ("GET", route(TaskRoute::Read(id))),
        ("PUT", route(TaskRoute::Update(id))),
        ("PATCH", route(TaskRoute::Update(id))),
        ("DELETE", route(TaskRoute::Delete(id))),
    ]
}

/// The route under this method, or the methods that there are.
fn choose<'a>(method: &str, routes: &[(&str, Route<'a>)]) -> Result<Route<'a>, RouteError> {
    let wanted = if method == "HEAD" { "GET" } else { method };
    if let Some((_, route)) = routes.iter().find(|(method, _)| *method == wanted) {
        return Ok(*route);
    }
    let allow = routes
        .iter()
        .map(|(method, _)| if *method == "GET" { "GET, HEAD" } else { method });
    Err(RouteError::MethodNotAllowed(allow.collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_does_not_count() {
        let list = Ok(Route::Private(PrivateRoute::Task(TaskRoute::List)));
        assert_eq!(Route::parse("GET", "/api/tasks"), list);
        assert_eq!(Route::parse("GET", "/api/tasks/"), list);
        assert_eq!(
            Route::parse("GET", "/api/tasks/7/"),
            Route::parse("GET", "/api/tasks/7")
        );
        for nowhere in ["/api/tasks//", "//api/tasks", "", "/", "/api/tasks/7/8", "/API/TASKS"] {
            assert_eq!(Route::parse("GET", nowhere), Err(RouteError::NotFound), "{nowhere}");
        }
    }

    #[test]
    fn head_is_get() {
        assert_eq!(Route::parse("HEAD", "/api/health"), Ok(Route::Health));
    }

    #[test]
    fn a_wrong_method_learns_the_right_ones() {
        for (method, path, allow) in [
            ("POST", "/api/health", "GET, HEAD"),
            ("HEAD", "/api/auth/signin", "POST"),
            ("DELETE", "/api/tasks", "GET, HEAD, POST"),
            ("POST", "/api/tasks/7", "GET, HEAD, PUT, PATCH, DELETE"),
            ("get", "/api/tasks", "GET, HEAD, POST"),
        ] {
            let refused = Err(RouteError::MethodNotAllowed(allow.to_owned()));
            assert_eq!(Route::parse(method, path), refused, "{method} {path}");
        }
    }
}
