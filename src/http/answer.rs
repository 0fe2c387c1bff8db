//! Answers: a status, JSON or nothing, and the headers that every one of them carries.

use super::cors;
use crate::runtime;
use js_sys::JsString;
use serde::Serialize;
use std::borrow::Cow;
use wasm_bindgen::JsValue;
use worker::{Result, web_sys::Response};

/// On every response, whatever its status. No answer may be kept, framed, sniffed or run.
const SECURITY_HEADERS: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
];
/// Over https: for two years, browsers come back by https only (RFC 6797, section 6.1).
const STRICT_TRANSPORT_SECURITY: (&str, &str) = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains");

/// JSON text, where it was made: what the database has written never crosses into WebAssembly.
#[derive(Debug)]
pub enum Json {
    /// Written here.
    Here(String),
    /// Written on JavaScript's side.
    There(JsString),
}

impl From<String> for Json {
    fn from(json: String) -> Self {
        Self::Here(json)
    }
}

impl From<JsString> for Json {
    fn from(json: JsString) -> Self {
        Self::There(json)
    }
}

/// What a handler answers.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    json: Option<Json>,
    headers: Vec<(&'static str, Cow<'static, str>)>,
}

impl Answer {
    /// A JSON body, as text.
    pub fn json(status: u16, json: impl Into<Json>) -> Self {
        Self {
            status,
            json: Some(json.into()),
            headers: Vec::new(),
        }
    }

    /// A JSON body from a value.
    ///
    /// # Errors
    /// Where the value cannot be written as JSON.
    pub fn of(status: u16, value: &impl Serialize) -> serde_json::Result<Self> {
        Ok(Self::json(status, serde_json::to_string(value)?))
    }

    /// 204, without a body.
    pub fn no_content() -> Self {
        Self {
            status: 204,
            json: None,
            headers: Vec::new(),
        }
    }

    /// The same answer with one more header.
    pub fn with_header(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer as the runtime sends it.
    ///
    /// # Errors
    /// Where the runtime refuses a header.
    pub fn into_response(self, to: &Recipient) -> Result<Response> {
        let mut shared = Lines::default();
        for (name, value) in SECURITY_HEADERS
            .into_iter()
            .chain(cors::headers(to.allowed_origin, to.has_bookmarks))
        {
            shared.push(name, value);
        }
        if to.over_https {
            let (name, value) = STRICT_TRANSPORT_SECURITY;
            shared.push(name, value);
        }
        if self.json.is_some() {
            shared.push("Content-Type", "application/json");
        }
        let mut own = Lines::default();
        own.push("X-Request-Id", to.request_id);
        for (name, value) in &self.headers {
            own.push(name, value);
        }
        let body = match self.json {
            Some(_) if to.wants_no_body => JsValue::NULL,
            Some(Json::Here(json)) => json.into(),
            Some(Json::There(json)) => json.into(),
            None => JsValue::NULL,
        };
        Ok(runtime::respond(self.status, &shared.0, &own.0, &body)?)
    }
}

/// Headers as they cross to JavaScript: names and values on alternate lines. No value can hold a line break.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn push(&mut self, name: &str, value: &str) {
        let Self(lines) = self;
        lines.extend([name, "\n", value, "\n"]);
    }
}

/// What of the request shapes every answer to it.
#[derive(Debug)]
pub struct Recipient<'a> {
    /// For `X-Request-Id`, and in every log line of the request.
    pub request_id: &'a str,
    /// The origin of the page that asks, if it may read the answer.
    pub allowed_origin: Option<&'a str>,
    /// Answers may tell a bookmark of the database.
    pub has_bookmarks: bool,
    /// The request came by https.
    pub over_https: bool,
    /// The request was HEAD (RFC 9110, section 9.3.2).
    pub wants_no_body: bool,
}
