//! Reads the fields of a body or a query, and says of every broken one what is wrong with it, all in one answer.

use crate::{domain::problem::Problem, error::ApiError};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// One entry of a 422 answer's `detail`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    source: &'static str,
    field: Option<&'static str>,
    problem: Problem,
}

impl Serialize for FieldError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("FieldError", 3)?;
        match self.field {
            Some(field) => entry.serialize_field("loc", &[self.source, field])?,
            None => entry.serialize_field("loc", &[self.source])?,
        }
        entry.serialize_field("msg", &self.problem.message())?;
        entry.serialize_field("type", self.problem.kind())?;
        entry.end()
    }
}

/// A JSON body's fields. What a handler does not ask for is never looked at.
///
/// Each reader gives `None` where the field is broken, and remembers why.
pub struct BodyFields {
    members: Map<String, Value>,
    errors: Vec<FieldError>,
}

/// Reads a JSON object. `build` reads every field before it gives up on any.
///
/// # Errors
/// [`ApiError::Validation`] where the body is no JSON object, or with each broken field.
pub fn read_body<T>(body: &[u8], build: impl FnOnce(&mut BodyFields) -> Option<T>) -> Result<T, ApiError> {
    let whole_body = |problem| {
        ApiError::Validation(vec![FieldError {
            source: "body",
            field: None,
            problem,
        }])
    };
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => read_members(members, build),
        Ok(_) => Err(whole_body(Problem::DictType)),
        Err(_) => Err(whole_body(Problem::JsonInvalid)),
    }
}

/// Reads a form (`application/x-www-form-urlencoded`), all of whose fields are texts; of several by one name the last
/// counts. `build` reads every field before it gives up on any.
///
/// # Errors
/// [`ApiError::Validation`] with each broken field.
pub fn read_form<T>(body: &[u8], build: impl FnOnce(&mut BodyFields) -> Option<T>) -> Result<T, ApiError> {
    let fields = form_urlencoded::parse(body);
    let members = fields.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
    read_members(members.collect(), build)
}

fn read_members<T>(
    members: Map<String, Value>,
    build: impl FnOnce(&mut BodyFields) -> Option<T>,
) -> Result<T, ApiError> {
    let mut fields = BodyFields {
        members,
        errors: Vec::new(),
    };
    match build(&mut fields) {
        Some(built) if fields.errors.is_empty() => Ok(built),
        _ => Err(ApiError::Validation(fields.errors)),
    }
}

impl BodyFields {
    /// A string that must be there.
    pub fn required_text<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        match self.text(field, parse)? {
            Some(value) => Some(value),
            None => self.broken(field, Problem::Missing),
        }
    }

    /// A string that may be absent, but not null.
    pub fn text<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<Option<T>> {
        let parsed = match self.members.get(field) {
            None => return Some(None),
            Some(Value::String(text)) => parse(text),
            Some(_) => Err(Problem::StringType),
        };
        match parsed {
            Ok(value) => Some(Some(value)),
            Err(problem) => self.broken(field, problem),
        }
    }

    /// A string that may be absent (`Some(None)`) or null (`Some(Some(None))`).
    pub fn nullable_text<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<Option<Option<T>>> {
        if let Some(Value::Null) = self.members.get(field) {
            return Some(Some(None));
        }
        Some(self.text(field, parse)?.map(Some))
    }

    /// A boolean that may be absent, but not null.
    pub fn boolean(&mut self, field: &'static str) -> Option<Option<bool>> {
        match self.members.get(field) {
            None => Some(None),
            Some(Value::Bool(value)) => Some(Some(*value)),
            Some(_) => self.broken(field, Problem::BoolType),
        }
    }

    fn broken<T>(&mut self, field: &'static str, problem: Problem) -> Option<T> {
        self.errors.push(FieldError {
            source: "body",
            field: Some(field),
            problem,
        });
        None
    }
}

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
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<Option<T>> {
        let last = self.parameters.iter().rev().find(|(name, _)| name == field);
        match last.map(|(_, value)| parse(value)).transpose() {
            Ok(value) => Some(value),
            Err(problem) => {
                self.errors.push(FieldError {
                    source: "query",
                    field: Some(field),
                    problem,
                });
                None
            }
        }
    }
}

/// A whole number within the bounds.
///
/// # Errors
/// [`Problem::IntParsing`], [`Problem::GreaterThanEqual`] or [`Problem::LessThanEqual`].
pub fn parse_integer(text: &str, minimum: i64, maximum: i64) -> Result<i64, Problem> {
    match text.trim().parse::<i64>().map_err(|error| *error.kind()) {
        Ok(number) if number < minimum => Err(Problem::GreaterThanEqual(minimum)),
        Ok(number) if number > maximum => Err(Problem::LessThanEqual(maximum)),
        Ok(number) => Ok(number),
        Err(std::num::IntErrorKind::PosOverflow) => Err(Problem::LessThanEqual(maximum)),
        Err(std::num::IntErrorKind::NegOverflow) => Err(Problem::GreaterThanEqual(minimum)),
        Err(_) => Err(Problem::IntParsing),
    }
}

/// A boolean in any of the spellings that pydantic takes.
///
/// # Errors
/// [`Problem::BoolParsing`] for every other.
pub fn parse_boolean(text: &str) -> Result<bool, Problem> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Ok(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Ok(false),
        _ => Err(Problem::BoolParsing),
    }
}
