//! The log: one JSON line an event. No line ever holds a password, a token or a plain address.

use serde::Serialize;

/// An event worth a log line. Names of events and fields are an interface: dashboards and alerts match on them.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// An account was created.
    SignedUp {
        /// A keyed hash of the address.
        account: &'a str,
        /// The client's IP address, as Cloudflare or a trusted server reports it.
        #[serde(rename = "client")]
        client_ip: &'a str,
    },
    /// A sign-in failed.
    SigninFailed {
        /// `invalid_credentials`, `limited`, `unreadable_hash`, `suspended` or `email_not_verified`.
        reason: &'static str,
        /// What the operator can do about it, where there is something.
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<&'static str>,
        /// A keyed hash of the address.
        account: &'a str,
        /// The client's IP address, as Cloudflare or a trusted server reports it.
        #[serde(rename = "client")]
        client_ip: &'a str,
    },
    /// A Bearer token was rejected.
    #[serde(rename = "token_refused")]
    TokenRejected {
        /// The failed check, and what to do about it.
        reason: String,
        /// The client's IP address, as Cloudflare or a trusted server reports it.
        #[serde(rename = "client")]
        client_ip: &'a str,
    },
    /// A refresh token was used a second time: its session was ended.
    SessionEndedByReuse {
        /// The session's id.
        session: String,
        /// The client's IP address, as Cloudflare or a trusted server reports it.
        #[serde(rename = "client")]
        client_ip: &'a str,
    },
    /// A request failed for a reason that the response does not contain.
    UnhandledError {
        /// The reason.
        cause: &'a str,
    },
    /// A rate limit is not configured or failed: requests are served without it.
    #[serde(rename = "unshielded_from_floods")]
    RateLimitUnavailable {
        /// The reason.
        cause: &'a str,
    },
    /// The clean-up deleted expired sessions, and what requests had left of deleted users.
    SessionsCleanedUp {
        /// How many sessions.
        deleted: u32,
        /// Of how many users every task is deleted now.
        users: u32,
        /// How many tasks of deleted users.
        tasks: u32,
    },
    /// A setting is invalid: only the health route is served.
    #[serde(rename = "settings_refused")]
    ConfigError {
        /// Every invalid setting, with the reason and the cure.
        cause: &'a str,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a Event<'a>,
    request_id: &'a str,
}

/// Writes one line, with the request's id, which the client received in `X-Request-Id`.
pub fn write(event: &Event<'_>, request_id: &str) {
    let line = Line { event, request_id };
    if let Ok(line) = serde_json::to_string(&line) {
        worker::console_log!("{line}");
    }
}
