//! Sign-in by email address and password: `POST /api/auth/signin`, and the function that OAuth2's password grant shares.

use super::{
    email_verification::send_link,
    signin_attempt::{self, SigninAttempt, device_of},
};
use crate::{
    auth::{
        device_token::{Device, VerifiedDevice},
        password_hash::{self, PasswordCheck},
        session_tokens::{Profile, Session},
    },
    config::email::EmailVerification,
    context::RequestContext,
    domain::{credentials::Password, email::Email, ids::DeviceId},
    error::ApiError,
    http::{auth_response::auth_response, body_fields::read_body, request::Request, response::ApiResponse},
    platform::{log::Event, random},
    store::{Store, sessions::NewSession},
};

/// How often a sign-in checks the password: once more where the stored hash was replaced meanwhile, by a change of the password,
/// which makes this one wrong, or by another sign-in that hashed the same one anew. The second check also reports a user who was
/// suspended meanwhile.
const MAX_CHECKS: u32 = 2;

const UNREADABLE_HASH: &str = "unreadable_hash";
const UNREADABLE_HASH_CAUSE: &str = "users.password_hash is none of: Argon2id version 19 to 65536 KiB and 16 iterations, \
                                     bcrypt to cost 14, Better Auth's scrypt, PBKDF2-SHA256 of Werkzeug or passlib to \
                                     1000000 iterations: no password matches, so replace it or have the user reset the \
                                     password, see docs/moving-users.md";

/// The fields of a sign-in.
pub(super) struct SignIn {
    pub(super) email: Email,
    pub(super) password: Password,
    /// Any text: one that is no good device token is as none at all.
    pub(super) device_token: Option<String>,
}

pub(super) fn parse_sign_in(body: &[u8]) -> Result<SignIn, ApiError> {
    read_body(body, |fields| {
        let email = fields.required_text("email", Email::parse);
        let password = fields.required_text("password", Password::parse_attempt);
        let device_token = fields.text("device_token", |text| Ok(text.to_owned()));
        Some(SignIn {
            email: email?,
            password: password?,
            device_token: device_token?,
        })
    })
}

/// `POST /api/auth/signin`: creates a session if the password matches.
///
/// # Errors
/// [`ApiError`]
pub async fn sign_in(request: &Request, context: &RequestContext<'_>) -> Result<ApiResponse, ApiError> {
    let (body, context) = context.receive_json(request).await;
    let sign_in = parse_sign_in(&body?)?;
    let (session, profile, device) =
        sign_in_with_password(&sign_in, ApiError::InvalidCredentials, request, &context).await?;
    auth_response(200, &session, &profile, Some(device), context.config, context.now)
}

/// Acquires an attempt and looks up the account at once, then computes one hash whether the account exists or not: a wrong
/// password and an unknown address take the same time and return the same error, `rejection`. A limited attempt computes none.
/// An internal failure does not release the attempt, because releasing it would allow guesses that are not counted.
pub(super) async fn sign_in_with_password(
    SignIn {
        email,
        password,
        device_token,
    }: &SignIn,
    rejection: ApiError,
    request: &Request,
    context: &RequestContext<'_>,
) -> Result<(Session, Profile, Device), ApiError> {
    let config = context.config;
    let account_pseudonym = config.keys.account_pseudonym(email.as_str());
    let log_failure = |reason| {
        context.log(&Event::SigninFailed {
            reason,
            cause: (reason == UNREADABLE_HASH).then_some(UNREADABLE_HASH_CAUSE),
            account: &account_pseudonym,
            client_ip: context.meta.client_ip,
        });
    };
    let store = Store::from_env(context.env)?;
    let token = device_token.as_deref();
    let token = token.and_then(|token| VerifiedDevice::verify(token, &config.keys, context.now));
    let token = token.as_ref();
    let attempt = signin_attempt::acquire(email, token, &account_pseudonym, &store, context).await;
    let SigninAttempt { limiter, account } = attempt.inspect_err(|error| {
        if let ApiError::TooManySigninAttempts { .. } = error {
            log_failure("limited");
        }
    })?;
    let mut looked_up = Some(account);
    for _ in 0..MAX_CHECKS {
        let account = match looked_up.take() {
            Some(account) => account,
            None => store.begin_account(email)?.finish().await?,
        };
        let stored = account.as_ref().map(|account| account.password_hash.as_str());
        let check = password_hash::verify(password, stored, &config.argon2)?;
        let is_right = matches!(check, PasswordCheck::Match | PasswordCheck::NeedsRehash);
        let Some(account) = account.filter(|_| is_right) else {
            log_failure(match check {
                PasswordCheck::Unreadable => UNREADABLE_HASH,
                _ => "invalid_credentials",
            });
            return Err(rejection);
        };
        if account.is_suspended {
            log_failure("suspended");
            return Err(ApiError::AccountSuspended);
        }
        if config.email_verification == EmailVerification::Required && !account.is_email_verified {
            log_failure("email_not_verified");
            send_link(
                &account.id,
                &account.profile.email,
                account.signup_id.as_deref(),
                context,
            )
            .await?;
            return Err(ApiError::EmailNotVerified);
        }
        let new_hash = match check {
            PasswordCheck::NeedsRehash => Some(password_hash::hash(password, &random::bytes()?, &config.argon2)?),
            _ => None,
        };
        let Some(home) = context.databases().home_to_sign_in(&account).await? else {
            continue;
        };
        let home = context.databases().open(home)?;
        let device = device_of(token, &account);
        let voided_until = account.device_tokens_since;
        // The counter is cleared meanwhile. If that fails, the session is good all the same, and the attempts stay counted.
        let clearing = limiter.begin_clear()?;
        let session = Session::new(account.id, &config.lifetimes, context.now, &random::bytes()?);
        let headers = request.session_client();
        let new = NewSession {
            session: &session,
            client: &headers.client(),
            password_hash: &account.password_hash,
            version: account.version,
        };
        let is_open = store.open_session(
            home.as_ref(),
            new,
            new_hash.as_deref(),
            config.sessions_max,
            context.now,
        );
        let is_open = is_open.await?;
        if let Err(error) = clearing.finish().await {
            context.meta.log_error(&error.into());
        }
        if is_open {
            let device = device.unwrap_or(Device {
                id: DeviceId::of_first(session.id),
                voided_until,
            });
            return Ok((session, account.profile, device));
        }
    }
    log_failure("invalid_credentials");
    Err(rejection)
}
