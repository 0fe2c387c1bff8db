//! What handlers know of a request besides its body.

use crate::{
    auth::guard::{AuthUser, authenticate},
    clock::{self, Timestamp},
    config::Config,
    error::ApiError,
    http::{client, request::Request, transport::UrlParts},
    limiter::flood::{self, Flood},
    log::{self, Event},
};
use worker::Env;

/// A request as its first line and its headers have it.
pub struct Incoming<'a> {
    /// The method, as it was sent.
    pub method: &'a str,
    /// The URL.
    pub url: UrlParts<'a>,
    /// The client's address, empty where nobody knows it.
    pub client: &'a str,
    /// For `X-Request-Id`, and in every log line of the request.
    pub request_id: &'a str,
    /// The origin of the page that asks, if it may read the answer.
    pub allowed_origin: Option<&'a str>,
}

/// What handlers need to know besides the body.
pub struct RequestContext<'a> {
    /// The bindings.
    pub env: &'a Env,
    /// The settings.
    pub config: &'a Config,
    /// The moment by which time limits are judged: when the request came, or when its body was whole.
    pub now: Timestamp,
    /// The request.
    pub incoming: &'a Incoming<'a>,
}

impl RequestContext<'_> {
    /// The same request at this moment. A body takes as long as its sender likes, and nobody may stretch a time limit so:
    /// whoever has waited for one goes on from here.
    pub fn after_body(&self) -> RequestContext<'_> {
        RequestContext {
            now: clock::now(),
            ..*self
        }
    }

    /// Writes a log line of this request.
    pub fn log(&self, event: &Event<'_>) {
        log::write(event, self.incoming.request_id);
    }

    /// Counts a request against the flood that is told by where it comes from; where nobody knows, there is nothing to
    /// count by.
    ///
    /// # Errors
    /// [`ApiError::TooManyRequests`]
    pub async fn count_client(&self) -> Result<(), ApiError> {
        match client::flood_key(self.incoming.client) {
            key if key.is_empty() => Ok(()),
            key => self.count(Flood::Authentication, key).await,
        }
    }

    /// Counts a request against the flood that is told by who sends it.
    ///
    /// # Errors
    /// [`ApiError::TooManyRequests`]
    pub async fn count_user(&self, user: &AuthUser) -> Result<(), ApiError> {
        self.count(Flood::Resources, user.id().as_str().to_owned()).await
    }

    async fn count(&self, flood: Flood, key: String) -> Result<(), ApiError> {
        if flood::is_over_limit(flood, key, self.env, self.incoming.request_id).await {
            return Err(ApiError::TooManyRequests);
        }
        Ok(())
    }

    /// The caller, by the `Authorization` header.
    ///
    /// # Errors
    /// [`ApiError::Token`]
    pub fn authenticate(&self, request: &Request) -> Result<AuthUser, ApiError> {
        let (keys, parties) = (&self.config.keys, &self.config.parties);
        Ok(authenticate(Some(request.authorization()), keys, parties, self.now)?)
    }
}
