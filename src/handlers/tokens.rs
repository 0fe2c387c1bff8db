//! The answers to who has a session now: its two tokens, in our words and in OAuth2's.

use crate::{
    auth::session::{Profile, Session, TokenPair, issue_tokens},
    context::RequestContext,
    domain::ids::{SessionId, UserId},
    error::ApiError,
    http::answer::Answer,
    random,
};
use serde::Serialize;

/// What a client gets who has signed up, signed in or refreshed.
#[derive(Serialize)]
struct AuthResponse<'a> {
    access_token: &'a str,
    refresh_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    user_id: &'a str,
    email: &'a str,
}

/// What OAuth2 calls a token response (RFC 6749, section 5.1).
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: &'a str,
}

/// A session that is about to be opened.
///
/// # Errors
/// Where there is no randomness for its identifier.
pub fn new_session(user_id: UserId, context: &RequestContext<'_>) -> Result<Session, ApiError> {
    Ok(Session {
        user_id,
        id: SessionId::new(context.now, &random::bytes()?),
        generation: 0,
        expires_at: context.now.plus_seconds(context.config.lifetimes.session),
    })
}

/// The answer to who has a session now: its tokens.
///
/// # Errors
/// Where they cannot be written as JSON.
pub fn signed_in(
    status: u16,
    session: &Session,
    profile: &Profile,
    context: &RequestContext<'_>,
) -> Result<Answer, ApiError> {
    let tokens = tokens(session, profile, context)?;
    let response = AuthResponse {
        access_token: &tokens.access_token,
        refresh_token: &tokens.refresh_token,
        token_type: "bearer",
        expires_in: tokens.expires_in,
        user_id: session.user_id.as_str(),
        email: &profile.email,
    };
    Ok(Answer::of(status, &response)?)
}

/// The same in OAuth2's words (RFC 6749, section 5.1).
///
/// # Errors
/// Where they cannot be written as JSON.
pub fn token_response(session: &Session, profile: &Profile, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let tokens = tokens(session, profile, context)?;
    let response = TokenResponse {
        access_token: &tokens.access_token,
        token_type: "bearer",
        expires_in: tokens.expires_in,
        refresh_token: &tokens.refresh_token,
    };
    Ok(Answer::of(200, &response)?)
}

fn tokens(session: &Session, profile: &Profile, context: &RequestContext<'_>) -> Result<TokenPair, ApiError> {
    let config = context.config;
    let settings = (&config.keys, &config.parties, &config.lifetimes);
    Ok(issue_tokens(session, profile, settings, context.now)?)
}
