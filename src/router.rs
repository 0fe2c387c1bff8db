//! The routing table: a pure function from a method and a path to a [`Route`].
//!
//! A path is split before it is decoded, so that `%2F` is a slash within a segment (RFC 3986, section 2.2).

use crate::rate_limit::requests::RequestLimit;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// The route of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// The health check, which needs no settings, token or storage.
    Health,
    /// OAuth2's server metadata (RFC 8414), which needs no token or storage.
    OAuthMetadata,
    /// The API documentation.
    Docs(DocsFile),
    /// A route that needs no token.
    Public(PublicRoute),
    /// A route that requires a valid token.
    Private(PrivateRoute<'a>),
}

/// Routes that need no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicRoute {
    /// Create an account and sign in.
    SignUp,
    /// Create a session.
    SignIn,
    /// Rotate a session to its next generation.
    Refresh,
    /// Describe the caller, or return null for an anonymous one.
    Session,
    /// Create an account without signing in.
    Register,
    /// OAuth2's token endpoint: create or rotate a session (RFC 6749, sections 4.3 and 6).
    Token,
    /// OAuth2's revocation endpoint: end a session by one of its tokens (RFC 7009).
    Revoke,
    /// End a session by its access token, or by its refresh token without one.
    SignOut,
    /// Send a link that sets a new password.
    ForgotPassword,
    /// Set a new password by such a link.
    ResetPassword,
    /// Verify an address by a link.
    VerifyEmail,
    /// Change an account's address by a link.
    ConfirmEmail,
}

/// The files of the API documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocsFile {
    /// The OpenAPI 3.1 document.
    OpenApi,
    /// The interactive page.
    Page,
    /// The page's own script.
    PageScript,
    /// The viewer's script.
    ViewerScript,
    /// The viewer's style sheet.
    ViewerStyle,
}

/// Routes that require a valid token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivateRoute<'a> {
    /// An operation on the caller's tasks.
    Task(TaskRoute<'a>),
    /// The same, with the owner in the path.
    TaskOf(&'a str, TaskRoute<'a>),
    /// The caller's profile, with the owner in the path.
    ProfileOf(&'a str),
    /// Change the caller's profile, with the owner in the path.
    ChangeProfileOf(&'a str),
    /// An operation on the caller's account.
    Account(AccountRoute<'a>),
    /// List all users, for administrators.
    Users,
    /// An operation on any user, for administrators; the text is the path segment of the user's id, not validated yet.
    User(&'a str, UserRoute),
}

/// Operations of administrators on a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserRoute {
    /// Read the user.
    Read,
    /// Change the role, suspend the user, or end a suspension.
    Update,
    /// Delete the user with everything stored about them.
    Delete,
    /// End all sessions of the user.
    EndSessions,
}

/// Operations on the caller's account, below `/api/auth`; the text is the path segment of the session's id, not validated yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountRoute<'a> {
    /// Change the password, which ends every session.
    ChangePassword,
    /// Send a link that verifies the caller's address.
    RequestVerification,
    /// Send a link that changes the caller's address.
    ChangeEmail,
    /// List the active sessions.
    Sessions,
    /// End one session.
    EndSession(&'a str),
    /// End every session but the caller's.
    EndOtherSessions,
    /// Download the user, the sessions and all tasks.
    Export,
    /// Delete the user with everything stored about them.
    Delete,
}

/// Operations on tasks; the text is the path segment of the task's id, not validated yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskRoute<'a> {
    /// List a page of tasks.
    List,
    /// Create a task.
    Create,
    /// Read one task.
    Read(&'a str),
    /// Update one task.
    Update(&'a str),
    /// Delete one task.
    Delete(&'a str),
}

impl PublicRoute {
    /// The rate limit that counts the route's requests.
    pub const fn request_limit(self) -> RequestLimit {
        match self {
            Self::SignIn | Self::Token | Self::ForgotPassword => RequestLimit::SignIn,
            Self::Refresh => RequestLimit::Refresh,
            Self::SignUp
            | Self::Register
            | Self::Session
            | Self::Revoke
            | Self::SignOut
            | Self::ResetPassword
            | Self::VerifyEmail
            | Self::ConfirmEmail => RequestLimit::Authentication,
        }
    }

    /// Whether the route cannot work unless email is configured.
    pub const fn needs_email(self) -> bool {
        matches!(self, Self::ForgotPassword)
    }

    /// Whether the route is an OAuth2 endpoint, whose errors have the form of RFC 6749.
    pub const fn is_oauth_endpoint(self) -> bool {
        matches!(self, Self::Token | Self::Revoke)
    }
}

impl PrivateRoute<'_> {
    /// Whether the route cannot work unless email is configured.
    pub const fn needs_email(&self) -> bool {
        matches!(
            self,
            Self::Account(AccountRoute::RequestVerification | AccountRoute::ChangeEmail)
        )
    }

    /// Whether the route is only for users of this service, whose password or address it concerns.
    pub const fn needs_own_user(&self) -> bool {
        matches!(
            self,
            Self::Account(AccountRoute::ChangePassword | AccountRoute::RequestVerification | AccountRoute::ChangeEmail)
        )
    }

    /// The rate limit that counts the route's requests by client address, before the token is verified; `None` where they are
    /// counted by session afterwards.
    pub const fn request_limit(&self) -> Option<RequestLimit> {
        match self {
            Self::Account(
                AccountRoute::ChangePassword
                | AccountRoute::RequestVerification
                | AccountRoute::ChangeEmail
                | AccountRoute::Delete,
            ) => Some(RequestLimit::SignIn),
            Self::Account(_) => Some(RequestLimit::Authentication),
            Self::Task(_)
            | Self::TaskOf(..)
            | Self::ProfileOf(_)
            | Self::ChangeProfileOf(_)
            | Self::Users
            | Self::User(..) => None,
        }
    }

    /// Whether the route takes a JSON body of the common size; tasks are larger, and read their own. A caller without a session
    /// has no password here that would confirm a deletion.
    pub const fn has_json_body(&self, has_session: bool) -> bool {
        match self {
            Self::ChangeProfileOf(_)
            | Self::Account(AccountRoute::ChangePassword | AccountRoute::ChangeEmail)
            | Self::User(_, UserRoute::Update) => true,
            Self::Account(AccountRoute::Delete) => has_session,
            _ => false,
        }
    }

    /// The user named in the path, who alone may call the route.
    pub const fn owner(&self) -> Option<&str> {
        match self {
            Self::TaskOf(owner, _) | Self::ProfileOf(owner) | Self::ChangeProfileOf(owner) => Some(owner),
            Self::Task(_) | Self::Users | Self::User(..) | Self::Account(_) => None,
        }
    }
}

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
