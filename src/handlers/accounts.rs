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
        request::Request,
    },
    log::Event,
    random,
    store::{Store, accounts::NewAccount},
};

struct SignUp {
    email: Email,
    name: Option<Name>,
    password_hash: String,
}

impl SignUp {
    /// Reads an account from a body, whose name is as the route wants it.
    async fn read(
        request: &Request,
        context: &RequestContext<'_>,
        name: impl FnOnce(&mut BodyFields) -> Option<Option<Name>>,
    ) -> Result<Self, ApiError> {
        let (email, password, name) = read_body(&read_json(request).await?, |fields| {
            let email = fields.required_text("email", Email::parse);
            let password = fields.required_text("password", Password::parse_new);
            let name = name(fields);
            Some((email?, password?, name?))
        })?;
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

/// `POST /api/auth/signup`: a new account, signed in.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_up(request: &Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let optional_name = |fields: &mut BodyFields| Some(fields.nullable_text("name", Name::parse)?.flatten());
    let sign_up = SignUp::read(request, context, optional_name).await?;
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
pub async fn register(request: &Request, context: &RequestContext<'_>) -> Result<Answer, ApiError> {
    let required_name = |fields: &mut BodyFields| Some(Some(fields.required_text("name", Name::parse)?));
    let sign_up = SignUp::read(request, context, required_name).await?;
    let context = &context.after_body();
    let id = UserId::new(context.now, &random::bytes()?);
    let store = Store::of(context.env)?;
    let user = store.register(&id, &sign_up.account(), context.now).await?;
    let user = user.ok_or(ApiError::AlreadyRegistered)?;
    sign_up.log(context);
    Ok(Answer::json(201, user))
}
