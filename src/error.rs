//! Every way in which a request can fail. What the client hears of it stands in `http::refusal`.

use crate::{
    auth::{ownership::NotOwner, password_hash::HashError, token_error::TokenError},
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
    /// Plain http, where only https is served.
    HttpsRequired,
    /// More requests than any honest client sends.
    TooManyRequests,
    /// The path names somebody else.
    NotYourResource,
    /// Only administrators may.
    NotAdmin,
    /// The caller is no user of ours.
    UserNotFound,
    /// No such path.
    NotFound,
    /// The path is there, under these methods.
    MethodNotAllowed {
        /// For the `Allow` header (RFC 9110, section 10.2.1).
        allow: String,
    },
    /// More than 64 KiB.
    BodyTooLarge,
    /// Not the content type that the route takes.
    UnsupportedMediaType {
        /// The one it takes.
        expected: &'static str,
    },
    /// Broken fields, each with what is wrong.
    Validation(Vec<FieldError>),
    /// The token is missing or not good.
    Token(TokenError),
    /// Wrong password or unknown address: nobody learns which.
    InvalidCredentials,
    /// The same in the words of OAuth2's password grant.
    IncorrectPassword,
    /// A refresh token that moves no session on.
    InvalidRefreshToken,
    /// The account's attempts are used up.
    TooManySigninAttempts {
        /// For the `Retry-After` header.
        retry_after_seconds: u64,
    },
    /// The address has an account.
    EmailTaken,
    /// The same in the words of the register route.
    AlreadyRegistered,
    /// No such task of this user.
    TaskNotFound,
    /// Settings are refused; the reasons are for the log.
    ConfigError(ConfigError),
    /// Storage did not answer; the cause is for the log.
    Unavailable(String),
    /// Anything else; the cause is for the log.
    Internal(String),
}

impl ApiError {
    /// The log line that this error is worth, where the client is not told the cause.
    pub fn event(&self) -> Option<Event<'_>> {
        match self {
            Self::ConfigError(refused) => Some(Event::ConfigError {
                cause: &refused.reasons,
            }),
            Self::Unavailable(cause) | Self::Internal(cause) => Some(Event::UnhandledError { cause }),
            _ => None,
        }
    }
}

impl From<NotOwner> for ApiError {
    fn from(_: NotOwner) -> Self {
        Self::NotYourResource
    }
}

impl From<RouteError> for ApiError {
    fn from(none: RouteError) -> Self {
        match none {
            RouteError::NotFound => Self::NotFound,
            RouteError::MethodNotAllowed(allow) => Self::MethodNotAllowed { allow },
        }
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::SessionEnded => Self::Token(TokenError::Revoked),
            StoreError::NotAdmin => Self::NotAdmin,
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            StoreError::Broken(cause) => Self::Internal(cause),
        }
    }
}

impl From<ConfigError> for ApiError {
    fn from(refused: ConfigError) -> Self {
        Self::ConfigError(refused)
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
