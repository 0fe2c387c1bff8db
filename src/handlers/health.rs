//! `GET /api/health`.

use crate::http::response::ApiResponse;

/// The service is there: no token, no storage, no setting.
pub fn health() -> ApiResponse {
    ApiResponse::json(200, r#"{"status":"ok"}"#.to_owned())
}
