//! New accounts: `POST /api/auth/signup`, which signs in as well, and `POST /auth/register`, which does not.

use super::tokens::{new_session, signed_in};
use crate::{
    auth::{password_hash, session::Profile},
    context::RequestContext,
    domain::{
        credentials::{Name, Password},
        email::Email,
        ids::UserId,
    },
    error::ApiError,
    http::{
        answer::Answer,
        body::read_json,
        fields::{BodyFields, read_body},
    },
    log::Event,
    random,
    store::{Store, accounts::NewAccount},
};
use worker::Request;

/// Who wants an account.
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
            account: &context.config.keys.account_name(self.email.as_str()),
            client: context.incoming.client,
        });
    }
}

/// The body of the sign-up route, whose name is optional.
pub(super) fn parse_sign_up(body: &[u8]) -> Result<Credentials, ApiError> {
    parse(body, |fields| {
        Some(fields.nullable_text("name", Name::parse)?.flatten())
    })
}

/// The body of the register route, whose name is not.
pub(super) fn parse_register(body: &[u8]) -> Result<Credentials, ApiError> {
    parse(body, |fields| Some(Some(fields.required_text("name", Name::parse)?)))
}

fn parse(body: &[u8], name: impl FnOnce(&mut BodyFields) -> Option<Option<Name>>) -> Result<Credentials, ApiError> {
    read_body(body, |fields| {
        let email = fields.required_text("email", Email::parse);
        let password = fields.required_text("password", Password::parse_new);
        let name = name(fields);
        Some((email?, password?, name?))
    })
}

/// `POST /api/auth/signup`: a new account, signed in.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_up(request: &mut Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let sign_up = SignUp::new(parse_sign_up(&read_json(request).await?)?, context)?;
    let context = &context.after_body();
    let user_id = UserId::new(context.now, &random::bytes()?);
    let session = new_session(user_id, context)?;
    let store = Store::of(context.env)?;
    if !store.sign_up(&sign_up.account(), &session, context.now).await? {
        return Err(ApiError::EmailTaken);
    }
    sign_up.log(context);
    let profile = Profile {
        email: sign_up.email.as_str().to_owned(),
        role: "user".to_owned(),
    };
    signed_in(201, &session, &profile, context)
}

/// `POST /auth/register`: a new account, not signed in.
///
/// # Errors
/// [`ApiError`]
pub async fn register(request: &mut Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let sign_up = SignUp::new(parse_register(&read_json(request).await?)?, context)?;
    let context = &context.after_body();
    let id = UserId::new(context.now, &random::bytes()?);
    let store = Store::of(context.env)?;
    let user = store.register(&id, &sign_up.account(), context.now).await?;
    let user = user.ok_or(ApiError::AlreadyRegistered)?;
    sign_up.log(context);
    Ok(Answer::json(201, user))
}
