//! The API documentation: the OpenAPI 3.1 document and an interactive page, served from the Worker's static assets.

use crate::{
    context::RequestContext,
    error::ApiError,
    http::response::ApiResponse,
    platform::{
        bindings::{self, binding},
        executor::await_promise,
        ffi,
    },
    router::DocsFile::{self, OpenApi, Page, PageScript, ViewerScript, ViewerStyle},
};
use wasm_bindgen::JsValue;

/// Lets the page load scripts and styles from this origin only and call this service only; the viewer's icons are `data:`
/// URLs.
const PAGE_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The path of a file in the static assets, and its content type.
const fn asset(file: DocsFile) -> (&'static str, &'static str) {
    match file {
        OpenApi => ("/openapi.json", "application/json"),
        Page => ("/page.html", "text/html; charset=utf-8"),
        PageScript => ("/page.js", "text/javascript; charset=utf-8"),
        ViewerScript => ("/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ViewerStyle => ("/swagger-ui.css", "text/css; charset=utf-8"),
    }
}

/// `GET /openapi.json`, and `GET /docs` with its scripts and styles.
///
/// # Errors
/// [`ApiError::Internal`] if the file was not deployed with the Worker.
pub async fn serve(file: DocsFile, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (path, content_type) = asset(file);
    // The binding ignores the host, but requires an absolute URL.
    let url = format!("https://assets.local{path}");
    let content = match binding(context.env, bindings::DOCS) {
        Some(assets) => await_promise(ffi::read_asset(&assets, &url)).await,
        None => Ok(JsValue::NULL),
    };
    let content = content.map_err(worker::Error::from)?;
    if content.is_null() {
        return Err(ApiError::Internal(format!(
            "no {path} among the static assets: build and deploy with `npm run deploy`"
        )));
    }
    let response = ApiResponse::file(content_type, content);
    Ok(match file {
        Page => response.with_header("Content-Security-Policy", PAGE_SECURITY_POLICY),
        OpenApi | PageScript | ViewerScript | ViewerStyle => response,
    })
}
