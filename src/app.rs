//! The way of a request: route, settings, caller, handler, answer.

use crate::{
    auth::guard::{AuthUser, authenticate},
    clock::{self, Timestamp},
    config::{self, Config},
    domain::ids::uuid_v7,
    error::ApiError,
    handlers::{auth, health::health, tasks::Command},
    http::answer::{Answer, Recipient},
    log::{self, Event},
    random,
    router::{PrivateRoute, PublicRoute, Route},
    store::{Store, tasks::UserTasks},
};
use worker::{Env, Request, Response};

/// A request as its first line and its headers have it.
pub struct Incoming<'a> {
    /// The method, as it was sent.
    pub method: &'a str,
    /// The path, as it was sent.
    pub path: &'a str,
    /// The query, without its question mark.
    pub query: &'a str,
    /// The client's address, as Cloudflare saw it.
    pub client: &'a str,
    /// For `X-Request-Id`, and in every log line of the request.
    pub request_id: &'a str,
}

/// What handlers need to know besides the body.
pub struct RequestContext<'a> {
    /// The bindings.
    pub env: &'a Env,
    /// The settings.
    pub config: &'a Config,
    /// When the request came.
    pub now: Timestamp,
    /// The request.
    pub incoming: &'a Incoming<'a>,
}

impl RequestContext<'_> {
    /// Writes a log line of this request.
    pub fn log(&self, event: &Event<'_>) {
        log::write(event, self.incoming.request_id);
    }
}

/// Answers a request.
///
/// # Errors
/// Only where the runtime fails: every error of ours is an answer.
pub async fn handle(mut request: Request, env: &Env) -> worker::Result<Response> {
    let now = clock::now();
    let randomness = random::bytes().map_err(|error| error.to_string())?;
    let request_id = uuid_v7(now, &randomness).to_string();
    let (url, method) = (request.inner().url(), request.inner().method());
    let (scheme, path, query) = split_url(&url);
    let client = request.headers().get("CF-Connecting-IP")?;
    let incoming = Incoming {
        method: &method,
        path,
        query,
        client: client.as_deref().unwrap_or_default(),
        request_id: &request_id,
    };
    let answer = match respond(&mut request, env, &incoming, now).await {
        Ok(answer) => answer,
        Err(error) => {
            if let Some(event) = error.event() {
                log::write(&event, &request_id);
            }
            Answer::from(&error)
        }
    };
    answer.into_response(&Recipient {
        request_id: &request_id,
        over_https: scheme == "https",
        wants_no_body: method == "HEAD",
    })
}

async fn respond(
    request: &mut Request,
    env: &Env,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Answer, ApiError> {
    let route = Route::parse(incoming.method, incoming.path)?;
    let with_settings = |config| RequestContext {
        env,
        config,
        now,
        incoming,
    };
    match route {
        Route::Health => Ok(health()),
        Route::Public(route) => {
            let config = config::of_isolate(env)?;
            public(route, request, &with_settings(&config)).await
        }
        Route::Private(route) => {
            let config = config::of_isolate(env)?;
            let header = request.headers().get("Authorization")?;
            let user = authenticate(header.as_deref(), &config.keys, &config.parties, now)?;
            private(route, request, &with_settings(&config), &user).await
        }
    }
}

/// Serves anybody.
async fn public(route: PublicRoute, request: &mut Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    match route {
        PublicRoute::SignUp => auth::sign_up(request, context).await,
        PublicRoute::SignIn => auth::sign_in(request, context).await,
        PublicRoute::Refresh => auth::refresh(request, context).await,
    }
}

/// Serves a verified caller. The session is looked at in the same round trip as the query; a request that is refused before
/// there is a query still asks first whether the session is alive, since the token is judged before the body.
async fn private(
    route: PrivateRoute<'_>,
    request: &mut Request,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<Answer, ApiError> {
    let store = Store::of(context.env)?;
    match route {
        PrivateRoute::SignOut => auth::sign_out(user, &store, context).await,
        PrivateRoute::Task(route) => {
            let tasks = UserTasks::new(&store, user, context.now);
            match Command::parse(route, request, context, user).await {
                Ok(command) => command.run(&tasks, context, user).await,
                Err(error) => {
                    tasks.require_session().await?;
                    Err(error)
                }
            }
        }
    }
}

/// Scheme, path and query of an absolute URL, which is what the runtime gives: no parser needed.
fn split_url(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = rest.find('/').and_then(|start| rest.get(start..));
    let rest = rest.unwrap_or("/").split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    (scheme, path, query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_falls_into_scheme_path_and_query() {
        for (url, parts) in [
            ("https://a.example", ("https", "/", "")),
            ("https://a.example/b/c", ("https", "/b/c", "")),
            ("http://a:1/b?c=/d?e#f", ("http", "/b", "c=/d?e")),
            ("http://a/#b?c", ("http", "/", "")),
        ] {
            assert_eq!(split_url(url), parts, "{url}");
        }
    }
}
