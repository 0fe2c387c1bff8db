//! Sessions: rotated by `POST /api/auth/refresh`, ended by `/api/auth/signout`. `signin` creates them.

use crate::{
    auth::{
        revocation::session_of_refresh_token,
        session_tokens::{Profile, Session, verify_refresh_token},
    },
    context::RequestContext,
    error::ApiError,
    http::{auth_response::auth_response, body_fields::read_body, request::Request, response::ApiResponse},
    platform::log::Event,
    store::{Store, sessions::RefreshOutcome},
};

pub(super) fn parse_refresh(body: &[u8]) -> Result<String, ApiError> {
    read_body(body, |fields| {
        fields.required_text("refresh_token", |text| Ok(text.to_owned()))
    })
}

/// `POST /api/auth/refresh`: exchanges a refresh token for the tokens of the session's next generation.
///
/// # Errors
/// [`ApiError`]
pub async fn refresh(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let (session, profile) = rotate(&parse_refresh(&body?)?, &context).await?;
    auth_response(200, &session, &profile, None, context.config, context.now)
}

/// Rotates the session of a refresh token to its next generation; logs the reuse of a token, which ends the session.
pub(super) async fn rotate(token: &str, context: &RequestContext<'_>) -> Result<(Session, Profile), ApiError> {
    let config = context.config;
    let token = verify_refresh_token(token, &config.keys, &config.expected_claims, context.now)
        .map_err(|_| ApiError::InvalidRefreshToken)?;
    let session_id = token.session_id;
    let store = Store::from_env(context.env)?;
    let home = context.databases().home_of(&token.user_id).await?;
    let refreshed = store.refresh(home.as_ref(), token, config.refresh_grace_seconds, context.now);
    match refreshed.await? {
        RefreshOutcome::Rotated(session, profile) => Ok((session, profile)),
        RefreshOutcome::ReuseDetected => {
            context.log(&Event::SessionEndedByReuse {
                session: session_id.to_string(),
                client_ip: context.meta.client_ip,
            });
            Err(ApiError::InvalidRefreshToken)
        }
        RefreshOutcome::NotFound => Err(ApiError::InvalidRefreshToken),
    }
}

/// `POST /api/auth/signout`: ends the session of the access token. Without an `Authorization` header it ends that of a refresh
/// token, and always succeeds: a client whose access token has expired must be able to sign out.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_out(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    if !request.authorization().is_empty() || !request.has_body() {
        let user = context.authenticate(request).await?;
        context
            .databases()
            .home_store(user.id())
            .await?
            .sign_out(&user, context.now)
            .await?;
        return Ok(ApiResponse::no_content());
    }
    let (body, context) = context.receive_json(request).await;
    let token = parse_refresh(&body?)?;
    if let Some(session) = session_of_refresh_token(&token, &context.config.keys) {
        let store = context.databases().home_store(&session.user_id).await?;
        store.end_session(&session, context.now).await?;
    }
    Ok(ApiResponse::no_content())
}
