//! The life of a request: HTTPS, route, settings, rate limit and token, handler, response. A public route counts the client's
//! address before any token is read; a private one verifies the token, then counts its subject.

use crate::{
    auth::{guard::AuthUser, ownership::require_owner},
    config::{self, Config, ConfigError},
    context::{RequestContext, RequestMeta},
    domain::ids::uuid_v7,
    error::ApiError,
    handlers::{
        accounts, active_sessions, admin, deletion, docs, email_change, email_verification, export, health::health,
        oauth, password, password_reset, sessions, signin, tasks, users,
    },
    http::{
        client_ip,
        cors::Cors,
        https_only::require_https,
        preflight::Preflight,
        request::Request,
        response::{ApiResponse, ResponseContext},
        url::UrlParts,
    },
    platform::{
        clock::{self, Timestamp},
        random,
    },
    router::{AccountRoute, PrivateRoute, PublicRoute, Route, Segments, UserRoute},
    store::{Store, caller::CallerStore},
};
use std::rc::Rc;
use worker::{Env, web_sys::Response};

type ConfigResult = Result<Rc<Config>, ConfigError>;

/// Handles a request.
///
/// # Errors
/// Only where the runtime fails: every error of this service is a response.
pub async fn handle(request: &Request, env: &Env) -> worker::Result<Response> {
    let now = clock::now();
    let randomness = random::bytes().map_err(|error| error.to_string())?;
    let request_id = uuid_v7(now, &randomness).to_string();
    let settings = config::load_once(env);
    let config = settings.as_deref().ok();
    let client_ip = client_ip::from_request(request, config.and_then(|config| config.client_address_secret.as_ref()))?;
    let cors = Cors::new(request.origin(), config);
    let meta = RequestMeta {
        method: request.method(),
        url: UrlParts::parse(request.url()),
        client_ip: &client_ip,
        request_id: &request_id,
    };
    let response = match respond(request, env, &settings, &meta, cors, now).await {
        Ok(response) => response,
        Err(error) => {
            meta.log_error(&error);
            ApiResponse::from(&error)
        }
    };
    response.into_response(&ResponseContext {
        request_id: &request_id,
        cors,
        over_https: meta.url.is_https(),
        is_head: meta.method == "HEAD",
    })
}

/// Checks in this order: HTTPS, path, method, settings, then the rate limit by address (public routes), or the token and the
/// rate limit by subject (private routes); the handler checks the rest.
async fn respond(
    request: &Request,
    env: &Env,
    settings: &ConfigResult,
    meta: &RequestMeta<'_>,
    cors: Cors<'_>,
    now: Timestamp,
) -> Result<ApiResponse, ApiError> {
    let allow_insecure_http = match settings {
        Ok(config) => config.allow_insecure_http,
        Err(error) => error.allow_insecure_http,
    };
    require_https(&meta.url, allow_insecure_http)?;
    #[cfg(debug_assertions)]
    crate::debug::run_if_requested(meta.url.path).await?;
    let segments = Segments::of(meta.url.path);
    let route = match Route::parse(meta.method, &segments) {
        // Before the 404 of an unknown path, too: a page can read the status of a request only if its preflight succeeds.
        Err(error) if let Some(preflight) = Preflight::from_request(request)? => {
            return Ok(preflight.respond(error, cors));
        }
        route => route?,
    };
    let context_with_settings = || {
        Ok::<_, ApiError>(RequestContext {
            env,
            config: settings.as_ref().map_err(Clone::clone)?,
            now,
            meta,
        })
    };
    match route {
        Route::Health => Ok(health()),
        Route::OAuthMetadata => oauth::metadata(&context_with_settings()?),
        Route::Docs(file) => docs::serve(file, request, &context_with_settings()?).await,
        Route::Public(route) => {
            let response = async {
                let context = context_with_settings()?;
                if route.needs_email() {
                    context.email_settings()?;
                }
                context.rate_limit_by_ip(route.request_limit()).await?;
                public(route, request, &context).await
            };
            match response.await {
                Err(error) if route.is_oauth_endpoint() => Err(ApiError::OAuth(error.into())),
                response => response,
            }
        }
        Route::Private(route) => {
            let context = context_with_settings()?;
            let by_ip = route.request_limit();
            if let Some(limit) = by_ip {
                context.rate_limit_by_ip(limit).await?;
            }
            let user = context.authenticate(request).await?;
            if by_ip.is_none() {
                context.rate_limit_by_session(&user).await?;
            }
            private(route, request, &context, &user).await
        }
    }
}

/// Serves anonymous callers.
async fn public(route: PublicRoute, request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    match route {
        PublicRoute::SignUp => accounts::sign_up(request, context).await,
        PublicRoute::Register => accounts::register(request, context).await,
        PublicRoute::SignIn => signin::sign_in(request, context).await,
        PublicRoute::Token => oauth::token(request, context).await,
        PublicRoute::Revoke => oauth::revoke(request, context).await,
        PublicRoute::Refresh => sessions::refresh(request, context).await,
        PublicRoute::ForgotPassword => password_reset::forgot(request, context).await,
        PublicRoute::ResetPassword => password_reset::reset(request, context).await,
        PublicRoute::VerifyEmail => email_verification::verify(request, context).await,
        PublicRoute::ConfirmEmail => email_change::confirm(request, context).await,
        PublicRoute::SignOut => sessions::sign_out(request, context).await,
        PublicRoute::Session => {
            let user = match context.authenticate(request).await {
                Ok(user) => Some(user),
                Err(error @ ApiError::Token(_)) => {
                    context.meta.log_error(&error);
                    None
                }
                Err(error) => return Err(error),
            };
            users::session(user.as_deref(), context).await
        }
    }
}

/// Serves a verified caller. What is rejected before any query breaks out of the block, so that the session is checked first.
async fn private(
    route: PrivateRoute<'_>,
    request: &Request,
    context: &RequestContext<'_>,
    user: &AuthUser,
) -> Result<ApiResponse, ApiError> {
    let store = Store::from_env(context.env)?;
    let home = context.databases().home_of(user.id()).await?;
    let home = home.as_ref();
    let rejection = 'rejected: {
        if let Some(Err(not_owner)) = route.owner().map(|owner| require_owner(user, owner)) {
            break 'rejected not_owner.into();
        }
        if route.needs_own_user() && user.session().is_none() {
            break 'rejected ApiError::UserNotFound;
        }
        if route.needs_email()
            && let Err(not_configured) = context.email_settings()
        {
            break 'rejected not_configured;
        }
        let (body, context) = match route.has_json_body(user.session().is_some()) {
            true => context.receive_json(request).await,
            false => (Ok(Vec::new()), *context),
        };
        user.expiry().check(context.now)?;
        let caller = CallerStore::new(&store, home, user, context.now);
        return match route {
            PrivateRoute::Users => admin::list(&caller, &context, user).await,
            PrivateRoute::User(id, UserRoute::Read) => admin::read(id, &caller).await,
            PrivateRoute::User(id, UserRoute::Update) => admin::update(id, body, &caller, &context).await,
            PrivateRoute::User(id, UserRoute::Delete) => deletion::delete_user(id, &store, &caller, &context).await,
            PrivateRoute::User(id, UserRoute::EndSessions) => admin::end_sessions(id, &caller, &context).await,
            PrivateRoute::ProfileOf(_) => users::profile(&caller).await,
            PrivateRoute::ChangeProfileOf(_) => match body.and_then(|body| users::parse_changes(&body)) {
                Ok(name) => users::change_profile(name.as_ref(), &caller).await,
                Err(error) => break 'rejected error,
            },
            PrivateRoute::Account(AccountRoute::ChangePassword) => {
                match body.and_then(|body| password::parse_change(&body)) {
                    Ok(passwords) => password::change(&passwords, request, &caller, &context, user).await,
                    Err(error) => break 'rejected error,
                }
            }
            PrivateRoute::Account(AccountRoute::RequestVerification) => {
                email_verification::request_link(&caller, &context, user).await
            }
            PrivateRoute::Account(AccountRoute::ChangeEmail) => {
                match body.and_then(|body| email_change::parse_change(&body)) {
                    Ok(change) => email_change::request_change(&change, &store, &caller, &context, user).await,
                    Err(error) => break 'rejected error,
                }
            }
            PrivateRoute::Account(AccountRoute::Sessions) => active_sessions::list(&caller).await,
            PrivateRoute::Account(AccountRoute::EndSession(id)) => active_sessions::end(id, &caller).await,
            PrivateRoute::Account(AccountRoute::EndOtherSessions) => active_sessions::end_others(&caller).await,
            PrivateRoute::Account(AccountRoute::Export) => export::export(&caller, &context).await,
            PrivateRoute::Account(AccountRoute::Delete) => match user.session() {
                None => deletion::delete_without_session(&store, &caller, &context, user).await,
                Some(_) => match body.and_then(|body| deletion::parse(&body)) {
                    Ok(password) => deletion::delete_account(&password, user, &store, &caller, &context).await,
                    Err(error) => break 'rejected error,
                },
            },
            PrivateRoute::Task(route) | PrivateRoute::TaskOf(_, route) => {
                let (command, context) = tasks::Command::parse(route, request, &context, user).await;
                user.expiry().check(context.now)?;
                match command {
                    Ok(command) => {
                        let decided = match command.creates() {
                            true => context.databases().home_to_write(user.id()).await?,
                            false => None,
                        };
                        let home = decided.as_ref().or(home).unwrap_or(&store);
                        tasks::execute(&command, request, home, &context, user).await
                    }
                    Err(error) => break 'rejected error,
                }
            }
        };
    };
    Err(session_checked_first(rejection, &CallerStore::new(&store, home, user, context.now)).await)
}

/// For a request that fails before any query. The query would have checked the session; check it here instead, so that a
/// revoked token gets `Token revoked` and nothing else.
async fn session_checked_first(error: ApiError, caller: &CallerStore<'_>) -> ApiError {
    match caller.require_session().await {
        Ok(()) => error,
        Err(session_error) => session_error.into(),
    }
}
