//! New accounts: `POST /api/auth/signup`, which also signs in, and `POST /auth/register`, which does not.

use crate::{
    auth::{
        password_hash,
        session_tokens::{Profile, Session},
    },
    context::RequestContext,
    domain::{
        credentials::{Name, Password},
        email::Email,
        ids::UserId,
    },
    error::ApiError,
    http::{
        auth_response::auth_response,
        body_fields::{BodyFields, read_body},
        request::Request,
        response::ApiResponse,
    },
    platform::{log::Event, random},
    store::{Store, accounts::NewAccount},
};

/// The validated fields of a sign-up.
type Credentials = (Email, Password, Option<Name>);

struct SignUp {
    email: Email,
    name: Option<Name>,
    password_hash: String,
}

impl SignUp {
    fn new((email, password, name): Credentials, context: &RequestContext<'_>) -> Result<Self, ApiError> {
        Ok(Self {
            email,
            name,
            password_hash: password_hash::hash(&password, &random::bytes()?, &context.config.argon2)?,
        })
    }

    fn account(&self) -> NewAccount<'_> {
        NewAccount {
            email: &self.email,
            name: self.name.as_ref(),
            password_hash: &self.password_hash,
        }
    }

    fn log(&self, context: &RequestContext<'_>) {
        context.log(&Event::SignedUp {
            account: &context.config.keys.account_pseudonym(self.email.as_str()),
            client_ip: context.meta.client_ip,
        });
    }
}

/// Parses the body of the sign-up route, where the name is optional.
pub(super) fn parse_sign_up(body: &[u8]) -> Result<Credentials, ApiError> {
    parse(body, |fields| {
        Some(fields.nullable_text("name", Name::parse)?.flatten())
    })
}

/// Parses the body of the register route, where the name is required.
pub(super) fn parse_register(body: &[u8]) -> Result<Credentials, ApiError> {
    parse(body, |fields| Some(Some(fields.required_text("name", Name::parse)?)))
}

fn parse(body: &[u8], name: impl FnOnce(&mut BodyFields<'_>) -> Option<Option<Name>>) -> Result<Credentials, ApiError> {
    read_body(body, |fields| {
        let email = fields.required_text("email", Email::parse);
        let password = fields.required_text("password", Password::parse_new);
        let name = name(fields);
        Some((email?, password?, name?))
    })
}

/// `POST /api/auth/signup`: creates an account and signs it in.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_up(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let sign_up = SignUp::new(parse_sign_up(&body?)?, &context)?;
    let user_id = UserId::new(context.now, &random::bytes()?);
    let session = Session::new(user_id, &context.config.lifetimes, context.now, &random::bytes()?);
    let store = Store::from_env(context.env)?;
    let (account, headers) = (sign_up.account(), request.session_client());
    if !store
        .sign_up(&account, &session, &headers.client(), context.now)
        .await?
    {
        return Err(ApiError::EmailTaken);
    }
    sign_up.log(&context);
    let profile = Profile {
        email: sign_up.email.as_str().to_owned(),
        role: "user".to_owned(),
    };
    auth_response(201, &session, &profile, context.config, context.now)
}

/// `POST /auth/register`: creates an account without signing it in.
///
/// # Errors
/// [`ApiError`]
pub async fn register(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let sign_up = SignUp::new(parse_register(&body?)?, &context)?;
    let id = UserId::new(context.now, &random::bytes()?);
    let store = Store::from_env(context.env)?;
    let user = store.register(&id, &sign_up.account(), context.now).await?;
    let user = user.ok_or(ApiError::AlreadyRegistered)?;
    sign_up.log(&context);
    Ok(ApiResponse::json(201, user))
}
