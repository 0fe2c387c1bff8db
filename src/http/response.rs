//! Responses: a status, an optional body, and the headers that every response carries.

use super::{
    cors::Cors,
    response_template::{self, TemplateKey, to_lines},
};
use crate::platform::ffi;
use js_sys::JsString;
use serde::Serialize;
use std::borrow::Cow;
use wasm_bindgen::JsValue;
use worker::{Result, web_sys::Response};

/// A body, on the side of the boundary where it was created: database rows and files are never copied into WebAssembly.
#[derive(Debug)]
pub enum Body {
    /// Text in WebAssembly's memory.
    Wasm(String),
    /// A string or a stream in JavaScript.
    Js(JsValue),
}

impl From<String> for Body {
    fn from(json: String) -> Self {
        Self::Wasm(json)
    }
}

impl From<JsString> for Body {
    fn from(json: JsString) -> Self {
        Self::Js(json.into())
    }
}

/// The response of a handler.
#[derive(Debug)]
pub struct ApiResponse {
    status: u16,
    body: Option<(&'static str, Body)>,
    headers: Vec<(&'static str, Cow<'static, str>)>,
}

impl ApiResponse {
    /// Creates a response with JSON text.
    pub fn json(status: u16, json: impl Into<Body>) -> Self {
        Self {
            status,
            body: Some(("application/json", json.into())),
            headers: Vec::new(),
        }
    }

    /// Creates a response with a value, serialized as JSON.
    ///
    /// # Errors
    /// If the value cannot be serialized.
    pub fn from_value(status: u16, value: &impl Serialize) -> serde_json::Result<Self> {
        Ok(Self::json(status, serde_json::to_string(value)?))
    }

    /// Creates a 204 response without a body.
    pub fn no_content() -> Self {
        Self {
            status: 204,
            body: None,
            headers: Vec::new(),
        }
    }

    /// Creates a 304 response, without a body or its content type.
    pub fn not_modified() -> Self {
        Self {
            status: 304,
            body: None,
            headers: Vec::new(),
        }
    }

    /// Creates a 200 response that streams a file of this content type.
    pub fn file(content_type: &'static str, content: JsValue) -> Self {
        Self {
            status: 200,
            body: Some((content_type, Body::Js(content))),
            headers: Vec::new(),
        }
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The body, if it is text in WebAssembly's memory.
    pub fn text_mut(&mut self) -> Option<&mut String> {
        match &mut self.body {
            Some((_, Body::Wasm(text))) => Some(text),
            _ => None,
        }
    }

    /// A header that `with_header` has set.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| *known == name);
        header.map(|(_, value)| value.as_ref())
    }

    /// Sets a header; replaces it if it is one that every response carries.
    pub fn with_header(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Builds the runtime's response.
    ///
    /// # Errors
    /// If the runtime rejects a header.
    pub fn into_response(self, context: &ResponseContext<'_>) -> Result<Response> {
        let template = response_template::get(&TemplateKey {
            status: self.status,
            cors: context.cors,
            over_https: context.over_https,
            content_type: self.body.as_ref().map(|(content_type, _)| *content_type),
        })?;
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_ref()));
        let headers = (!self.headers.is_empty()).then(|| to_lines(headers));
        let body = match self.body {
            Some((_, Body::Wasm(text))) if !context.is_head => text.into(),
            Some((_, Body::Js(content))) if !context.is_head => content,
            _ => JsValue::NULL,
        };
        Ok(ffi::respond(&template, context.request_id, headers, &body)?)
    }
}

/// What every response depends on besides its handler.
#[derive(Debug)]
pub struct ResponseContext<'a> {
    /// For `X-Request-Id`.
    pub request_id: &'a str,
    /// The CORS headers.
    pub cors: Cors<'a>,
    /// The request came over https.
    pub over_https: bool,
    /// The method is HEAD, whose response has no body (RFC 9110, section 9.3.2).
    pub is_head: bool,
}
