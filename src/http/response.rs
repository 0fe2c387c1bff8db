//! Answers: a status, a body or none, and the headers that every one of them carries.

use super::model::{self, Kind, lines};
use crate::runtime;
use js_sys::JsString;
use serde::Serialize;
use std::borrow::Cow;
use wasm_bindgen::JsValue;
use worker::{Result, web_sys::Response};

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
        let model = model::of_kind(&Kind {
            status: self.status,
            allowed_origin: to.allowed_origin,
            has_bookmarks: to.has_bookmarks,
            over_https: to.over_https,
            content_type: self.body.as_ref().map(|(content_type, _)| *content_type),
        })?;
        let own = self.headers.iter().map(|(name, value)| (*name, value.as_ref()));
        let own = (!self.headers.is_empty()).then(|| lines(own));
        let body = match self.body {
            Some((_, Content::Here(text))) if !to.wants_no_body => text.into(),
            Some((_, Content::There(content))) if !to.wants_no_body => content,
            _ => JsValue::NULL,
        };
        Ok(runtime::respond(&model, to.request_id, own, &body)?)
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
