//! `GET /api/health`.

use crate::http::response::ApiResponse;

/// Reports that the Worker runs. Needs no token, storage or settings, so that it responds even if those are misconfigured.
pub fn health() -> ApiResponse {
    ApiResponse::json(200, r#"{"status":"ok"}"#.to_owned())
}
