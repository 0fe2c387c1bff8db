//! Lists, a page at a time: `limit` and `after` in the query, `Link` in the answer.

pub mod cursor;

use crate::{
    auth::{guard::AuthUser, keys::Keyring},
    context::RequestContext,
    domain::{ids::UserId, validation::FieldErrorKind},
    http::{
        query_fields::{QueryFields, parse_integer},
        response::ApiResponse,
    },
    store::caller::ListPage,
};
use cursor::List;
use std::borrow::Cow;
use uuid::Uuid;

const MAX_LIMIT: i64 = 500;
const DEFAULT_LIMIT: u16 = 100;

/// How many rows at most, 1 to 500. Gives `None` where the parameter is broken.
pub fn limit(fields: &mut QueryFields<'_>) -> Option<u16> {
    let limit = fields.parameter("limit", |text| {
        let limit = parse_integer(text, 1, MAX_LIMIT)?;
        u16::try_from(limit).map_err(|_| FieldErrorKind::LessThanEqual(MAX_LIMIT))
    })?;
    Some(limit.unwrap_or(DEFAULT_LIMIT))
}

/// Where the page before ended. Gives `None` where the parameter is broken.
pub fn after(list: List, fields: &mut QueryFields<'_>, user: &UserId, keys: &Keyring) -> Option<Option<Uuid>> {
    fields.parameter("after", |text| cursor::verify(list, text, user, keys))
}

/// A page as an answer, with a link to the next where there is one.
pub fn answer(list: List, page: ListPage, context: &RequestContext<'_>, user: &AuthUser) -> ApiResponse {
    let answer = ApiResponse::json(200, page.json);
    match page.last_of_page {
        None => answer,
        Some(last) => {
            let cursor = cursor::sign(list, last, user.id(), &context.config.keys);
            answer.with_header("Link", next_link(context, &cursor))
        }
    }
}

/// What the next page must be asked for as this one was.
const KEPT_PARAMETERS: [&str; 3] = ["completed", "order", "limit"];

/// The same request, from this cursor on (RFC 8288), as a reference that resolves against whatever host was called.
fn next_link(context: &RequestContext<'_>, cursor: &str) -> String {
    let is_kept = |(name, _): &(Cow<'_, str>, Cow<'_, str>)| KEPT_PARAMETERS.contains(&name.as_ref());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(form_urlencoded::parse(context.meta.url.query.as_bytes()).filter(is_kept));
    query.append_pair("after", cursor);
    format!("<{}?{}>; rel=\"next\"", context.meta.url.path, query.finish())
}
