//! Token verification for the account's other Workers, which call it through a service binding: the checks of a request, with
//! a JSON result in place of a response. `platform/auth.d.ts` describes the result to callers.

use crate::{
    auth::{claims::ProfileClaims, guard::Verifier, token_rejection::TokenRejection},
    config,
    domain::ids::uuid_v7,
    error::ApiError,
    http::response::ApiResponse,
    platform::{clock, log, random},
    store::{caller::CallerStore, databases::Databases},
};
use worker::Env;

/// What another Worker asks about.
#[derive(Clone, Copy, Debug)]
pub enum Credentials<'a> {
    /// A token without a header.
    Token(&'a str),
    /// An `Authorization` header, empty where the request has none.
    Header(&'a str),
    /// Neither: a value of another type, or a text that no header could hold.
    NotText,
}

/// Verifies the credentials and, with `check_session`, in one query that their session is active. Logs what a request with
/// this token would log; no rate limit counts it.
pub async fn verify(env: &Env, credentials: Credentials<'_>, check_session: bool) -> String {
    match try_verify(env, credentials, check_session).await {
        Ok(result) => result,
        Err(error) => {
            log_error(&error);
            failure(&error)
        }
    }
}

async fn try_verify(env: &Env, credentials: Credentials<'_>, check_session: bool) -> Result<String, ApiError> {
    #[cfg(debug_assertions)]
    if let Credentials::Token(token) = credentials {
        crate::debug::run_if_requested(token).await?;
    }
    let config = config::load_once(env)?;
    let now = clock::now();
    let verifier = Verifier {
        keys: &config.keys,
        expected: &config.expected_claims,
        issuers: &config.issuers,
        verified: &config.verified_tokens,
        now,
        clock: clock::now,
    };
    let user = match credentials {
        Credentials::Token(token) => verifier.verify(token).await,
        Credentials::Header(header) => verifier.authenticate(Some(header)).await,
        Credentials::NotText => return Err(TokenRejection::NotText.into()),
    }?;
    let mut json = r#"{"ok":true,"user":"#.to_owned();
    match user.session() {
        Some(_) if check_session => {
            let databases = Databases::new(env, &config.homes);
            let (store, home) = (databases.main()?, databases.home_of(user.id()).await?);
            let caller = CallerStore::new(&store, home.as_ref(), &user, now);
            json.push_str(&caller.session_user().await?);
        }
        _ => {
            let ProfileClaims { email, name, role, .. } = user.claims();
            push_member(&mut json, "{\"id\":", Some(user.id().as_str()));
            push_member(&mut json, ",\"email\":", email.as_deref());
            push_member(&mut json, ",\"name\":", name.as_deref());
            push_member(&mut json, ",\"role\":", role.as_deref());
            json.push('}');
        }
    }
    let session = user.session().map(|session| session.to_string());
    push_member(&mut json, ",\"session\":", session.as_deref());
    push_member(&mut json, ",\"issuer\":", user.claims().issuer.as_deref());
    push_member(
        &mut json,
        ",\"expires_at\":",
        Some(&user.expiry().timestamp().to_string()),
    );
    json.push('}');
    Ok(json)
}

/// Appends a member of an object: its name, and a string or null.
fn push_member(json: &mut String, name: &str, value: Option<&str>) {
    json.push_str(name);
    // The fallback is never used: strings always serialize.
    json.push_str(&serde_json::to_string(&value).unwrap_or_else(|_| "null".to_owned()));
}

/// The status, the detail and the challenge of the response that a request would receive.
fn failure(error: &ApiError) -> String {
    let mut response = ApiResponse::from(error);
    let status = response.status();
    let body = response.text_mut().map(std::mem::take).unwrap_or_default();
    let detail = body.get(1..body.len().saturating_sub(1)).unwrap_or_default();
    let mut json = format!(r#"{{"ok":false,"status":{status},{detail}"#);
    if let Some(challenge) = response.header("WWW-Authenticate") {
        push_member(&mut json, ",\"www_authenticate\":", Some(challenge));
    }
    json.push('}');
    json
}

/// Logs under an id of its own: the caller's request has one that this service does not know, and neither its client.
fn log_error(error: &ApiError) {
    if let Some(event) = error.event("") {
        let id = random::bytes().map(|randomness| uuid_v7(clock::now(), &randomness).to_string());
        log::write(&event, &id.unwrap_or_default());
    }
}
