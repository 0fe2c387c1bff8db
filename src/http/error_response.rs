//! Error responses: one exhaustive match from each error to the status, the detail and the headers that the client receives.

use super::{oauth_error, response::ApiResponse};
use crate::{auth::token_error::TokenError, error::ApiError};
use serde::Serialize;
use std::borrow::Cow;

/// `Retry-After` in seconds if storage or the keys of an issuer are temporarily unavailable.
const UNAVAILABLE_RETRY_SECONDS: &str = "2";
/// `Retry-After` of the request rate limits: their period in wrangler.toml.
const RATE_LIMIT_PERIOD_SECONDS: &str = "60";

#[derive(Serialize)]
struct Detail<T> {
    detail: T,
}

fn error_response(status: u16, detail: impl Serialize) -> ApiResponse {
    // The fallback is never used: strings and lists of field errors always serialize.
    ApiResponse::from_value(status, &Detail { detail })
        .unwrap_or_else(|_| ApiResponse::json(500, r#"{"detail":"Internal Server Error"}"#.to_owned()))
}

fn unauthorized(detail: impl Serialize, challenge: impl Into<Cow<'static, str>>) -> ApiResponse {
    error_response(401, detail).with_header("WWW-Authenticate", challenge)
}

impl From<&ApiError> for ApiResponse {
    fn from(error: &ApiError) -> Self {
        match error {
            ApiError::HttpsRequired => error_response(403, "HTTPS required"),
            ApiError::TooManyRequests => {
                error_response(429, "Too many requests").with_header("Retry-After", RATE_LIMIT_PERIOD_SECONDS)
            }
            ApiError::NotOwner => error_response(403, "You can only access your own resources"),
            ApiError::NotAdmin => error_response(403, "Admin access required"),
            ApiError::StorageLimitReached => error_response(403, "Storage limit reached"),
            ApiError::UserNotFound => error_response(404, "User not found"),
            ApiError::LastAdmin { change } => error_response(409, format!("The last administrator cannot be {change}")),
            ApiError::NotFound => error_response(404, "Not Found"),
            ApiError::MethodNotAllowed { allow } => {
                error_response(405, "Method Not Allowed").with_header("Allow", allow.clone())
            }
            ApiError::BodyTooLarge => error_response(413, "Request body too large"),
            ApiError::UnsupportedMediaType { expected } => {
                error_response(415, format!("Unsupported media type: expected {expected}"))
            }
            ApiError::Validation(errors) => error_response(422, errors),
            ApiError::Token(rejection) => {
                let error = TokenError::from(rejection);
                unauthorized(error.to_string(), challenge(error))
            }
            ApiError::IssuerKeysUnavailable => error_response(503, "The issuer's keys are unavailable")
                .with_header("Retry-After", UNAVAILABLE_RETRY_SECONDS),
            ApiError::InvalidCredentials => unauthorized("Invalid credentials", "Bearer"),
            ApiError::IncorrectPassword => unauthorized("Incorrect username or password", "Bearer"),
            ApiError::CurrentPasswordIncorrect => error_response(403, "Current password is incorrect"),
            ApiError::AccountSuspended => error_response(403, "Account suspended"),
            ApiError::InvalidRefreshToken => unauthorized("Invalid refresh token", "Bearer"),
            ApiError::TooManySigninAttempts { retry_after_seconds } => error_response(429, "Too many sign-in attempts")
                .with_header("Retry-After", retry_after_seconds.to_string()),
            ApiError::EmailNotVerified => error_response(403, "Email not verified"),
            ApiError::EmailAlreadyVerified => error_response(409, "Email already verified"),
            ApiError::TooManyEmails { retry_after_seconds } => {
                error_response(429, "Too many emails").with_header("Retry-After", retry_after_seconds.to_string())
            }
            ApiError::EmailNotConfigured => error_response(503, "Email is not configured"),
            ApiError::InvalidLink => error_response(400, "Invalid or expired token"),
            ApiError::EmailTaken => error_response(409, "Email already registered"),
            ApiError::AlreadyRegistered => error_response(400, "User with this email already exists"),
            ApiError::SessionNotFound => error_response(404, "Session not found"),
            ApiError::TaskNotFound => error_response(404, "Task not found"),
            ApiError::Unavailable(_) => {
                error_response(503, "Service Unavailable").with_header("Retry-After", UNAVAILABLE_RETRY_SECONDS)
            }
            ApiError::OAuth(error) => oauth_error::add_members(Self::from(error.as_ref()), error),
            ApiError::ConfigError(_) | ApiError::Internal(_) => error_response(500, "Internal Server Error"),
        }
    }
}

/// The `WWW-Authenticate` challenge: without an error code if the request has no token (RFC 6750, section 3.1).
fn challenge(error: TokenError) -> Cow<'static, str> {
    match error {
        TokenError::HeaderMissing | TokenError::HeaderFormat => "Bearer".into(),
        TokenError::Invalid | TokenError::Expired | TokenError::MissingSubject | TokenError::Revoked => {
            format!(r#"Bearer error="invalid_token", error_description="{error}""#).into()
        }
    }
}
