//! The log: one JSON line an event. No line ever holds a password, a token or a plain address.

use serde::Serialize;

/// What is worth a line.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// Somebody has a new account.
    SignedUp {
        /// A keyed hash of the address.
        account: &'a str,
        /// The client's address, as Cloudflare saw it or a trusted server handed it on.
        client: &'a str,
    },
    /// Somebody could not sign in.
    SigninFailed {
        /// `invalid_credentials` or `limited`.
        reason: &'static str,
        /// A keyed hash of the address.
        account: &'a str,
        /// The client's address, as Cloudflare saw it or a trusted server handed it on.
        client: &'a str,
    },
    /// A refresh token came back after it was used: its session is over.
    SessionEndedByReuse {
        /// The session.
        session: String,
        /// The client's address, as Cloudflare saw it or a trusted server handed it on.
        client: &'a str,
    },
    /// A request failed for a reason that the client is not told.
    UnhandledError {
        /// Why.
        cause: &'a str,
    },
    /// The shield against floods is not configured, or did not answer: requests are served without it.
    UnshieldedFromFloods {
        /// Why.
        cause: &'a str,
    },
    /// Sessions whose time was over were deleted.
    SessionsCleanedUp {
        /// How many.
        deleted: u32,
    },
    /// A setting is refused: nothing but health is served.
    SettingsRefused {
        /// Every such setting, the reason and the cure.
        cause: &'a str,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a Event<'a>,
    request_id: &'a str,
}

/// Writes one line, with the request's id, which the client has seen in `X-Request-Id`.
pub fn write(event: &Event<'_>, request_id: &str) {
    let line = Line { event, request_id };
    if let Ok(line) = serde_json::to_string(&line) {
        worker::console_log!("{line}");
    }
}
