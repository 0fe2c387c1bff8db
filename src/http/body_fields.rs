//! Reads the fields of a body, and says of every broken one what is wrong with it, all in one answer.

#[cfg(test)]
use super::asked;
use crate::{domain::problem::Problem, error::ApiError};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::{Map, Value};

/// One entry of a 422 answer's `detail`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// `body` or `query`.
    pub source: &'static str,
    /// The field, or none where all of it is broken.
    pub field: Option<&'static str>,
    /// What is wrong.
    pub problem: Problem,
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
        #[cfg(test)]
        asked::note_required(field);
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
        #[cfg(test)]
        asked::note(field, "string");
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
        #[cfg(test)]
        asked::note(field, "null");
        if let Some(Value::Null) = self.members.get(field) {
            return Some(Some(None));
        }
        Some(self.text(field, parse)?.map(Some))
    }

    /// A boolean that may be absent, but not null.
    pub fn boolean(&mut self, field: &'static str) -> Option<Option<bool>> {
        #[cfg(test)]
        asked::note(field, "boolean");
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
