//! Answers: a status, a body or none, and the headers that every one of them carries.

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

/// A body, where it was made: what the database has written, or a file, never crosses into WebAssembly.
#[derive(Debug)]
pub enum Content {
    /// Text that was written here.
    Here(String),
    /// Text or a stream on JavaScript's side.
    There(JsValue),
}

impl From<String> for Content {
    fn from(json: String) -> Self {
        Self::Here(json)
    }
}

impl From<JsString> for Content {
    fn from(json: JsString) -> Self {
        Self::There(json.into())
    }
}

/// What a handler answers.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    body: Option<(&'static str, Content)>,
    headers: Vec<(&'static str, Cow<'static, str>)>,
}

impl Answer {
    /// A JSON body, as text.
    pub fn json(status: u16, json: impl Into<Content>) -> Self {
        Self {
            status,
            body: Some(("application/json", json.into())),
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
            body: None,
            headers: Vec::new(),
        }
    }

    /// A file of this content type, handed on as the runtime gives it.
    pub fn file(content_type: &'static str, content: JsValue) -> Self {
        Self {
            status: 200,
            body: Some((content_type, Content::There(content))),
            headers: Vec::new(),
        }
    }

    /// The same answer with one more header, or with another value of one.
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
        if let Some((content_type, _)) = self.body {
            shared.push("Content-Type", content_type);
        }
        let mut own = Lines::default();
        own.push("X-Request-Id", to.request_id);
        for (name, value) in &self.headers {
            own.push(name, value);
        }
        let body = match self.body {
            Some((_, Content::Here(text))) if !to.wants_no_body => text.into(),
            Some((_, Content::There(content))) if !to.wants_no_body => content,
            _ => JsValue::NULL,
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
