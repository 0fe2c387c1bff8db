//! Incoming requests. The method, the URL and the common headers cross from JavaScript as one string, which costs one call.

use crate::{
    domain::session_client::SessionClient,
    platform::{executor::await_promise, ffi},
};
use js_sys::Uint8Array;
use worker::{Result, web_sys};

/// A request whose body has not been read.
#[derive(Debug)]
pub struct Request {
    inner: web_sys::Request,
    head: String,
}

impl From<web_sys::Request> for Request {
    fn from(inner: web_sys::Request) -> Self {
        let head = ffi::request_head(&inner);
        Self { inner, head }
    }
}

/// The headers that describe the client of a new session, one per line.
#[derive(Debug)]
pub struct ClientHeaders(String);

impl ClientHeaders {
    /// The client as the session stores it.
    pub fn client(&self) -> SessionClient<'_> {
        let (country, user_agent) = self.0.split_once('\n').unwrap_or_default();
        SessionClient::new(user_agent, country)
    }
}

/// Whether a token may hold this byte (RFC 9110, section 5.6.2): methods, header names and media types are tokens.
pub const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

impl Request {
    /// The method, as it was sent.
    pub fn method(&self) -> &str {
        self.line(0)
    }

    /// The URL, absolute.
    pub fn url(&self) -> &str {
        self.line(1)
    }

    /// The `Authorization` header. This and the headers below are empty if absent.
    pub fn authorization(&self) -> &str {
        self.line(2)
    }

    /// The `Origin` header.
    pub fn origin(&self) -> &str {
        self.line(3)
    }

    /// The `CF-Connecting-IP` header.
    pub fn connecting_ip(&self) -> &str {
        self.line(4)
    }

    /// The `Content-Type` header; empty for GET and HEAD.
    pub fn content_type(&self) -> &str {
        self.line(5)
    }

    /// The `Content-Length` header; empty for GET and HEAD.
    pub fn content_length(&self) -> &str {
        self.line(6)
    }

    /// One of the lines that `requestHead` in `platform/ffi.js` joins.
    fn line(&self, index: usize) -> &str {
        self.head.split('\n').nth(index).unwrap_or_default()
    }

    /// Reads any other header.
    ///
    /// # Errors
    /// If the runtime does not return the headers.
    pub fn header(&self, name: &str) -> Result<Option<String>> {
        Ok(self.inner.headers().get(name)?)
    }

    /// Reads the headers that describe the client of a new session.
    pub fn session_client(&self) -> ClientHeaders {
        ClientHeaders(ffi::session_client(&self.inner))
    }

    /// Whether the request has a body, as far as its headers say.
    pub fn has_body(&self) -> bool {
        self.content_length() != "0" && self.inner.body().is_some()
    }

    /// Reads the whole body.
    ///
    /// # Errors
    /// If the connection breaks before the end of the body.
    pub async fn bytes(&self) -> Result<Vec<u8>> {
        let buffer = await_promise(self.inner.array_buffer()?).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    /// Reads the body in chunks; returns `None` as soon as it exceeds `maximum` bytes.
    ///
    /// # Errors
    /// If the connection breaks before the end of the body.
    pub async fn bytes_in_chunks(&self, maximum: usize) -> Result<Option<Vec<u8>>> {
        let buffer = await_promise(ffi::read_chunks(&self.inner, maximum)).await?;
        Ok((!buffer.is_undefined()).then(|| Uint8Array::new(&buffer).to_vec()))
    }
}
