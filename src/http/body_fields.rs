//! Reads the fields of a body, and reports the errors of all invalid fields in one response.

#[cfg(test)]
use super::field_recorder;
use super::form::Form;
use crate::{
    domain::{
        json::{JsonObject, JsonValue, NotAnObject, Scalar},
        validation::{FieldError, FieldErrorKind},
    },
    error::ApiError,
};
use std::borrow::Cow;

/// The fields of a JSON body or a form. Fields that no handler reads are ignored.
///
/// Each reader returns `None` if the field is invalid, and records the error.
pub struct BodyFields<'a> {
    source: Source<'a>,
    errors: Vec<FieldError>,
}

enum Source<'a> {
    Json(JsonObject<'a>),
    /// `application/x-www-form-urlencoded`, decoded.
    Form(Vec<(Cow<'a, str>, Cow<'a, str>)>),
}

/// Reads a JSON object. `build` must read every field before it returns, so that all errors are recorded.
///
/// # Errors
/// [`ApiError::Validation`] if the body is not a JSON object, or with the errors of all invalid fields.
pub fn read_body<T>(body: &[u8], build: impl FnOnce(&mut BodyFields<'_>) -> Option<T>) -> Result<T, ApiError> {
    let text = std::str::from_utf8(body);
    let object = match text.map_or(Err(NotAnObject::Malformed), JsonObject::parse) {
        Ok(object) => object,
        Err(NotAnObject::OtherType) => return Err(FieldError::of_body(FieldErrorKind::DictType).into()),
        Err(NotAnObject::Malformed) => return Err(FieldError::of_body(FieldErrorKind::JsonInvalid).into()),
    };
    read_fields(Source::Json(object), build)
}

/// Reads a form, whose fields are all strings; of several with the same name the last is used. `build` must read every field
/// before it returns, so that all errors are recorded.
///
/// # Errors
/// [`ApiError::Validation`] with the errors of all invalid fields.
pub fn read_form<T>(form: &Form, build: impl FnOnce(&mut BodyFields<'_>) -> Option<T>) -> Result<T, ApiError> {
    match form {
        Form::UrlEncoded(bytes) => {
            let fields = form_urlencoded::parse(bytes);
            read_fields(Source::Form(fields.collect()), build)
        }
        Form::Multipart(json) => read_body(json.as_bytes(), build),
    }
}

fn read_fields<T>(source: Source<'_>, build: impl FnOnce(&mut BodyFields<'_>) -> Option<T>) -> Result<T, ApiError> {
    let mut fields = BodyFields {
        source,
        errors: Vec::new(),
    };
    match build(&mut fields) {
        Some(built) if fields.errors.is_empty() => Ok(built),
        _ => Err(ApiError::Validation(fields.errors)),
    }
}

impl BodyFields<'_> {
    fn value(&self, field: &str) -> Option<Scalar<'_>> {
        match &self.source {
            Source::Json(object) => object.get(field).map(JsonValue::scalar),
            Source::Form(fields) => {
                let last = fields.iter().rev().find(|(name, _)| name == field);
                last.map(|(_, value)| Scalar::Text(Cow::Borrowed(value)))
            }
        }
    }

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
        let parsed = match self.value(field) {
            None => return Some(None),
            Some(Scalar::Text(text)) => parse(&text),
            Some(Scalar::NotUnicode) => Err(FieldErrorKind::StringUnicode),
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
        if let Some(Scalar::Null) = self.value(field) {
            return Some(Some(None));
        }
        Some(self.text(field, parse)?.map(Some))
    }

    /// Reads a boolean that may be absent, but not null.
    pub fn boolean(&mut self, field: &'static str) -> Option<Option<bool>> {
        #[cfg(test)]
        field_recorder::record(field, "boolean");
        match self.value(field) {
            None => Some(None),
            Some(Scalar::Boolean(value)) => Some(Some(value)),
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
