//! What the client hears of each error: one exhaustive match to status, detail and headers.

use super::response::ApiResponse;
use crate::{auth::token_error::TokenError, error::ApiError};
use serde::Serialize;
use std::borrow::Cow;

/// Seconds after which a client may try again where storage was briefly away.
const RETRY_SOON: &str = "2";
/// The period of both rate limits in wrangler.toml.
const FLOOD_PERIOD_SECONDS: &str = "60";

#[derive(Serialize)]
struct Detail<T> {
    detail: T,
}

fn answer(status: u16, detail: impl Serialize) -> ApiResponse {
    // Texts and lists of texts can always be written.
    ApiResponse::from_value(status, &Detail { detail })
        .unwrap_or_else(|_| ApiResponse::json(500, r#"{"detail":"Internal Server Error"}"#.to_owned()))
}

fn unauthorized(detail: impl Serialize, challenge: impl Into<Cow<'static, str>>) -> ApiResponse {
    answer(401, detail).with_header("WWW-Authenticate", challenge)
}

impl From<&ApiError> for ApiResponse {
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
            ApiError::ConfigError(_) | ApiError::Internal(_) => answer(500, "Internal Server Error"),
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
