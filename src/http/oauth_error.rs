//! OAuth2's members of an error body: `error` and `error_description` (RFC 6749, section 5.2) beside this service's `detail`,
//! since client libraries decide by `error` whether a request failed.

use super::response::ApiResponse;
use crate::{
    domain::validation::{FieldError, FieldErrorKind},
    error::ApiError,
};
use serde_json::{Map, Value};

/// Adds the members to the response of an OAuth2 endpoint's error.
pub fn add_members(response: ApiResponse, error: &ApiError) -> ApiResponse {
    let code = error_code(error, response.status());
    response.update_json(|body| insert(body, code))
}

fn insert(body: &mut Map<String, Value>, code: &str) {
    let description = body.get("detail").map(describe).unwrap_or_default();
    body.insert("error".to_owned(), code.into());
    body.insert("error_description".to_owned(), description.into());
}

/// RFC 6749 has no codes for 429, 500 and 503 at the token endpoint: they are those of section 4.1.2.1.
fn error_code(error: &ApiError, status: u16) -> &'static str {
    match (error, status) {
        (ApiError::Validation(errors), _) if errors.iter().any(is_unknown_grant) => "unsupported_grant_type",
        (_, 401) => "invalid_grant",
        (_, 429 | 503) => "temporarily_unavailable",
        (_, 500..) => "server_error",
        _ => "invalid_request",
    }
}

fn is_unknown_grant(error: &FieldError) -> bool {
    error.field == Some("grant_type") && matches!(error.kind, FieldErrorKind::Enum(_))
}

/// The `detail` as one line of the characters that an `error_description` may have.
fn describe(detail: &Value) -> String {
    let text = match detail {
        Value::String(text) => text.clone(),
        Value::Array(errors) => errors.iter().map(describe_field).collect::<Vec<_>>().join("; "),
        _ => String::new(),
    };
    text.chars().filter(|c| is_description_character(*c)).collect()
}

fn describe_field(error: &Value) -> String {
    let field = error.pointer("/loc/1").and_then(Value::as_str).unwrap_or("body");
    let message = error.get("msg").and_then(Value::as_str).unwrap_or_default();
    format!("{field}: {message}")
}

/// `%x20-21 / %x23-5B / %x5D-7E`: printable ASCII without the double quote and the backslash.
const fn is_description_character(c: char) -> bool {
    matches!(c, '\x20'..='\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_description_is_the_detail_in_the_characters_that_oauth2_allows() {
        for (detail, description) in [
            (json!("Invalid refresh token"), "Invalid refresh token"),
            (json!("a \"b\" \\ c\n\u{e9}\u{7f}~"), "a b  c~"),
            (
                json!([
                    {"loc": ["body", "username"], "msg": "Field required"},
                    {"loc": ["body"], "msg": "JSON decode error"}
                ]),
                "username: Field required; body: JSON decode error",
            ),
        ] {
            assert_eq!(describe(&detail), description);
        }
    }

    #[test]
    fn every_status_has_its_code() {
        let grant = |field, kind| {
            ApiError::Validation(vec![FieldError {
                source: "body",
                field: Some(field),
                kind,
            }])
        };
        for (error, status, code) in [
            (ApiError::IncorrectPassword, 401, "invalid_grant"),
            (ApiError::InvalidRefreshToken, 401, "invalid_grant"),
            (ApiError::BodyTooLarge, 413, "invalid_request"),
            (grant("username", FieldErrorKind::Missing), 422, "invalid_request"),
            (grant("grant_type", FieldErrorKind::StringType), 422, "invalid_request"),
            (
                grant("grant_type", FieldErrorKind::Enum("")),
                422,
                "unsupported_grant_type",
            ),
            (ApiError::TooManyRequests, 429, "temporarily_unavailable"),
            (ApiError::Internal(String::new()), 500, "server_error"),
            (ApiError::Unavailable(String::new()), 503, "temporarily_unavailable"),
        ] {
            assert_eq!(error_code(&error, status), code, "{error:?}");
        }
    }
}
