//! Pagination: `limit` and `after` in the query, `Link` in the response.

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

const MAX_LIMIT: i64 = 500;
const DEFAULT_LIMIT: u16 = 100;

/// Reads the maximum number of rows, 1 to 500. Returns `None` if the parameter is invalid.
pub fn limit(fields: &mut QueryFields<'_>) -> Option<u16> {
    let limit = fields.parameter("limit", |text| {
        let limit = parse_integer(text, 1, MAX_LIMIT)?;
        u16::try_from(limit).map_err(|_| FieldErrorKind::LessThanEqual(MAX_LIMIT))
    })?;
    Some(limit.unwrap_or(DEFAULT_LIMIT))
}

/// Reads the cursor to continue after. Returns `None` if the parameter is invalid.
pub fn after(list: List, fields: &mut QueryFields<'_>, user: &UserId, keys: &Keyring) -> Option<Option<String>> {
    fields.parameter("after", |text| cursor::verify(list, text, user, keys))
}

/// Builds the response with a page, and with a `Link` to the next page if one follows.
pub fn page_response(list: List, page: ListPage, context: &RequestContext<'_>, user: &AuthUser) -> ApiResponse {
    let response = ApiResponse::json(200, page.json);
    match page.last_of_page {
        None => response,
        Some(last) => {
            let cursor = cursor::sign(list, &last, user.id(), &context.config.keys);
            response.with_header("Link", next_link(context, &cursor))
        }
    }
}

/// The parameters that the link to the next page repeats from this request.
const REPEATED_PARAMETERS: [&str; 3] = ["completed", "order", "limit"];

/// The `Link` to the next page (RFC 8288): this request with another cursor, relative to the host that was called.
fn next_link(context: &RequestContext<'_>, cursor: &str) -> String {
    let is_repeated = |(name, _): &(Cow<'_, str>, Cow<'_, str>)| REPEATED_PARAMETERS.contains(&name.as_ref());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(form_urlencoded::parse(context.meta.url.query.as_bytes()).filter(is_repeated));
    query.append_pair("after", cursor);
    format!(
        "<{}?{}>; rel=\"next\"",
        context.meta.url.path_reference(),
        query.finish()
    )
}
