//! OAuth2's members of an error body: `error` and `error_description` (RFC 6749, section 5.2) beside this service's `detail`,
//! since client libraries decide by `error` whether a request failed.

use super::response::ApiResponse;
use crate::{
    domain::{
        json::JsonObject,
        validation::{FieldError, FieldErrorKind},
    },
    error::ApiError,
};
use serde::Serialize;

#[derive(Serialize)]
struct Members {
    error: &'static str,
    error_description: String,
}

/// Adds the members to the response of an OAuth2 endpoint's error.
pub fn add_members(mut response: ApiResponse, error: &ApiError) -> ApiResponse {
    let code = error_code(error, response.status());
    if let Some(body) = response.text_mut() {
        append_members(body, error, code);
    }
    response
}

/// Continues the JSON object `{"detail":…}`.
fn append_members(body: &mut String, error: &ApiError, code: &'static str) {
    let members = Members {
        error: code,
        error_description: describe(error, body),
    };
    if let Ok(members) = serde_json::to_string(&members)
        && let Some(rest) = members.strip_prefix('{')
        && body.pop().is_some()
    {
        body.push(',');
        body.push_str(rest);
    }
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
fn describe(error: &ApiError, body: &str) -> String {
    let text = match error {
        ApiError::Validation(errors) => errors.iter().map(describe_field).collect::<Vec<_>>().join("; "),
        _ => JsonObject::parse(body)
            .ok()
            .and_then(|body| body.text("detail"))
            .unwrap_or_default(),
    };
    text.chars().filter(|c| is_description_character(*c)).collect()
}

fn describe_field(error: &FieldError) -> String {
    format!("{}: {}", error.field.unwrap_or("body"), error.kind.message())
}

/// `%x20-21 / %x23-5B / %x5D-7E`: printable ASCII without the double quote and the backslash.
const fn is_description_character(c: char) -> bool {
    matches!(c, '\x20'..='\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invalid(field: Option<&'static str>, kind: FieldErrorKind) -> FieldError {
        FieldError {
            source: "body",
            field,
            kind,
        }
    }

    #[test]
    fn a_description_is_the_detail_in_the_characters_that_oauth2_allows() {
        let of_detail = |body: &str| describe(&ApiError::InvalidRefreshToken, body);
        assert_eq!(
            of_detail(r#"{"detail":"Invalid refresh token"}"#),
            "Invalid refresh token"
        );
        assert_eq!(of_detail(r#"{"detail":"a \"b\" \\ c\n\u00e9\u007f~"}"#), "a b  c~");
        let errors = vec![
            invalid(Some("username"), FieldErrorKind::Missing),
            invalid(None, FieldErrorKind::JsonInvalid),
        ];
        let description = describe(&ApiError::Validation(errors), "");
        assert_eq!(description, "username: Field required; body: JSON decode error");
    }

    #[test]
    fn the_members_follow_the_detail() {
        let mut body = r#"{"detail":"Invalid refresh token"}"#.to_owned();
        append_members(&mut body, &ApiError::InvalidRefreshToken, "invalid_grant");
        let expected = concat!(
            r#"{"detail":"Invalid refresh token","error":"invalid_grant","#,
            r#""error_description":"Invalid refresh token"}"#
        );
        assert_eq!(body, expected);
    }

    #[test]
    fn every_status_has_its_code() {
        let grant = |field, kind| ApiError::Validation(vec![invalid(Some(field), kind)]);
        for (error, status, code) in [
            (ApiError::IncorrectPassword, 401, "invalid_grant"),
            (ApiError::InvalidRefreshToken, 401, "invalid_grant"),
            (ApiError::AccountSuspended, 403, "invalid_request"),
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
