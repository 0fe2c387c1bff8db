//! A request as it comes in. What every request is judged by crosses from JavaScript as one text.

use crate::platform::{executor::await_promise, ffi};
use js_sys::Uint8Array;
use worker::{Result, web_sys};

/// A request, whose body nobody has read.
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

impl Request {
    /// The method, as it was sent.
    pub fn method(&self) -> &str {
        self.line(0)
    }

    /// The URL, absolute.
    pub fn url(&self) -> &str {
        self.line(1)
    }

    /// The `Authorization` header. This header and those below are empty where they are absent.
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

    /// The `Content-Type` header, where the method is one that sends a body.
    pub fn content_type(&self) -> &str {
        self.line(5)
    }

    /// The `Content-Length` header, where the method is one that sends a body.
    pub fn content_length(&self) -> &str {
        self.line(6)
    }

    /// As `requestHead` in `runtime/functions.js` joins them.
    fn line(&self, index: usize) -> &str {
        self.head.split('\n').nth(index).unwrap_or_default()
    }

    /// Any other header.
    ///
    /// # Errors
    /// Where the runtime does not give the headers.
    pub fn header(&self, name: &str) -> Result<Option<String>> {
        Ok(self.inner.headers().get(name)?)
    }

    /// The body as a whole.
    ///
    /// # Errors
    /// Where the connection breaks before its end.
    pub async fn bytes(&self) -> Result<Vec<u8>> {
        let buffer = await_promise(self.inner.array_buffer()?).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    /// The body in chunks: `None` as soon as there are more bytes than `maximum`.
    ///
    /// # Errors
    /// Where the connection breaks before its end.
    pub async fn bytes_in_chunks(&self, maximum: usize) -> Result<Option<Vec<u8>>> {
        let buffer = await_promise(ffi::read_chunks(&self.inner, maximum)).await?;
        Ok((!buffer.is_undefined()).then(|| Uint8Array::new(&buffer).to_vec()))
    }
}
