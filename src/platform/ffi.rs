//! Bindings to `ffi.js`: each function does what the crate needs of JavaScript in one call.

use js_sys::{Array, JsString, Promise};
use wasm_bindgen::prelude::*;
use worker::{
    web_sys,
    worker_sys::types::{D1Database, D1PreparedStatement},
};

#[wasm_bindgen(module = "/src/platform/ffi.js")]
extern "C" {
    /// The method, the URL and some headers of a request, one per line.
    #[wasm_bindgen(js_name = requestHead)]
    pub fn request_head(request: &web_sys::Request) -> String;

    /// The country and the user agent of a client that opens a session, one per line, empty where they are absent.
    #[wasm_bindgen(js_name = sessionClient)]
    pub fn session_client(request: &web_sys::Request) -> String;

    /// A response without a body for [`respond`] to copy; the headers are names and values on alternate lines.
    #[wasm_bindgen(catch, js_name = createResponseTemplate)]
    pub fn create_response_template(status: u16, headers: &str) -> Result<web_sys::Response, JsValue>;

    /// A response with the template's status and headers, `X-Request-Id`, and further headers in the same form.
    #[wasm_bindgen(catch)]
    pub fn respond(
        template: &web_sys::Response,
        request_id: &str,
        headers: Option<String>,
        body: &JsValue,
    ) -> Result<web_sys::Response, JsValue>;

    /// Reads a body in chunks; resolves to an `ArrayBuffer`, or to undefined where it has more bytes than `maximum`.
    #[wasm_bindgen(js_name = readChunks)]
    pub fn read_chunks(request: &web_sys::Request, maximum: usize) -> Promise;

    /// Decodes a `multipart/form-data` body; resolves to a JSON object of its fields, a file being `false`, and rejects a
    /// malformed body.
    #[wasm_bindgen(js_name = readMultipart)]
    pub fn read_multipart(body: &[u8], content_type: &str) -> Promise;

    /// Computes scrypt with N = 16384, r = 16 and p = 1 over the password's Normalization Form KC; returns 64 bytes.
    #[wasm_bindgen(catch)]
    pub fn scrypt(password: &str, salt: &str) -> Result<Vec<u8>, JsValue>;

    /// Counts one request under the key with a binding of the Rate Limiting API; resolves to an object whose `success` is
    /// false where the request exceeds the limit.
    #[wasm_bindgen(catch, js_name = rateLimit)]
    pub fn rate_limit(limiter: &JsValue, key: &str) -> Result<Promise, JsValue>;

    /// Counts one request with each of the limiters at once, undefined where the binding is missing; the keys are one a
    /// line. Resolves to one line for each: `true`, `false`, or why it failed.
    #[wasm_bindgen(js_name = rateLimits)]
    pub fn rate_limits(limiters: Vec<JsValue>, keys: &str) -> Promise;

    /// Calls the Durable Object of this name; resolves to the response's status and its `Retry-After`, one per line.
    #[wasm_bindgen(js_name = callObject)]
    pub fn call_object(namespace: &JsValue, name: &str, url: &str) -> Promise;

    /// Binds values, a JSON array of texts, numbers, booleans and nulls, to a statement.
    #[wasm_bindgen(catch)]
    pub fn bind(database: &D1Database, sql: &JsString, values: &str) -> Result<D1PreparedStatement, JsValue>;

    /// Begins a read, so that it runs while another promise is awaited; resolves to an array of rows.
    #[wasm_bindgen(catch, js_name = beginRead)]
    pub fn begin_read(statement: &D1PreparedStatement) -> Result<Promise, JsValue>;

    /// Runs statements in one transaction; resolves to an array of the column `answer` of each one's first row.
    pub fn batch(database: &D1Database, statements: Vec<D1PreparedStatement>) -> Promise;

    /// Removes the last row of a page if it only says that another page follows; returns whether it did.
    #[wasm_bindgen(js_name = removeLookAhead)]
    pub fn remove_look_ahead(rows: &Array, limit: u16) -> bool;

    /// Resolves to an array of a static asset's `ETag` and its content, a stream, or to null where there is no such asset.
    #[wasm_bindgen(js_name = readAsset)]
    pub fn read_asset(assets: &JsValue, url: &str) -> Promise;

    /// A stream with an account as JSON, of rows with its user and its sessions; `page` is the statement that reads a page of
    /// tasks, given the caller and the id that the page begins after.
    #[wasm_bindgen(js_name = streamExport)]
    pub fn stream_export(
        account: &Array,
        page: &D1PreparedStatement,
        user_id: &str,
        session: Option<&str>,
        request_id: &str,
    ) -> JsValue;

    /// Sends a message, given as JSON, after the response; a failure is logged with the request's id.
    #[wasm_bindgen(js_name = sendEmail)]
    pub fn send_email(binding: &JsValue, message: &str, request_id: &str);

    /// The home's number of a user, if [`remember_home`] was called for it.
    #[wasm_bindgen(js_name = knownHome)]
    pub fn known_home(user_id: &str) -> Option<u8>;

    /// Remembers the home's number of a user, for as long as the isolate lives or 10,000 others have come after it.
    #[wasm_bindgen(js_name = rememberHome)]
    pub fn remember_home(user_id: &str, number: u8);

    /// As [`batch`] in a home; then runs `done` in `DB`, after the response.
    #[wasm_bindgen(js_name = batchAtHome)]
    pub fn batch_at_home(
        home: &D1Database,
        statements: Vec<D1PreparedStatement>,
        done: &D1PreparedStatement,
    ) -> Promise;

    /// Lets a promise settle after the response; ignores a failure.
    #[wasm_bindgen(js_name = afterResponse)]
    pub fn after_response(promise: Promise);
}
