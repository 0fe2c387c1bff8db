//! Every way in which a request can fail, and what the client hears of it.

use crate::{
    auth::{claims::TokenError, password_hash::HashError},
    config::SettingsRefused,
    http::{answer::Answer, fields::FieldError},
    limiter::client::LimiterUnavailable,
    log::Event,
    router::NoRoute,
    store::StoreError,
};
use serde::Serialize;
use std::borrow::Cow;

/// Seconds after which a client may try again where storage was briefly away.
const RETRY_SOON: &str = "2";
/// The period of both rate limits in wrangler.toml.
const FLOOD_PERIOD_SECONDS: &str = "60";

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
            Self::SettingsRefused(refused) => Some(Event::SettingsRefused {
                cause: &refused.reasons,
            }),
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
            ApiError::HttpsRequired => answer(403, "HTTPS required"),
            ApiError::TooManyRequests => {
                answer(429, "Too many requests").with_header("Retry-After", FLOOD_PERIOD_SECONDS)
            }
            ApiError::NotYourResource => answer(403, "You can only access your own resources"),
            ApiError::NotAdmin => answer(403, "Admin access required"),
            ApiError::UserNotFound => answer(404, "User not found"),
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
            ApiError::IncorrectPassword => unauthorized("Incorrect username or password", "Bearer"),
            ApiError::InvalidRefreshToken => unauthorized("Invalid refresh token", "Bearer"),
            ApiError::TooManySigninAttempts { retry_after_seconds } => {
                answer(429, "Too many sign-in attempts").with_header("Retry-After", retry_after_seconds.to_string())
            }
            ApiError::EmailTaken => answer(409, "Email already registered"),
            ApiError::AlreadyRegistered => answer(400, "User with this email already exists"),
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
            StoreError::NotAdmin => Self::NotAdmin,
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
