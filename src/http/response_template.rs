//! Models of responses: the status and the headers that many answers share, which the runtime copies faster than it makes
//! them. What kind of answer it is and who may read it decides them, so that each is made once an isolate.

use super::cors;
use crate::runtime;
use std::cell::RefCell;
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

/// What decides a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind<'a> {
    /// The status.
    pub status: u16,
    /// The origin of the page that asks, if it may read the answer.
    pub allowed_origin: Option<&'a str>,
    /// Answers may tell a bookmark of the database.
    pub has_bookmarks: bool,
    /// The request came by https.
    pub over_https: bool,
    /// What the body is, where there is one.
    pub content_type: Option<&'static str>,
}

struct Made {
    origin: Option<String>,
    /// Of no origin: that stands in `origin`.
    kind: Kind<'static>,
    model: Response,
}

impl Made {
    fn is_of(&self, kind: &Kind<'_>) -> bool {
        let allowed_origin = self.origin.as_deref();
        Kind {
            allowed_origin,
            ..self.kind
        } == *kind
    }
}

/// The model of this kind. There are few: only origins that may read an answer are told apart.
///
/// # Errors
/// Where the runtime refuses a header.
pub fn of_kind(kind: &Kind<'_>) -> Result<Response> {
    thread_local! {
        static MADE: RefCell<Vec<Made>> = const { RefCell::new(Vec::new()) };
    }
    MADE.with_borrow_mut(|made| match made.iter().find(|made| made.is_of(kind)) {
        Some(made) => Ok(Clone::clone(&made.model)),
        None => {
            let model = runtime::model(kind.status, &lines(list(kind)))?;
            made.push(Made {
                origin: kind.allowed_origin.map(str::to_owned),
                kind: Kind {
                    allowed_origin: None,
                    ..*kind
                },
                // Not the response's own method of that name, which would copy it.
                model: Clone::clone(&model),
            });
            Ok(model)
        }
    })
}

fn list<'a>(kind: &Kind<'a>) -> Vec<(&'a str, &'a str)> {
    let mut headers: Vec<(&str, &str)> = SECURITY_HEADERS.to_vec();
    headers.extend(cors::headers(kind.allowed_origin, kind.has_bookmarks));
    headers.extend(kind.over_https.then_some(STRICT_TRANSPORT_SECURITY));
    headers.extend(kind.content_type.map(|content_type| ("Content-Type", content_type)));
    headers
}

/// Headers as they cross to JavaScript: names and values on alternate lines. No value can hold a line break.
pub fn lines<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    headers
        .into_iter()
        .flat_map(|(name, value)| [name, "\n", value, "\n"])
        .collect()
}
