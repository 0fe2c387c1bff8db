//! `GET /api/auth/account/export`: everything that the service stores about the caller, as one JSON document.

use crate::{context::RequestContext, error::ApiError, http::response::ApiResponse, store::caller::CallerStore};
use wasm_bindgen::JsValue;

/// Streams the user, the active sessions and every task, so that 100,000 tasks need the memory of one page. The session is checked
/// before the response begins, and with each page.
///
/// # Errors
/// [`ApiError`]
pub async fn export(caller: &CallerStore<'_>, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let export = caller.export().await?;
    let content = match context.meta.method {
        "HEAD" => JsValue::NULL,
        _ => caller.stream_export(&export, context.meta.request_id)?,
    };
    let response = ApiResponse::file("application/json", content);
    Ok(response.with_header("Content-Disposition", r#"attachment; filename="account.json""#))
}
