//! The description of the API, in OpenAPI 3.1 and as a page to read and try it: files that lie beside the Worker.

use crate::{
    context::RequestContext,
    error::ApiError,
    http::response::ApiResponse,
    platform::{
        bindings::{self, binding},
        executor::await_promise,
        ffi,
    },
    router::DocsFile::{self, Description, Page, PageScript, ViewerScript, ViewerStyle},
};
use wasm_bindgen::JsValue;

/// The page runs and loads what lies here, and calls nobody but this service; the viewer's icons are data.
const PAGE_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The path of a file among the static assets, and its content type.
const fn asset(file: DocsFile) -> (&'static str, &'static str) {
    match file {
        Description => ("/openapi.json", "application/json"),
        Page => ("/page.html", "text/html; charset=utf-8"),
        PageScript => ("/page.js", "text/javascript; charset=utf-8"),
        ViewerScript => ("/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ViewerStyle => ("/swagger-ui.css", "text/css; charset=utf-8"),
    }
}

/// `GET /openapi.json`, and `GET /docs` with what belongs to it.
///
/// # Errors
/// [`ApiError::Internal`] where the file was not deployed with the Worker.
pub async fn serve(file: DocsFile, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (path, content_type) = asset(file);
    // Only the path counts: the binding leads to the files, whatever the host.
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
    let answer = ApiResponse::file(content_type, content);
    Ok(match file {
        Page => answer.with_header("Content-Security-Policy", PAGE_SECURITY_POLICY),
        Description | PageScript | ViewerScript | ViewerStyle => answer,
    })
}
