//! What handlers know of a request besides its body, and the only way in which they read a body.

use crate::{
    auth::guard::{AuthUser, Verifier},
    config::{Config, email::EmailSettings},
    email::{Message, Notice, RenderedEmail},
    error::ApiError,
    http::{body, form::Form, request::Request, url::UrlParts},
    platform::{
        bindings,
        clock::{self, Timestamp},
        log::{self, Event},
    },
    rate_limit::requests::{self, Count, RequestLimit},
    store::databases::Databases,
};
use std::rc::Rc;
use worker::Env;

/// A request's first line and headers, as far as handlers need them.
pub struct RequestMeta<'a> {
    /// The method, as it was sent.
    pub method: &'a str,
    /// The URL.
    pub url: UrlParts<'a>,
    /// The client's IP address, empty where it is unknown.
    pub client_ip: &'a str,
    /// For `X-Request-Id` and every log line of the request.
    pub request_id: &'a str,
}

impl RequestMeta<'_> {
    /// Logs an error whose cause the response does not contain.
    pub fn log_error(&self, error: &ApiError) {
        if let Some(event) = error.event(self.client_ip) {
            log::write(&event, self.request_id);
        }
    }
}

/// What handlers know of a request besides its body.
#[derive(Clone, Copy)]
pub struct RequestContext<'a> {
    /// The bindings.
    pub env: &'a Env,
    /// The settings.
    pub config: &'a Config,
    /// The moment that expiry is checked against: when the request arrived, or when its body was complete.
    pub now: Timestamp,
    /// The request.
    pub meta: &'a RequestMeta<'a>,
}

/// A body that is not parsed yet, or why it was rejected, and the context with the time at which it was complete.
pub type Received<'a, T = Vec<u8>> = (Result<T, ApiError>, RequestContext<'a>);

impl<'a> RequestContext<'a> {
    /// Reads a JSON body. The sender decides how long that takes, so expiry must be checked against the time afterwards: the
    /// returned context has it.
    pub async fn receive_json(&self, request: &Request) -> Received<'a> {
        self.receive_json_up_to(body::MAX_BODY_BYTES, request).await
    }

    /// Reads a task, whose JSON may be larger, in the same way.
    pub async fn receive_task(&self, request: &Request) -> Received<'a> {
        self.receive_json_up_to(body::MAX_TASK_BYTES, request).await
    }

    async fn receive_json_up_to(&self, max_bytes: usize, request: &Request) -> Received<'a> {
        let body = body::read_json(request, max_bytes).await;
        (body, self.with_current_time())
    }

    /// Reads a form, in the same way.
    pub async fn receive_form(&self, request: &Request) -> Received<'a, Form> {
        let body = body::read_form(request).await;
        (body, self.with_current_time())
    }

    fn with_current_time(&self) -> Self {
        Self {
            now: clock::now(),
            ..*self
        }
    }

    /// Writes a log line of this request.
    pub fn log(&self, event: &Event<'_>) {
        log::write(event, self.meta.request_id);
    }

    /// The settings of email.
    ///
    /// # Errors
    /// [`ApiError::EmailNotConfigured`]
    pub fn email_settings(&self) -> Result<&'a EmailSettings, ApiError> {
        self.config.email.as_ref().ok_or(ApiError::EmailNotConfigured)
    }

    /// Renders a message, which its `send` sends after the response.
    ///
    /// # Errors
    /// [`ApiError::EmailNotConfigured`], or where the message cannot be serialized.
    pub fn render_email(&self, recipient: &str, message: Message<'_>) -> Result<RenderedEmail, ApiError> {
        Ok(RenderedEmail::new(self.email_settings()?, recipient, message)?)
    }

    /// Sends a rendered message after the response.
    pub fn send(&self, email: &RenderedEmail) {
        email.send(self.env, self.meta.request_id);
    }

    /// Sends a notice where email is configured. What it reports has happened, so a failure is only logged.
    pub fn notify(&self, recipient: &str, notice: Notice) {
        match self.render_email(recipient, Message::Notice(notice)) {
            Ok(email) => self.send(&email),
            Err(ApiError::EmailNotConfigured) => {}
            Err(error) => self.meta.log_error(&error),
        }
    }

    /// Counts the request for its client address; an unknown address is not limited.
    ///
    /// # Errors
    /// [`ApiError::TooManyRequests`]
    pub async fn rate_limit_by_ip(&self, limit: RequestLimit) -> Result<(), ApiError> {
        self.rate_limit(&requests::counts_by_ip(limit, self.meta.client_ip))
            .await
    }

    /// Counts the request for its token's session, so that the holder of a revoked token does not use up its owner's share,
    /// or for its subject where the token has no session.
    ///
    /// # Errors
    /// [`ApiError::TooManyRequests`]
    pub async fn rate_limit_by_session(&self, user: &AuthUser) -> Result<(), ApiError> {
        let key = match user.session() {
            Some(session) => format!("session:{session}"),
            None => format!("sub:{}", user.id().as_str()),
        };
        self.rate_limit(&[(bindings::RESOURCE_RATE_LIMIT, key)]).await
    }

    async fn rate_limit(&self, counts: &[Count]) -> Result<(), ApiError> {
        if requests::is_limited(counts, self.env, self.meta.request_id).await {
            return Err(ApiError::TooManyRequests);
        }
        Ok(())
    }

    /// The databases.
    pub fn databases(&self) -> Databases<'a> {
        Databases::new(self.env, &self.config.homes)
    }

    /// What tokens are verified against.
    pub fn verifier(&self) -> Verifier<'a> {
        Verifier {
            keys: &self.config.keys,
            expected: &self.config.expected_claims,
            issuers: &self.config.issuers,
            verified: &self.config.verified_tokens,
            now: self.now,
            clock: clock::now,
        }
    }

    /// Verifies the `Authorization` header. Waits only for a trusted issuer's token.
    ///
    /// # Errors
    /// [`ApiError::Token`], or [`ApiError::IssuerKeysUnavailable`]
    pub async fn authenticate(&self, request: &Request) -> Result<Rc<AuthUser>, ApiError> {
        Ok(self.verifier().authenticate(Some(request.authorization())).await?)
    }
}
