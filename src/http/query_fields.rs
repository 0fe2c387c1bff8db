//! Reads the parameters of a query, and says of every broken one what is wrong with it, all in one answer.

#[cfg(test)]
use super::field_recorder;
use crate::domain::validation::FieldError;
use crate::{domain::validation::FieldErrorKind, error::ApiError};
use std::borrow::Cow;

/// A query's parameters (`application/x-www-form-urlencoded`); of several by one name the last counts.
pub struct QueryFields<'a> {
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    errors: Vec<FieldError>,
}

/// Reads a query, without its question mark. `build` reads every parameter before it gives up on any.
///
/// # Errors
/// [`ApiError::Validation`] with each broken parameter.
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
    /// A parameter that may be absent. Gives `None` where it is broken, and remembers why.
    pub fn parameter<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, FieldErrorKind>,
    ) -> Option<Option<T>> {
        #[cfg(test)]
        field_recorder::note(field, "query");
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

/// A whole number within the bounds.
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

/// A boolean in any of the spellings that pydantic takes.
///
/// # Errors
/// [`FieldErrorKind::BoolParsing`] for every other.
pub fn parse_boolean(text: &str) -> Result<bool, FieldErrorKind> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Ok(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Ok(false),
        _ => Err(FieldErrorKind::BoolParsing),
    }
}
