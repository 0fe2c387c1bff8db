//! Response templates: the status and the headers that many responses share. The runtime copies a response faster than it
//! builds one, so each template is built once per isolate.

use super::{cors::Cors, security_headers};
use crate::platform::ffi;
use std::cell::RefCell;
use worker::{Result, web_sys::Response};

/// What a template's status and headers depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateKey<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The CORS headers.
    pub cors: Cors<'a>,
    /// The request came over https.
    pub over_https: bool,
    /// The body's content type, where there is a body.
    pub content_type: Option<&'static str>,
}

struct CachedTemplate {
    allowed_origin: Option<String>,
    /// Its `allowed_origin` is `None`: the origin is owned by the field above.
    key: TemplateKey<'static>,
    template: Response,
}

impl CachedTemplate {
    fn matches(&self, key: &TemplateKey<'_>) -> bool {
        let cors = Cors {
            allowed_origin: self.allowed_origin.as_deref(),
            ..self.key.cors
        };
        TemplateKey { cors, ..self.key } == *key
    }
}

/// Returns the template for this key. The cache is bounded: origins that are not allowed share one entry.
///
/// # Errors
/// If the runtime rejects a header.
pub fn get(key: &TemplateKey<'_>) -> Result<Response> {
    thread_local! {
        static TEMPLATES: RefCell<Vec<CachedTemplate>> = const { RefCell::new(Vec::new()) };
    }
    TEMPLATES.with_borrow_mut(|templates| match templates.iter().find(|cached| cached.matches(key)) {
        // `Clone::clone` copies the reference; the response's own method of that name would copy the response.
        Some(cached) => Ok(Clone::clone(&cached.template)),
        None => {
            let template = ffi::create_response_template(key.status, &to_lines(headers(key)))?;
            templates.push(CachedTemplate {
                allowed_origin: key.cors.allowed_origin.map(str::to_owned),
                key: TemplateKey {
                    cors: Cors {
                        allowed_origin: None,
                        ..key.cors
                    },
                    ..*key
                },
                template: Clone::clone(&template),
            });
            Ok(template)
        }
    })
}

fn headers<'a>(key: &TemplateKey<'a>) -> Vec<(&'a str, &'a str)> {
    let mut headers: Vec<(&str, &str)> = security_headers::headers(key.over_https).collect();
    headers.extend(key.cors.headers());
    headers.extend(key.content_type.map(|content_type| ("Content-Type", content_type)));
    headers
}

/// Headers as `ffi.js` expects them: names and values on alternate lines. No header value can hold a line break.
pub fn to_lines<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    headers
        .into_iter()
        .flat_map(|(name, value)| [name, "\n", value, "\n"])
        .collect()
}
