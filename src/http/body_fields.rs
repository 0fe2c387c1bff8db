//! Reads the fields of a body, and reports the errors of all invalid fields in one response.

#[cfg(test)]
use super::field_recorder;
use crate::{
    domain::validation::{FieldError, FieldErrorKind},
    error::ApiError,
};
use serde_json::{Map, Value};

/// The fields of a JSON body or a form. Fields that no handler reads are ignored.
///
/// Each reader returns `None` if the field is invalid, and records the error.
pub struct BodyFields {
    members: Map<String, Value>,
    errors: Vec<FieldError>,
}

/// Reads a JSON object. `build` must read every field before it returns, so that all errors are recorded.
///
/// # Errors
/// [`ApiError::Validation`] if the body is not a JSON object, or with the errors of all invalid fields.
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

/// Reads a form (`application/x-www-form-urlencoded`), whose fields are all strings; of several with the same name the last
/// is used. `build` must read every field before it returns, so that all errors are recorded.
///
/// # Errors
/// [`ApiError::Validation`] with the errors of all invalid fields.
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
    /// Reads a required string.
    pub fn required_text<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, FieldErrorKind>,
    ) -> Option<T> {
        #[cfg(test)]
        field_recorder::record_required(field);
        match self.text(field, parse)? {
            Some(value) => Some(value),
            None => self.invalid(field, FieldErrorKind::Missing),
        }
    }

    /// Reads a string that may be absent, but not null.
    pub fn text<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, FieldErrorKind>,
    ) -> Option<Option<T>> {
        #[cfg(test)]
        field_recorder::record(field, "string");
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

    /// Reads a string that may be absent (`Some(None)`) or null (`Some(Some(None))`).
    pub fn nullable_text<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, FieldErrorKind>,
    ) -> Option<Option<Option<T>>> {
        #[cfg(test)]
        field_recorder::record(field, "null");
        if let Some(Value::Null) = self.members.get(field) {
            return Some(Some(None));
        }
        Some(self.text(field, parse)?.map(Some))
    }

    /// Reads a boolean that may be absent, but not null.
    pub fn boolean(&mut self, field: &'static str) -> Option<Option<bool>> {
        #[cfg(test)]
        field_recorder::record(field, "boolean");
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
