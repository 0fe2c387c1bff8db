//! The API documentation: the OpenAPI 3.1 document and an interactive page, served from the Worker's static assets.

use crate::{
    context::RequestContext,
    error::ApiError,
    http::{if_none_match, request::Request, response::ApiResponse},
    platform::{
        bindings::{self, binding},
        executor::await_promise,
        ffi,
    },
    router::DocsFile::{self, OpenApi, Page, PageScript, ViewerScript, ViewerStyle},
};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

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

/// `GET /openapi.json`, and `GET /docs` with its scripts and styles, which a browser may cache.
///
/// # Errors
/// [`ApiError::Internal`] if the file was not deployed with the Worker.
pub async fn serve(file: DocsFile, request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (path, content_type) = asset(file);
    let (etag, content) = read(path, context).await?;
    if file == OpenApi {
        return Ok(ApiResponse::file(content_type, content));
    }
    let response = match request.header("If-None-Match")? {
        Some(tags) if if_none_match::matches(&tags, &etag) => ApiResponse::not_modified(),
        _ => ApiResponse::file(content_type, content),
    };
    // A cache replaces its stored headers by those of a 304 (RFC 9111, section 3.2), so a 304 carries what a 200 carries.
    let response = response
        .with_header("Cache-Control", "no-cache")
        .with_header("ETag", etag);
    Ok(match file {
        Page => response.with_header("Content-Security-Policy", PAGE_SECURITY_POLICY),
        OpenApi | PageScript | ViewerScript | ViewerStyle => response,
    })
}

/// Returns the `ETag` and the content of a static asset.
async fn read(path: &str, context: &RequestContext<'_>) -> Result<(String, JsValue), ApiError> {
    // The binding ignores the host, but requires an absolute URL.
    let url = format!("https://assets.local{path}");
    let asset = match binding(context.env, bindings::DOCS) {
        Some(assets) => await_promise(ffi::read_asset(&assets, &url)).await,
        None => Ok(JsValue::NULL),
    };
    let asset = asset.map_err(worker::Error::from)?;
    let Some(asset) = asset.dyn_ref::<Array>() else {
        return Err(ApiError::Internal(format!(
            "no {path} among the static assets: build and deploy with `npm run deploy`"
        )));
    };
    Ok((asset.get(0).as_string().unwrap_or_default(), asset.get(1)))
}
