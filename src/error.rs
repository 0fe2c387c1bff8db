//! Every way in which a request can fail, and what the client hears of it.

use crate::{
    auth::{claims::TokenError, password_hash::HashError},
    config::SettingsRefused,
    http::{answer::Answer, fields::FieldError},
    log::Event,
    router::NoRoute,
    store::StoreError,
};
use serde::Serialize;
use std::borrow::Cow;

/// Seconds after which a client may try again where storage was briefly away.
const RETRY_SOON: &str = "2";

/// Why a request fails.
#[derive(Debug)]
pub enum ApiError {
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
    /// A refresh token that moves no session on.
    InvalidRefreshToken,
    /// The account's attempts are used up.
    TooManySigninAttempts {
        /// For the `Retry-After` header.
        retry_after_seconds: u64,
    },
    /// The address has an account.
    EmailTaken,
    /// No such task of this user.
    TaskNotFound,
    /// Settings are refused; the reasons are for the log.
    SettingsRefused(SettingsRefused),
    /// Storage did not answer; the cause is for the log.
    Unavailable(String),
    /// Anything else; the cause is for the log.
    Internal(String),
}

impl ApiError {
    /// The log line that this error is worth, where the client is not told the cause.
    pub fn event(&self) -> Option<Event<'_>> {
        match self {
            Self::SettingsRefused(SettingsRefused(cause)) => Some(Event::SettingsRefused { cause }),
            Self::Unavailable(cause) | Self::Internal(cause) => Some(Event::UnhandledError { cause }),
            _ => None,
        }
    }
}

#[derive(Serialize)]
struct Detail<T> {
    detail: T,
}

fn answer(status: u16, detail: impl Serialize) -> Answer {
    // Texts and lists of texts can always be written.
    Answer::of(status, &Detail { detail })
        .unwrap_or_else(|_| Answer::json(500, r#"{"detail":"Internal Server Error"}"#.to_owned()))
}

fn unauthorized(detail: impl Serialize, challenge: impl Into<Cow<'static, str>>) -> Answer {
    answer(401, detail).with_header("WWW-Authenticate", challenge)
}

impl From<&ApiError> for Answer {
    fn from(error: &ApiError) -> Self {
        match error {
            ApiError::NotFound => answer(404, "Not Found"),
            ApiError::MethodNotAllowed { allow } => {
                answer(405, "Method Not Allowed").with_header("Allow", allow.clone())
            }
            ApiError::BodyTooLarge => answer(413, "Request body too large"),
            ApiError::UnsupportedMediaType { expected } => {
                answer(415, format!("Unsupported media type: expected {expected}"))
            }
            ApiError::Validation(errors) => answer(422, errors),
            ApiError::Token(error) => unauthorized(error.to_string(), challenge(*error)),
            ApiError::InvalidCredentials => unauthorized("Invalid credentials", "Bearer"),
            ApiError::InvalidRefreshToken => unauthorized("Invalid refresh token", "Bearer"),
            ApiError::TooManySigninAttempts { retry_after_seconds } => {
                answer(429, "Too many sign-in attempts").with_header("Retry-After", retry_after_seconds.to_string())
            }
            ApiError::EmailTaken => answer(409, "Email already registered"),
            ApiError::TaskNotFound => answer(404, "Task not found"),
            ApiError::Unavailable(_) => answer(503, "Service Unavailable").with_header("Retry-After", RETRY_SOON),
            ApiError::SettingsRefused(_) | ApiError::Internal(_) => answer(500, "Internal Server Error"),
        }
    }
}

/// RFC 6750, section 3: a request without a token is told only the scheme.
fn challenge(error: TokenError) -> Cow<'static, str> {
    match error {
        TokenError::HeaderMissing | TokenError::HeaderFormat => "Bearer".into(),
        TokenError::Invalid | TokenError::Expired | TokenError::MissingSubject | TokenError::Revoked => {
            format!(r#"Bearer error="invalid_token", error_description="{error}""#).into()
        }
    }
}

impl From<NoRoute> for ApiError {
    fn from(none: NoRoute) -> Self {
        match none {
            NoRoute::NotFound => Self::NotFound,
            NoRoute::MethodNotAllowed(allow) => Self::MethodNotAllowed { allow },
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
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
            StoreError::Broken(cause) => Self::Internal(cause),
        }
    }
}

impl From<SettingsRefused> for ApiError {
    fn from(refused: SettingsRefused) -> Self {
        Self::SettingsRefused(refused)
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
