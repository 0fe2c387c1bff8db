//! The routing table: a pure function from a method and a path to a [`Route`].
//!
//! A path is split before it is decoded, so that `%2F` is a slash within a segment (RFC 3986, section 2.2).

mod route;

pub use route::{AccountRoute, DocsFile, PrivateRoute, PublicRoute, Route, TaskRoute, UserRoute};

use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Why a request has no route.
#[derive(Debug, PartialEq, Eq)]
pub enum RouteError {
    /// The path does not exist.
    NotFound,
    /// The path exists, with the methods in this `Allow` header (RFC 9110, section 10.2.1).
    MethodNotAllowed(String),
}

/// The segments of a path, each percent-decoded once. An empty segment, other than one after a trailing slash, is in no route.
#[derive(Debug)]
pub struct Segments<'a>(Vec<Cow<'a, str>>);

impl<'a> Segments<'a> {
    /// Splits and decodes a path. A segment that is not UTF-8 stays encoded.
    pub fn of(path: &'a str) -> Self {
        let path = path.strip_suffix('/').unwrap_or(path);
        let decode = |segment| {
            percent_decode_str(segment)
                .decode_utf8()
                .unwrap_or(Cow::Borrowed(segment))
        };
        Self(path.split('/').skip(1).map(decode).collect())
    }
}

impl<'a> Route<'a> {
    /// Finds the route of a method and a path. Ignores a trailing slash, and routes HEAD like GET.
    ///
    /// # Errors
    /// [`RouteError`]
    pub fn parse(method: &str, path: &'a Segments<'_>) -> Result<Self, RouteError> {
        use AccountRoute::{
            ChangeEmail, ChangePassword, EndOtherSessions, EndSession, Export, RequestVerification, Sessions,
        };
        use DocsFile::{OpenApi, Page, PageScript, ViewerScript, ViewerStyle};
        use PrivateRoute::{Account, ChangeProfileOf, ProfileOf, Task, TaskOf, User, Users};
        use PublicRoute::{
            ConfirmEmail, ForgotPassword, Refresh, Register, ResetPassword, Revoke, Session, SignIn, SignOut, SignUp,
            Token, VerifyEmail,
        };
        use Route::{Docs, Health, OAuthMetadata, Private, Public};
        use UserRoute::EndSessions;

        let segments: Vec<&str> = path.0.iter().map(AsRef::as_ref).collect();
        if segments.contains(&"") {
            return Err(RouteError::NotFound);
        }
        match segments.as_slice() {
            ["api", "health"] => choose(method, &[("GET", Health)]),
            ["api", "auth", "signup"] => choose(method, &[("POST", Public(SignUp))]),
            ["api", "auth", "signin"] => choose(method, &[("POST", Public(SignIn))]),
            ["api", "auth", "refresh"] => choose(method, &[("POST", Public(Refresh))]),
            ["api", "auth", "signout"] => choose(method, &[("POST", Public(SignOut))]),
            ["api", "auth", "session"] => choose(method, &[("GET", Public(Session))]),
            ["api", "auth", "password", "forgot"] => choose(method, &[("POST", Public(ForgotPassword))]),
            ["api", "auth", "password", "reset"] => choose(method, &[("POST", Public(ResetPassword))]),
            ["api", "auth", "email"] => choose(method, &[("POST", Private(Account(ChangeEmail)))]),
            ["api", "auth", "email", "verification"] => {
                choose(method, &[("POST", Private(Account(RequestVerification)))])
            }
            ["api", "auth", "email", "verify"] => choose(method, &[("POST", Public(VerifyEmail))]),
            ["api", "auth", "email", "confirm"] => choose(method, &[("POST", Public(ConfirmEmail))]),
            ["api", "auth", "password"] => choose(method, &[("POST", Private(Account(ChangePassword)))]),
            ["api", "auth", "sessions"] => choose(
                method,
                &[
                    ("GET", Private(Account(Sessions))),
                    ("DELETE", Private(Account(EndOtherSessions))),
                ],
            ),
            ["api", "auth", "sessions", id] => choose(method, &[("DELETE", Private(Account(EndSession(id))))]),
            ["api", "auth", "account", "export"] => choose(method, &[("GET", Private(Account(Export)))]),
            ["api", "auth", "account", "delete"] => choose(method, &[("POST", Private(Account(AccountRoute::Delete)))]),
            ["auth", "register"] => choose(method, &[("POST", Public(Register))]),
            ["auth", "token"] => choose(method, &[("POST", Public(Token))]),
            ["auth", "revoke"] => choose(method, &[("POST", Public(Revoke))]),
            [".well-known", "oauth-authorization-server"] => choose(method, &[("GET", OAuthMetadata)]),
            ["api", "tasks"] | ["tasks"] => choose(method, &all_tasks(|route| Private(Task(route)))),
            ["api", "tasks", id] | ["tasks", id] => choose(method, &one_task(id, |route| Private(Task(route)))),
            ["api", "users", user, "todos"] => choose(method, &all_tasks(|route| Private(TaskOf(user, route)))),
            ["api", "users", user, "todos", id] => choose(method, &one_task(id, |route| Private(TaskOf(user, route)))),
            ["api", "users", user, "profile"] => choose(
                method,
                &[
                    ("GET", Private(ProfileOf(user))),
                    ("PATCH", Private(ChangeProfileOf(user))),
                ],
            ),
            ["api", "admin", "users"] => choose(method, &[("GET", Private(Users))]),
            ["api", "admin", "users", id] => choose(method, &one_user(id)),
            ["api", "admin", "users", id, "sessions"] => choose(method, &[("DELETE", Private(User(id, EndSessions)))]),
            ["openapi.json"] => choose(method, &[("GET", Docs(OpenApi))]),
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

fn one_user(id: &str) -> Choices<'_, 3> {
    let user = |route| Route::Private(PrivateRoute::User(id, route));
    [
        ("GET", user(UserRoute::Read)),
        ("PATCH", user(UserRoute::Update)),
        ("DELETE", user(UserRoute::Delete)),
    ]
}

/// Returns the route of this method, or an error with the methods that the path has.
fn choose<'a>(method: &str, routes: &[(&str, Route<'a>)]) -> Result<Route<'a>, RouteError> {
    let routed_as = if method == "HEAD" { "GET" } else { method };
    if let Some((_, route)) = routes.iter().find(|(method, _)| *method == routed_as) {
        return Ok(*route);
    }
    let allow = routes
        .iter()
        .map(|(method, _)| if *method == "GET" { "GET, HEAD" } else { method });
    Err(RouteError::MethodNotAllowed(allow.collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests;
