//! Every error that a request can end with. `http::error_response` defines the response to each.

use crate::{
    auth::{
        ownership::NotOwner, password_hash::HashError, token_rejection::TokenRejection, trusted_issuer::IssuerError,
    },
    config::ConfigError,
    domain::validation::FieldError,
    platform::log::Event,
    rate_limit::signin::LimiterUnavailable,
    router::RouteError,
    store::StoreError,
};

/// Why a request fails.
#[derive(Debug)]
pub enum ApiError {
    /// The request came over plain http where https is required.
    HttpsRequired,
    /// The request exceeds a request rate limit.
    TooManyRequests,
    /// The path names another user than the caller.
    NotOwner,
    /// The route is for administrators only.
    NotAdmin,
    /// The caller's tasks would take more bytes than one user's may.
    StorageLimitReached,
    /// There is no such user.
    UserNotFound,
    /// No administrator would remain.
    LastAdmin {
        /// What was to be done to the last one, as a participle.
        change: &'static str,
    },
    /// The path does not exist.
    NotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed {
        /// The path's methods, for the `Allow` header (RFC 9110, section 10.2.1).
        allow: String,
    },
    /// The body exceeds the route's maximum size.
    BodyTooLarge,
    /// The content type is not the one that the route accepts.
    UnsupportedMediaType {
        /// The accepted content type.
        expected: &'static str,
    },
    /// The body or the query is invalid; one entry per invalid field.
    Validation(Vec<FieldError>),
    /// The access token is missing or invalid.
    Token(TokenRejection),
    /// No key of the token's issuer is known, so that nothing can be said about the token; `platform/key_set.js` logs the cause.
    IssuerKeysUnavailable,
    /// The password is wrong or the address unknown; the response does not reveal which.
    InvalidCredentials,
    /// The same on the password grant route, which has its own message.
    IncorrectPassword,
    /// The password that confirms a change is wrong; the caller is signed in.
    CurrentPasswordIncorrect,
    /// An administrator has suspended the user; the password is right.
    AccountSuspended,
    /// The refresh token is invalid, expired, reused, or its session has ended.
    InvalidRefreshToken,
    /// The account's sign-in attempts are used up.
    TooManySigninAttempts {
        /// For the `Retry-After` header.
        retry_after_seconds: u64,
    },
    /// The password is right, but the address is not verified.
    EmailNotVerified,
    /// The address is verified already.
    EmailAlreadyVerified,
    /// The address has received as many emails as it may in an hour.
    TooManyEmails {
        /// For the `Retry-After` header.
        retry_after_seconds: u64,
    },
    /// Email is not configured.
    EmailNotConfigured,
    /// The token of a link is forged, expired or used, or what it is bound to has changed.
    InvalidLink,
    /// Another account has the email address.
    EmailTaken,
    /// The same on the register route, which has its own status and message.
    AlreadyRegistered,
    /// The user has no such session.
    SessionNotFound,
    /// The user has no such task.
    TaskNotFound,
    /// The settings are invalid; the reasons are only logged.
    ConfigError(ConfigError),
    /// Storage is temporarily unavailable; the cause is only logged.
    Unavailable(String),
    /// Any other failure; the cause is only logged.
    Internal(String),
    /// One of the above at an OAuth2 endpoint, whose error body has more members (RFC 6749, section 5.2).
    OAuth(Box<ApiError>),
}

impl ApiError {
    /// Returns the log event of an error whose cause the response does not contain; `client_ip` is for the events that name
    /// the client.
    pub fn event<'a>(&'a self, client_ip: &'a str) -> Option<Event<'a>> {
        match self {
            Self::Token(reason) if reason.is_logged() => Some(Event::TokenRejected {
                reason: reason.to_string(),
                client_ip,
            }),
            Self::ConfigError(error) => Some(Event::ConfigError { cause: &error.reasons }),
            Self::Unavailable(cause) | Self::Internal(cause) => Some(Event::UnhandledError { cause }),
            Self::OAuth(error) => error.event(client_ip),
            _ => None,
        }
    }
}

impl From<FieldError> for ApiError {
    fn from(error: FieldError) -> Self {
        Self::Validation(vec![error])
    }
}

impl From<NotOwner> for ApiError {
    fn from(_: NotOwner) -> Self {
        Self::NotOwner
    }
}

impl From<RouteError> for ApiError {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::NotFound => Self::NotFound,
            RouteError::MethodNotAllowed(allow) => Self::MethodNotAllowed { allow },
        }
    }
}

impl From<TokenRejection> for ApiError {
    fn from(rejection: TokenRejection) -> Self {
        Self::Token(rejection)
    }
}

impl From<IssuerError> for ApiError {
    fn from(error: IssuerError) -> Self {
        match error {
            IssuerError::Rejected(rejection) => Self::Token(rejection),
            IssuerError::KeysUnavailable => Self::IssuerKeysUnavailable,
            IssuerError::Failed(cause) => Self::Internal(cause),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::SessionInactive => Self::Token(TokenRejection::SessionEnded),
            StoreError::NotAdmin => Self::NotAdmin,
            StoreError::StorageLimitReached => Self::StorageLimitReached,
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            StoreError::Failed(cause) => Self::Internal(cause),
        }
    }
}

impl From<ConfigError> for ApiError {
    fn from(error: ConfigError) -> Self {
        Self::ConfigError(error)
    }
}

impl From<worker::Error> for ApiError {
    fn from(error: worker::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<LimiterUnavailable> for ApiError {
    fn from(error: LimiterUnavailable) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<getrandom::Error> for ApiError {
    fn from(error: getrandom::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<HashError> for ApiError {
    fn from(error: HashError) -> Self {
        Self::Internal(error.to_string())
    }
}
