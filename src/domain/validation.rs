//! The errors of a request's fields, with pydantic's types and messages, since clients match on them.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use std::borrow::Cow;

/// Why a field is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldErrorKind {
    /// The field is required and absent.
    Missing,
    /// The body is not JSON (RFC 8259).
    JsonInvalid,
    /// The body is not a form of its content type.
    FormInvalid,
    /// The body is JSON, but not an object.
    DictType,
    /// The value is not a string.
    StringType,
    /// The string has half a surrogate pair, which UTF-8 cannot represent.
    StringUnicode,
    /// The value is not a boolean.
    BoolType,
    /// The string is empty or blank.
    Blank,
    /// The string has fewer characters than this.
    StringTooShort(usize),
    /// The string has more characters than this.
    StringTooLong(usize),
    /// The value is not an email address.
    Email,
    /// The password violates a rule; the text is the message.
    Password(&'static str),
    /// The query value is not an integer.
    IntParsing,
    /// The integer is less than this.
    GreaterThanEqual(i64),
    /// The integer is greater than this.
    LessThanEqual(i64),
    /// The query value is not a boolean.
    BoolParsing,
    /// The value is none of those listed here.
    Enum(&'static str),
    /// The `after` is not a cursor that this service issued.
    Cursor,
}

impl FieldErrorKind {
    /// The stable name of the kind: `type` in the response.
    pub const fn error_type(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            // Pydantic has no name for a malformed form: clients that know this one know that the body was not understood.
            Self::JsonInvalid | Self::FormInvalid => "json_invalid",
            Self::DictType => "dict_type",
            Self::StringType => "string_type",
            Self::StringUnicode => "string_unicode",
            Self::BoolType => "bool_type",
            Self::Blank | Self::StringTooShort(_) => "string_too_short",
            Self::StringTooLong(_) => "string_too_long",
            Self::Email => "value_error.email",
            Self::Password(_) => "value_error.password",
            Self::IntParsing => "int_parsing",
            Self::GreaterThanEqual(_) => "greater_than_equal",
            Self::LessThanEqual(_) => "less_than_equal",
            Self::BoolParsing => "bool_parsing",
            Self::Enum(_) => "enum",
            Self::Cursor => "value_error.cursor",
        }
    }

    /// The message for people: `msg` in the response.
    pub fn message(&self) -> Cow<'static, str> {
        match self {
            Self::Missing => "Field required".into(),
            Self::JsonInvalid => "JSON decode error".into(),
            Self::FormInvalid => "There was an error parsing the body".into(),
            Self::DictType => "Input should be a valid dictionary".into(),
            Self::StringType => "Input should be a valid string".into(),
            Self::StringUnicode => {
                "Input should be a valid string, unable to parse raw data as a unicode string".into()
            }
            Self::BoolType => "Input should be a valid boolean".into(),
            Self::Blank => "String should have a character that is not a space".into(),
            Self::StringTooShort(1) => "String should have at least 1 character".into(),
            Self::StringTooShort(minimum) => format!("String should have at least {minimum} characters").into(),
            Self::StringTooLong(maximum) => format!("String should have at most {maximum} characters").into(),
            Self::Email => "value is not a valid email address".into(),
            Self::Password(rule) => (*rule).into(),
            Self::IntParsing => "Input should be a valid integer, unable to parse string as an integer".into(),
            Self::GreaterThanEqual(minimum) => format!("Input should be greater than or equal to {minimum}").into(),
            Self::LessThanEqual(maximum) => format!("Input should be less than or equal to {maximum}").into(),
            Self::BoolParsing => "Input should be a valid boolean, unable to interpret input".into(),
            Self::Enum(expected) => format!("Input should be {expected}").into(),
            Self::Cursor => "value is not a cursor that this service gave".into(),
        }
    }
}

/// One entry of a 422 response's `detail`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// `body` or `query`.
    pub source: &'static str,
    /// The field, or `None` where the whole body or query is invalid.
    pub field: Option<&'static str>,
    /// What is wrong.
    pub kind: FieldErrorKind,
}

impl FieldError {
    /// Creates the error of a body that is invalid as a whole.
    pub const fn of_body(kind: FieldErrorKind) -> Self {
        Self {
            source: "body",
            field: None,
            kind,
        }
    }
}

impl Serialize for FieldError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("FieldError", 3)?;
        match self.field {
            Some(field) => entry.serialize_field("loc", &[self.source, field])?,
            None => entry.serialize_field("loc", &[self.source])?,
        }
        entry.serialize_field("msg", &self.kind.message())?;
        entry.serialize_field("type", self.kind.error_type())?;
        entry.end()
    }
}
