//! Reads the parameters of a query, and reports the errors of all invalid parameters in one response.

#[cfg(test)]
use super::field_recorder;
use crate::{
    domain::validation::{FieldError, FieldErrorKind},
    error::ApiError,
};
use std::borrow::Cow;

/// A query's parameters (`application/x-www-form-urlencoded`); of several with the same name the last is used.
pub struct QueryFields<'a> {
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    errors: Vec<FieldError>,
}

/// Reads a query, without its question mark. `build` must read every parameter before it returns, so that all errors are
/// recorded.
///
/// # Errors
/// [`ApiError::Validation`] with the errors of all invalid parameters.
pub fn read_query<T>(query: &str, build: impl FnOnce(&mut QueryFields<'_>) -> Option<T>) -> Result<T, ApiError> {
    let mut fields = QueryFields {
        parameters: form_urlencoded::parse(query.as_bytes()).collect(),
        errors: Vec::new(),
    };
    match build(&mut fields) {
        Some(built) if fields.errors.is_empty() => Ok(built),
        _ => Err(ApiError::Validation(fields.errors)),
    }
}

impl QueryFields<'_> {
    /// Reads a parameter that may be absent. Returns `None` if it is invalid, and records the error.
    pub fn parameter<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, FieldErrorKind>,
    ) -> Option<Option<T>> {
        #[cfg(test)]
        field_recorder::record(field, "query");
        let last = self.parameters.iter().rev().find(|(name, _)| name == field);
        match last.map(|(_, value)| parse(value)).transpose() {
            Ok(value) => Some(value),
            Err(kind) => {
                self.errors.push(FieldError {
                    source: "query",
                    field: Some(field),
                    kind,
                });
                None
            }
        }
    }
}

/// Parses an integer within the bounds.
///
/// # Errors
/// [`FieldErrorKind::IntParsing`], [`FieldErrorKind::GreaterThanEqual`] or [`FieldErrorKind::LessThanEqual`].
pub fn parse_integer(text: &str, minimum: i64, maximum: i64) -> Result<i64, FieldErrorKind> {
    match text.trim().parse::<i64>().map_err(|error| *error.kind()) {
        Ok(number) if number < minimum => Err(FieldErrorKind::GreaterThanEqual(minimum)),
        Ok(number) if number > maximum => Err(FieldErrorKind::LessThanEqual(maximum)),
        Ok(number) => Ok(number),
        Err(std::num::IntErrorKind::PosOverflow) => Err(FieldErrorKind::LessThanEqual(maximum)),
        Err(std::num::IntErrorKind::NegOverflow) => Err(FieldErrorKind::GreaterThanEqual(minimum)),
        Err(_) => Err(FieldErrorKind::IntParsing),
    }
}

/// Parses a boolean in any spelling that pydantic accepts.
///
/// # Errors
/// [`FieldErrorKind::BoolParsing`] for any other text.
pub fn parse_boolean(text: &str) -> Result<bool, FieldErrorKind> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Ok(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Ok(false),
        _ => Err(FieldErrorKind::BoolParsing),
    }
}
