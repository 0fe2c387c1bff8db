//! The runtime's own objects, asked in as few calls as there can be: see `functions.js`.

pub mod task;
pub mod text;

use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::*;
use worker::{
    web_sys,
    worker_sys::types::{D1Database, D1PreparedStatement},
};

#[wasm_bindgen(module = "/src/runtime/functions.js")]
extern "C" {
    /// The method, the URL and some headers of a request, a line each.
    #[wasm_bindgen(js_name = requestHead)]
    pub fn request_head(request: &web_sys::Request) -> String;

    /// A response without a body, for [`respond`] to copy; the headers as names and values on alternate lines.
    #[wasm_bindgen(catch)]
    pub fn model(status: u16, headers: &str) -> Result<web_sys::Response, JsValue>;

    /// A response of the model's status and headers, with `X-Request-Id`, and headers of its own, if it has any.
    #[wasm_bindgen(catch)]
    pub fn respond(
        model: &web_sys::Response,
        request_id: &str,
        own_headers: Option<String>,
        body: &JsValue,
    ) -> Result<web_sys::Response, JsValue>;

    /// Reads a body in pieces; the promise gives an `ArrayBuffer`, or undefined where there are more bytes than `maximum`.
    #[wasm_bindgen(js_name = readPieces)]
    pub fn read_pieces(request: &web_sys::Request, maximum: usize) -> Promise;

    /// Counts one call under the key, with a limiter of the Rate Limiting API; the promise gives an object whose `success` is
    /// false where it is one too many.
    #[wasm_bindgen(catch)]
    pub fn count(limiter: &JsValue, key: &str) -> Result<Promise, JsValue>;

    /// Calls the Durable Object of this name in the namespace; the promise gives the status of its answer and the answer's
    /// `Retry-After`, a line each.
    #[wasm_bindgen(js_name = callObject)]
    pub fn call_object(namespace: &JsValue, name: &str, url: &str) -> Promise;

    /// A statement with values, a JSON array of texts, numbers, booleans and nulls.
    #[wasm_bindgen(catch)]
    pub fn bind(database: &D1Database, sql: &JsString, values: &str) -> Result<D1PreparedStatement, JsValue>;

    /// Runs statements in one transaction; the promise gives an array of the column `answer` of each one's first row.
    pub fn batch(database: &D1Database, statements: Vec<D1PreparedStatement>) -> Promise;

    /// The promise gives the content of a static asset, a stream, or null where there is none.
    #[wasm_bindgen(js_name = readAsset)]
    pub fn read_asset(assets: &JsValue, url: &str) -> Promise;
}
