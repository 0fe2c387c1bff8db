//! New accounts: `POST /api/auth/signup`, which also signs in, and `POST /auth/register`, which does not.

use super::{email_limit::count_email, email_verification::send_link};
use crate::{
    auth::{
        device_token::Device,
        link_token::for_email_verification,
        password_hash,
        session_tokens::{Profile, Session},
    },
    config::email::EmailVerification,
    context::RequestContext,
    domain::{
        credentials::{Name, Password},
        email::Email,
        ids::{DeviceId, IdRandomness, SessionId, UserId},
    },
    email::Message,
    error::ApiError,
    http::{
        auth_response::auth_response,
        body_fields::{BodyFields, read_body},
        request::Request,
        response::ApiResponse,
    },
    platform::{clock::Timestamp, log::Event, random},
    store::{Store, accounts::NewAccount, revocations::Revocation},
};

/// The response to every sign-up under `EMAIL_VERIFICATION=required`.
const CHECK_EMAIL: &str = r#"{"detail":"Check your email to finish signing up"}"#;

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

    /// Sends the link that verifies the address, where the settings say so. The account exists, so a failure is only logged: the
    /// user can ask for another link.
    async fn send_link(&self, user: &UserId, context: &RequestContext<'_>) {
        if context.config.email_verification == EmailVerification::Optional
            && let Err(error) = send_link(user, self.email.as_str(), None, context).await
        {
            context.meta.log_error(&error);
        }
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
    if context.config.email_verification == EmailVerification::Required {
        return sign_up_unverified(&sign_up, &context).await;
    }
    let user_id = new_user_id(&context)?;
    let store = Store::from_env(context.env)?;
    let home = context.databases().home_of(&user_id).await?;
    let session = Session::new(user_id, &context.config.lifetimes, context.now, &random::bytes()?);
    let (account, headers) = (sign_up.account(), request.session_client());
    if !store
        .sign_up(home.as_ref(), &account, &session, &headers.client(), context.now)
        .await?
    {
        return Err(ApiError::EmailTaken);
    }
    sign_up.log(&context);
    sign_up.send_link(&session.user_id, &context).await;
    let profile = Profile {
        email: sign_up.email.as_str().to_owned(),
        role: "user".to_owned(),
    };
    let device = Device {
        id: DeviceId::of_first(session.id),
        voided_until: Timestamp::from_milliseconds(0),
    };
    auth_response(201, &session, &profile, Some(device), context.config, context.now)
}

/// `POST /auth/register`: creates an account without signing it in.
///
/// # Errors
/// [`ApiError`]
pub async fn register(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let sign_up = SignUp::new(parse_register(&body?)?, &context)?;
    if context.config.email_verification == EmailVerification::Required {
        return sign_up_unverified(&sign_up, &context).await;
    }
    let id = new_user_id(&context)?;
    let store = Store::from_env(context.env)?;
    let user = store.register(&id, &sign_up.account(), context.now).await?;
    let user = user.ok_or(ApiError::AlreadyRegistered)?;
    sign_up.log(&context);
    sign_up.send_link(&id, &context).await;
    Ok(ApiResponse::json(201, user))
}

/// The id of a new user, which names its home.
fn new_user_id(context: &RequestContext<'_>) -> Result<UserId, ApiError> {
    let randomness: IdRandomness = random::bytes()?;
    // An id that names a home has the number in place of this byte.
    let [random, ..] = randomness;
    Ok(UserId::new(
        context.now,
        &randomness,
        context.config.homes.choose(random),
    ))
}

/// Signs up under `EMAIL_VERIFICATION=required`: the same response at the same cost for every address. An address that has an
/// account gets a note about it; one that was never verified gets the link of the newest sign-up, which replaces the older.
async fn sign_up_unverified(sign_up: &SignUp, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let email = sign_up.email.as_str();
    count_email(email, context).await?;
    let id = new_user_id(context)?;
    let signup = SessionId::new(context.now, &random::bytes()?);
    let store = Store::from_env(context.env)?;
    let created = store
        .sign_up_unverified(&id, &sign_up.account(), signup, context.now)
        .await?;
    if let Some((user, version)) = &created
        && *user != id
        && let Some(home) = context.databases().home_of(user).await?
    {
        // After the response, which must not take longer for an address that was signed up before.
        home.revoke_later(&store, Revocation(user.as_str(), Some(*version)), context.now)?;
    }
    let user = created.map(|(user, _)| user);
    let (keys, signup) = (&context.config.keys, signup.to_string());
    let token = for_email_verification(user.as_ref().unwrap_or(&id), email, Some(&signup), keys, context.now)?;
    let message = match user {
        Some(_) => Message::VerifyEmail(&token),
        None => Message::AlreadyRegistered,
    };
    context.send(&context.render_email(email, message)?);
    if user.is_some() {
        sign_up.log(context);
    }
    Ok(ApiResponse::json(202, CHECK_EMAIL.to_owned()))
}
