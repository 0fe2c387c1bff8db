//! What the routing table finds: each route as a value, and what the rest of the service needs to know of it.

use crate::rate_limit::requests::RequestLimit;

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
