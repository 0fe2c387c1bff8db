//! The way of a request: transport, route, flood, caller, handler, answer.

use crate::{
    auth::guard::AuthUser,
    clock::{self, Timestamp},
    config::{self, Config, SettingsRefused},
    context::{Incoming, RequestContext},
    domain::ids::uuid_v7,
    error::ApiError,
    handlers::{accounts, docs, health::health, replicas, sessions, tasks::Command, users},
    http::{
        answer::{Answer, Recipient},
        client, cors,
        request::Request,
        transport::UrlParts,
    },
    limiter::flood::Flood,
    log, random,
    router::{NoRoute, PrivateRoute, PublicRoute, Route},
    store::{Store, caller::CallerStore},
};
use std::rc::Rc;
use worker::{Env, web_sys::Response};

/// Answers a request.
///
/// # Errors
/// Only where the runtime fails: every error of ours is an answer.
pub async fn handle(request: &Request, env: &Env) -> worker::Result<Response> {
    let now = clock::now();
    let randomness = random::bytes().map_err(|error| error.to_string())?;
    let request_id = uuid_v7(now, &randomness).to_string();
    let settings = config::of_isolate(env);
    let config = settings.as_deref().ok();
    let client = client::address(request, config.and_then(|config| config.client_address_secret.as_ref()))?;
    let incoming = Incoming {
        method: request.method(),
        url: UrlParts::of(request.url()),
        client: &client,
        request_id: &request_id,
        allowed_origin: config.and_then(|config| cors::allowed_origin(request.origin(), &config.allowed_origins)),
    };
    let answer = match respond(request, env, &settings, &incoming, now).await {
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
        allowed_origin: incoming.allowed_origin,
        has_bookmarks: has_bookmarks(&settings),
        over_https: incoming.url.is_https(),
        wants_no_body: request.method() == "HEAD",
    })
}

/// Whether bookmarks of the database travel in headers.
fn has_bookmarks(settings: &Result<Rc<Config>, SettingsRefused>) -> bool {
    settings.as_ref().is_ok_and(|config| config.read_replication)
}

/// The order of judgement: plain http, path, method, settings, flood and token (a flood that is told by the token's subject
/// after the token), and then whatever the handler looks at.
async fn respond(
    request: &Request,
    env: &Env,
    settings: &Result<Rc<Config>, SettingsRefused>,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Answer, ApiError> {
    let allow_insecure_http = match settings {
        Ok(config) => config.allow_insecure_http,
        Err(refused) => refused.allow_insecure_http,
    };
    if !(incoming.url.is_https() || incoming.url.is_loopback() || allow_insecure_http) {
        return Err(ApiError::HttpsRequired);
    }
    #[cfg(debug_assertions)]
    crate::debug::panic_if_asked(incoming.url.path).await;
    let route = match Route::parse(incoming.method, incoming.url.path) {
        Err(NoRoute::MethodNotAllowed(methods)) if is_preflight(request)? => {
            return Ok(cors::preflight(
                methods,
                incoming.allowed_origin,
                has_bookmarks(settings),
            ));
        }
        route => route?,
    };
    let with_settings = || {
        Ok::<_, ApiError>(RequestContext {
            env,
            config: settings.as_ref().map_err(Clone::clone)?,
            now,
            incoming,
        })
    };
    match route {
        Route::Health => Ok(health()),
        Route::Docs(file) => docs::serve(file, &with_settings()?).await,
        Route::Public(route) => {
            let context = with_settings()?;
            context.count_client().await?;
            public(route, request, &context).await
        }
        Route::Private(route) => {
            let context = with_settings()?;
            if route.flood() == Flood::Authentication {
                context.count_client().await?;
            }
            let user = context.authenticate(request)?;
            if route.flood() == Flood::Resources {
                context.count_user(&user).await?;
            }
            private(route, request, &context, &user).await
        }
    }
}

fn is_preflight(request: &Request) -> worker::Result<bool> {
    Ok(request.method() == "OPTIONS"
        && !request.origin().is_empty()
        && request.header("Access-Control-Request-Method")?.is_some())
}

/// Serves anybody.
async fn public(route: PublicRoute, request: &Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    match route {
        PublicRoute::SignUp => accounts::sign_up(request, context).await,
        PublicRoute::Register => accounts::register(request, context).await,
        PublicRoute::SignIn => sessions::sign_in(request, context).await,
        PublicRoute::PasswordGrant => sessions::password_grant(request, context).await,
        PublicRoute::Refresh => sessions::refresh(request, context).await,
        PublicRoute::Session => {
            let user = match context.authenticate(request) {
                Ok(user) => Some(user),
                Err(ApiError::Token(_)) => None,
                Err(error) => return Err(error),
            };
            users::session(user.as_ref(), context).await
        }
    }
}

/// Serves a verified caller. The session is looked at in the same round trip as the query; a request that is refused before
/// there is a query still asks first whether the session is alive, since the token is judged before ownership and body.
async fn private(
    route: PrivateRoute<'_>,
    request: &Request,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<Answer, ApiError> {
    let store = Store::of(context.env)?;
    let rows_at = |now| CallerStore::new(&store, user, now);
    let refused = match route {
        PrivateRoute::SignOut => return sessions::sign_out(user, &store, context).await,
        PrivateRoute::Users => return users::list(&rows_at(context.now), context, user).await,
        PrivateRoute::ProfileOf(owner) if user.id().is_in_path(owner) => {
            return users::profile(&rows_at(context.now)).await;
        }
        PrivateRoute::TaskOf(owner, _) if !user.id().is_in_path(owner) => ApiError::NotYourResource,
        PrivateRoute::ProfileOf(_) => ApiError::NotYourResource,
        PrivateRoute::Task(route) | PrivateRoute::TaskOf(_, route) => {
            let command = Command::parse(route, request, context, user).await;
            let context = &context.after_body();
            user.expiry().check(context.now)?;
            match command {
                Ok(command) => return replicas::carry_out(&command, request, &store, context, user).await,
                Err(error) => error,
            }
        }
    };
    rows_at(context.now).require_session().await?;
    Err(refused)
}
