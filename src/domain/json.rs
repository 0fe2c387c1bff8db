//! JSON objects whose members are read one at a time: the text must be well-formed JSON, but a member that is never read may
//! hold anything, such as half a surrogate pair, a number that no double holds, or any depth of nesting.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt};

/// An object's members in their order. Leaves out names with half a surrogate pair: no route reads a member of such a name.
#[derive(Debug)]
pub struct JsonObject<'a>(Vec<(Cow<'a, str>, JsonValue<'a>)>);

/// A value that is well-formed and not decoded yet.
#[derive(Clone, Copy, Debug)]
pub struct JsonValue<'a>(&'a RawValue);

/// A value as far as fields and claims use its type.
#[derive(Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A string.
    Text(Cow<'a, str>),
    /// A string with half a surrogate pair, which UTF-8 cannot represent (RFC 8259, section 8.2).
    NotUnicode,
    /// A number, an array or an object.
    Other,
}

/// Why a text is not an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnObject {
    /// The text is not JSON (RFC 8259).
    Malformed,
    /// The text is JSON of another type.
    OtherType,
}

impl<'a> JsonObject<'a> {
    /// Parses a text. Skips values without recursion, so that no nesting is too deep.
    ///
    /// # Errors
    /// [`NotAnObject`]
    pub fn parse(text: &'a str) -> Result<Self, NotAnObject> {
        if text.trim_ascii_start().starts_with('{') {
            return serde_json::from_str(text).map_err(|_| NotAnObject::Malformed);
        }
        match serde_json::from_str::<&RawValue>(text) {
            Ok(_) => Err(NotAnObject::OtherType),
            Err(_) => Err(NotAnObject::Malformed),
        }
    }

    /// All members; a name may occur more than once.
    pub fn members(&self) -> impl DoubleEndedIterator<Item = (&str, JsonValue<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// The member of this name; of several the last.
    pub fn get(&self, name: &str) -> Option<JsonValue<'a>> {
        let last = self.members().rev().find(|(known, _)| *known == name);
        last.map(|(_, value)| value)
    }

    /// The string of this name; `None` where there is none, or no string.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.text()
    }

    /// The whole number of this name, from 0; `None` where there is none, or another value.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.0.get().parse().ok()
    }
}

impl<'de> Deserialize<'de> for JsonObject<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = JsonObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key()? {
                    let value = JsonValue(map.next_value()?);
                    match JsonValue(name).scalar() {
                        Scalar::Text(name) => members.push((name, value)),
                        Scalar::NotUnicode => {}
                        _ => return Err(A::Error::custom("a name that is not a string")),
                    }
                }
                Ok(JsonObject(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

impl<'a> JsonValue<'a> {
    /// Parses a text of any type; returns `None` where it is not JSON.
    pub fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// The value as it was written.
    pub fn as_json(self) -> &'a str {
        self.0.get()
    }

    /// The object; `None` for any other value.
    pub fn object(self) -> Option<JsonObject<'a>> {
        JsonObject::parse(self.0.get()).ok()
    }

    /// Decodes the value, unless it is a number, an array or an object.
    pub fn scalar(self) -> Scalar<'a> {
        let json = self.0.get();
        match json {
            "null" => return Scalar::Null,
            "true" => return Scalar::Boolean(true),
            "false" => return Scalar::Boolean(false),
            _ => {}
        }
        let Some(content) = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            return Scalar::Other;
        };
        if !content.contains('\\') {
            return Scalar::Text(content.into());
        }
        // The escapes are well-formed already, so only half a surrogate pair can fail.
        self.decode()
            .map_or(Scalar::NotUnicode, |text: String| Scalar::Text(text.into()))
    }

    /// Decodes the value as a type that does not nest; returns `None` where it is not one, or out of the type's range.
    pub fn decode<T: DeserializeOwned>(self) -> Option<T> {
        serde_json::from_str(self.0.get()).ok()
    }

    /// The string; `None` for any other value, and for a string with half a surrogate pair.
    pub fn text(self) -> Option<String> {
        match self.scalar() {
            Scalar::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    /// The elements of an array; `None` for any other value.
    pub fn elements(self) -> Option<Vec<Self>> {
        let elements: Vec<&RawValue> = serde_json::from_str(self.0.get()).ok()?;
        Some(elements.into_iter().map(JsonValue).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(json: &str) -> Option<Scalar<'_>> {
        JsonObject::parse(json).ok()?.get("a").map(JsonValue::scalar)
    }

    #[test]
    fn a_member_that_is_never_read_may_hold_anything() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let digits = "9".repeat(400);
        for value in [
            r#""\ud83d""#,
            r#"["\ude00\ud83d"]"#,
            "1e400",
            "-1E+400",
            &digits,
            &deep,
            r#"{"\ud83d":0}"#,
        ] {
            for json in [
                format!(r#"{{"b":{value},"a":"x"}}"#),
                format!("{{\"a\": \"x\", \"\\udc00\":\n{value} }} "),
            ] {
                assert_eq!(member(&json), Some(Scalar::Text("x".into())), "{:.60}", json);
            }
        }
    }

    #[test]
    fn a_text_that_is_not_well_formed_is_not_an_object() {
        let unclosed = format!(r#"{{"a":{}"#, "[".repeat(100_000));
        for json in [
            "",
            " ",
            "{",
            "nope",
            r#"{"a":1,}"#,
            "{'a':1}",
            r#"{"a":1} b"#,
            r#"{"a":NaN}"#,
            r#"{"b":"\x"}"#,
            r#"{"b":"\ud8"}"#,
            r#"{"b":01}"#,
            r#"{"b":1e}"#,
            r#"{"b":.5}"#,
            r#"{"b":[1,]}"#,
            r#"{"b":[}"#,
            r#"{1:2}"#,
            r#"{"a" 1}"#,
            "{\"b\":\"\t\"}",
            "{\"\t\":1}",
            "\u{feff}{}",
            "\x0c{}",
            "[",
            "[1",
            "nul",
            &unclosed,
        ] {
            assert_eq!(
                JsonObject::parse(json).err(),
                Some(NotAnObject::Malformed),
                "{:.60}",
                json
            );
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for json in [
            "[]",
            r#"[{"a":1}]"#,
            r#""a""#,
            "7",
            "1e400",
            r#""\ud83d""#,
            "true",
            " null ",
            &deep,
        ] {
            assert_eq!(
                JsonObject::parse(json).err(),
                Some(NotAnObject::OtherType),
                "{:.60}",
                json
            );
        }
    }

    #[test]
    fn names_and_strings_are_decoded_and_the_last_of_several_is_read() {
        assert_eq!(
            member(r#"{"a":1,"\u0061":"\u00e9\n\ud83d\ude00"}"#),
            Some(Scalar::Text("\u{e9}\n\u{1f600}".into()))
        );
        assert_eq!(member(r#"{"a":"\ud83d"}"#), Some(Scalar::NotUnicode));
        assert_eq!(member(r#"{"a":"\ud83d","a":null}"#), Some(Scalar::Null));
        assert_eq!(member(r#"{"a":true,"A":false}"#), Some(Scalar::Boolean(true)));
        for other in ["1e400", "[]", "{}", "-0"] {
            assert_eq!(member(&format!(r#"{{"a":{other}}}"#)), Some(Scalar::Other), "{other}");
        }
        assert_eq!(member("{}"), None);
    }
}
