//! The description of the API, in OpenAPI 3.1 and as a page to read and try it: files that lie beside the Worker.

use crate::{
    config,
    context::RequestContext,
    error::ApiError,
    http::answer::Answer,
    router::DocsFile::{self, Description, Page, PageScript, ViewerScript, ViewerStyle},
};
use js_sys::{Function, Promise, Reflect, futures::JsFuture};
use wasm_bindgen::{JsCast, JsValue};
use worker::{Env, ResponseBody};

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
pub async fn serve(file: DocsFile, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let (path, content_type) = asset(file);
    // Only the path counts: the binding leads to the files, whatever the host.
    let url = format!("https://assets.local{path}");
    let content = read_asset(context.env, &url).await.map_err(worker::Error::from)?;
    let content = content.ok_or_else(|| {
        ApiError::Internal(format!(
            "no {path} among the static assets: build and deploy with `npm run deploy`"
        ))
    })?;
    let answer = Answer::file(content_type, content);
    Ok(match file {
        Page => answer.with_header("Content-Security-Policy", PAGE_SECURITY_POLICY),
        Description | PageScript | ViewerScript | ViewerStyle => answer,
    })
}

/// The content of an asset, if there is one. By hand, since `worker::Fetcher` adds 7 KiB to the compressed bundle: it takes the
/// whole response apart, of which only this is needed.
async fn read_asset(env: &Env, url: &str) -> Result<Option<ResponseBody>, JsValue> {
    let assets = Reflect::get(env, &config::DOCS.into())?;
    let fetch: Function = Reflect::get(&assets, &"fetch".into())?.dyn_into()?;
    let promise: Promise = fetch.call1(&assets, &url.into())?.dyn_into()?;
    let response = JsFuture::from(promise).await?;
    if Reflect::get(&response, &"status".into())? != 200 {
        return Ok(None);
    }
    let body = Reflect::get(&response, &"body".into())?.dyn_into()?;
    Ok(Some(ResponseBody::Stream(body)))
}
