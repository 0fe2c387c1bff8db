//! The responses of a sign-up, a sign-in and a refresh: a session's two tokens and the device's, as `AuthResponse` and as
//! OAuth2's token response.

use super::response::ApiResponse;
use crate::{
    auth::{
        device_token::{Device, issue_device_token},
        session_tokens::{Profile, Session, TokenPair, issue_tokens},
    },
    config::Config,
    error::ApiError,
    platform::clock::Timestamp,
};
use serde::Serialize;

#[derive(Serialize)]
struct AuthResponse<'a> {
    access_token: &'a str,
    refresh_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    user_id: &'a str,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_token: Option<String>,
}

#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_token: Option<String>,
}

/// Issues a session's tokens in an `AuthResponse`, with that of the device where the session was opened by a password.
///
/// # Errors
/// If they cannot be serialized.
pub fn auth_response(
    status: u16,
    session: &Session,
    profile: &Profile,
    device: Option<Device>,
    config: &Config,
    now: Timestamp,
) -> Result<ApiResponse, ApiError> {
    let tokens = issue(session, profile, config, now)?;
    let response = AuthResponse {
        access_token: &tokens.access_token,
        refresh_token: &tokens.refresh_token,
        token_type: "bearer",
        expires_in: tokens.expires_in,
        user_id: session.user_id.as_str(),
        email: &profile.email,
        device_token: issue_device(session, profile, device, config, now)?,
    };
    Ok(ApiResponse::from_value(status, &response)?)
}

/// Issues a session's tokens in OAuth2's token response (RFC 6749, section 5.1), with that of the device as
/// above.
///
/// # Errors
/// If they cannot be serialized.
pub fn token_response(
    session: &Session,
    profile: &Profile,
    device: Option<Device>,
    config: &Config,
    now: Timestamp,
) -> Result<ApiResponse, ApiError> {
    let tokens = issue(session, profile, config, now)?;
    let response = TokenResponse {
        access_token: &tokens.access_token,
        token_type: "bearer",
        expires_in: tokens.expires_in,
        refresh_token: &tokens.refresh_token,
        device_token: issue_device(session, profile, device, config, now)?,
    };
    Ok(ApiResponse::from_value(200, &response)?)
}

fn issue(session: &Session, profile: &Profile, config: &Config, now: Timestamp) -> Result<TokenPair, ApiError> {
    let settings = (&config.keys, &config.expected_claims, &config.lifetimes);
    Ok(issue_tokens(session, profile, settings, now)?)
}

fn issue_device(
    session: &Session,
    profile: &Profile,
    device: Option<Device>,
    config: &Config,
    now: Timestamp,
) -> Result<Option<String>, ApiError> {
    let token = device.map(|device| issue_device_token(&session.user_id, &profile.email, device, &config.keys, now));
    Ok(token.transpose()?)
}
