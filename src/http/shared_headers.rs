//! The headers that many answers share: what kind of answer it is and who may read it decides them, so that each set is made
//! once an isolate.

use super::cors;
use crate::runtime;
use std::cell::RefCell;
use worker::{Result, web_sys::Headers};

/// On every response, whatever its status. No answer may be kept, framed, sniffed or run.
const SECURITY_HEADERS: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
];
/// Over https: for two years, browsers come back by https only (RFC 6797, section 6.1).
const STRICT_TRANSPORT_SECURITY: (&str, &str) = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains");

/// What decides them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind<'a> {
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
    headers: Headers,
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

/// The headers of this kind. There are few: only origins that may read an answer are told apart.
///
/// # Errors
/// Where the runtime refuses a header.
pub fn of_kind(kind: &Kind<'_>) -> Result<Headers> {
    thread_local! {
        static MADE: RefCell<Vec<Made>> = const { RefCell::new(Vec::new()) };
    }
    MADE.with_borrow_mut(|made| match made.iter().find(|made| made.is_of(kind)) {
        Some(made) => Ok(made.headers.clone()),
        None => {
            let headers = runtime::headers(&lines(list(kind)))?;
            made.push(Made {
                origin: kind.allowed_origin.map(str::to_owned),
                kind: Kind {
                    allowed_origin: None,
                    ..*kind
                },
                headers: headers.clone(),
            });
            Ok(headers)
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
