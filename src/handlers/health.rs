//! `GET /api/health`.

use crate::http::answer::Answer;

/// The service is there: no token, no storage, no setting.
pub fn health() -> Answer {
    Answer::json(200, r#"{"status":"ok"}"#.to_owned())
}
