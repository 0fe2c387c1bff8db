//! Reads the fields of a body, and says of every broken one what is wrong with it, all in one answer.

#[cfg(test)]
use super::field_recorder;
use crate::{
    domain::validation::{FieldError, FieldErrorKind},
    error::ApiError,
};
use serde_json::{Map, Value};

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
    let whole_body = |kind| {
        ApiError::Validation(vec![FieldError {
            source: "body",
            field: None,
            kind,
        }])
    };
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => read_members(members, build),
        Ok(_) => Err(whole_body(FieldErrorKind::DictType)),
        Err(_) => Err(whole_body(FieldErrorKind::JsonInvalid)),
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
        parse: impl FnOnce(&str) -> Result<T, FieldErrorKind>,
    ) -> Option<T> {
        #[cfg(test)]
        field_recorder::note_required(field);
        match self.text(field, parse)? {
            Some(value) => Some(value),
            None => self.invalid(field, FieldErrorKind::Missing),
        }
    }

    /// A string that may be absent, but not null.
    pub fn text<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, FieldErrorKind>,
    ) -> Option<Option<T>> {
        #[cfg(test)]
        field_recorder::note(field, "string");
        let parsed = match self.members.get(field) {
            None => return Some(None),
            Some(Value::String(text)) => parse(text),
            Some(_) => Err(FieldErrorKind::StringType),
        };
        match parsed {
            Ok(value) => Some(Some(value)),
            Err(kind) => self.invalid(field, kind),
        }
    }

    /// A string that may be absent (`Some(None)`) or null (`Some(Some(None))`).
    pub fn nullable_text<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, FieldErrorKind>,
    ) -> Option<Option<Option<T>>> {
        #[cfg(test)]
        field_recorder::note(field, "null");
        if let Some(Value::Null) = self.members.get(field) {
            return Some(Some(None));
        }
        Some(self.text(field, parse)?.map(Some))
    }

    /// A boolean that may be absent, but not null.
    pub fn boolean(&mut self, field: &'static str) -> Option<Option<bool>> {
        #[cfg(test)]
        field_recorder::note(field, "boolean");
        match self.members.get(field) {
            None => Some(None),
            Some(Value::Bool(value)) => Some(Some(*value)),
            Some(_) => self.invalid(field, FieldErrorKind::BoolType),
        }
    }

    fn invalid<T>(&mut self, field: &'static str, kind: FieldErrorKind) -> Option<T> {
        self.errors.push(FieldError {
            source: "body",
            field: Some(field),
            kind,
        });
        None
    }
}
