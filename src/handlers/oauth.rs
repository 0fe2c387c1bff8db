//! OAuth2: the token endpoint `POST /auth/token` (RFC 6749), the revocation endpoint `POST /auth/revoke` (RFC 7009) and the
//! metadata that describes both (RFC 8414).

use super::{
    sessions,
    signin::{SignIn, sign_in_with_password},
};
use crate::{
    auth::revocation::session_of_token,
    context::RequestContext,
    domain::{credentials::Password, email::Email, validation::FieldErrorKind},
    error::ApiError,
    http::{
        auth_response::token_response,
        body_fields::{BodyFields, read_form},
        form::Form,
        request::Request,
        response::ApiResponse,
        url::{UrlParts, is_http_url},
    },
};
use serde::Serialize;

/// What a token request asks for.
pub(super) enum Grant {
    /// A new session (RFC 6749, section 4.3).
    Password(SignIn),
    /// The next generation of a session (RFC 6749, section 6).
    RefreshToken(String),
}

enum GrantType {
    Password,
    RefreshToken,
}

fn parse_grant_type(text: &str) -> Result<GrantType, FieldErrorKind> {
    match text {
        "" | "password" => Ok(GrantType::Password),
        "refresh_token" => Ok(GrantType::RefreshToken),
        _ => Err(FieldErrorKind::Enum("'password' or 'refresh_token'")),
    }
}

pub(super) fn parse_grant(form: &Form) -> Result<Grant, ApiError> {
    read_form(form, |fields| {
        let grant_type = fields.text("grant_type", parse_grant_type);
        if let Some(Some(GrantType::RefreshToken)) = grant_type {
            return required_token(fields, "refresh_token").map(Grant::RefreshToken);
        }
        let email = fields.required_text("username", Email::parse);
        let password = fields.required_text("password", Password::parse_attempt);
        let device_token = fields.text("device_token", |text| Ok(text.to_owned()));
        grant_type?;
        Some(Grant::Password(SignIn {
            email: email?,
            password: password?,
            device_token: device_token?,
        }))
    })
}

pub(super) fn parse_revocation(form: &Form) -> Result<String, ApiError> {
    read_form(form, |fields| {
        let token = required_token(fields, "token");
        // Only a hint, and every key is tried anyway (RFC 7009, section 2.1).
        fields.text("token_type_hint", |_| Ok(()))?;
        token
    })
}

/// A parameter without a value counts as omitted (RFC 6749, section 3.2).
fn required_token(fields: &mut BodyFields<'_>, field: &'static str) -> Option<String> {
    fields.required_text(field, |text| match text {
        "" => Err(FieldErrorKind::Missing),
        text => Ok(text.to_owned()),
    })
}

/// `POST /auth/token`: creates a session by its user's password, or rotates one by its refresh token.
///
/// # Errors
/// [`ApiError`]
pub async fn token(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_form(request).await;
    let (session, profile, device) = match parse_grant(&body?)? {
        Grant::Password(sign_in) => {
            let (session, profile, device) =
                sign_in_with_password(&sign_in, ApiError::IncorrectPassword, request, &context).await?;
            (session, profile, Some(device))
        }
        Grant::RefreshToken(token) => {
            let (session, profile) = sessions::rotate(&token, &context).await?;
            (session, profile, None)
        }
    };
    token_response(&session, &profile, device, context.config, context.now)
}

/// `POST /auth/revoke`: ends the session that the token names. Responds alike whether there was one (RFC 7009, section 2.2).
///
/// # Errors
/// [`ApiError`]
pub async fn revoke(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_form(request).await;
    let token = parse_revocation(&body?)?;
    if let Some(session) = session_of_token(&token, &context.config.keys) {
        let store = context.databases().home_store(&session.user_id).await?;
        store.end_session(&session, context.now).await?;
    }
    Ok(ApiResponse::json(200, "{}".to_owned()))
}

/// Authorization server metadata (RFC 8414, section 2).
#[derive(Serialize)]
struct Metadata<'a> {
    issuer: &'a str,
    token_endpoint: String,
    revocation_endpoint: String,
    grant_types_supported: [&'static str; 2],
    token_endpoint_auth_methods_supported: [&'static str; 1],
    revocation_endpoint_auth_methods_supported: [&'static str; 1],
    /// Empty, because there is no authorization endpoint.
    response_types_supported: [&'static str; 0],
}

/// `GET /.well-known/oauth-authorization-server`: describes the endpoints at the origin of the request.
///
/// # Errors
/// If the metadata cannot be serialized.
pub fn metadata(context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let UrlParts { scheme, authority, .. } = context.meta.url;
    let origin = format!("{scheme}://{authority}");
    let configured = context.config.expected_claims.issuer.as_deref();
    let metadata = Metadata {
        issuer: configured.filter(|issuer| is_http_url(issuer)).unwrap_or(&origin),
        token_endpoint: format!("{origin}/auth/token"),
        revocation_endpoint: format!("{origin}/auth/revoke"),
        grant_types_supported: ["password", "refresh_token"],
        token_endpoint_auth_methods_supported: ["none"],
        revocation_endpoint_auth_methods_supported: ["none"],
        response_types_supported: [],
    };
    Ok(ApiResponse::from_value(200, &metadata)?)
}
