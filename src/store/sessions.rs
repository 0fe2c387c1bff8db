//! Sessions: created, rotated and ended, each by one conditional statement or batch.

use super::{BoundStatement, Store, StoreError, Value, first, parse, statements};
use crate::{
    auth::{
        guard::AuthUser,
        revocation::NamedSession,
        session_tokens::{Profile, RefreshToken, Session},
    },
    domain::session_client::SessionClient,
    platform::clock::Timestamp,
};

const MILLISECONDS_PER_SECOND: u64 = 1_000;
/// A start of the grace period that is after every rotation: 2^53 - 1, the largest whole number that D1 accepts exactly.
const NO_GRACE: Timestamp = Timestamp::from_milliseconds(9_007_199_254_740_991);

/// The outcome of a refresh.
#[derive(Debug)]
pub enum RefreshOutcome {
    /// The session is at the next generation; its new tokens carry this session and profile.
    Rotated(Session, Profile),
    /// The token was used before, so it may have been stolen: the session was ended.
    ReuseDetected,
    /// The session does not exist any more, or has expired.
    NotFound,
}

/// A session to create.
#[derive(Clone, Copy)]
pub struct NewSession<'a> {
    /// Its ids and its end.
    pub session: &'a Session,
    /// The client that its user recognizes it by.
    pub client: &'a SessionClient<'a>,
    /// The user's PHC string for which the password was verified: the session is created only if it is still stored.
    pub password_hash: &'a str,
}

pub(super) fn open_session_statement(
    store: &Store,
    new: NewSession<'_>,
    now: Timestamp,
) -> Result<BoundStatement, StoreError> {
    store.bind(
        statements::OPEN_SESSION,
        &[
            Value::Text(new.session.user_id.as_str()),
            Value::Text(&new.session.id.to_string()),
            Value::Number(now.milliseconds()),
            Value::Number(new.session.expires_at.milliseconds()),
            Value::NullableText(new.client.user_agent),
            Value::NullableText(new.client.country),
            Value::Text(new.password_hash),
        ],
    )
}

impl Store {
    /// Creates a session; returns `false` if the user does not exist any more or has another password hash. In the same
    /// transaction ends the sessions that were used longest ago, so that the user has at most `sessions_max`, however many
    /// sign-ins run at once, and stores a `new_hash` of the same password.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn open_session(
        &self,
        new: NewSession<'_>,
        new_hash: Option<&str>,
        sessions_max: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let user_id = Value::Text(new.session.user_id.as_str());
        let others_max = u64::from(sessions_max).saturating_sub(1);
        let end_surplus = self.bind(
            statements::END_SURPLUS_SESSIONS,
            &[
                user_id,
                Value::Text(&new.session.id.to_string()),
                Value::Number(now.milliseconds()),
                Value::Number(others_max),
            ],
        )?;
        let open = open_session_statement(self, new, now)?;
        let opened = match new_hash {
            None => {
                let [opened, _] = self.batch([open, end_surplus]).await?;
                opened
            }
            Some(new_hash) => {
                let values = [user_id, Value::Text(new.password_hash), Value::Text(new_hash)];
                let replace = self.bind(statements::REPLACE_PASSWORD_HASH, &values)?;
                let [opened, ..] = self.batch([open, end_surplus, replace]).await?;
                opened
            }
        };
        Ok(opened.is_some())
    }

    /// Rotates a session to its next generation. For the grace period the same token returns that generation again, so that
    /// two tabs that refresh at once both stay signed in; afterwards it ends the session, as does an older token at any time.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn refresh(
        &self,
        token: RefreshToken,
        grace_seconds: u64,
        now: Timestamp,
    ) -> Result<RefreshOutcome, StoreError> {
        let session_id = token.session_id.to_string();
        let user = || Value::Text(token.user_id.as_str());
        let session = || Value::Text(&session_id);
        let generation = || Value::Number(token.generation.into());
        let current_time = || Value::Number(now.milliseconds());
        let grace_start = match grace_seconds {
            // The clocks of two isolates differ: without a grace period, the time of the rotation must not matter.
            0 => NO_GRACE,
            seconds => now.minus_milliseconds(seconds * MILLISECONDS_PER_SECOND),
        };
        let parameters = [user(), session(), current_time(), generation()];
        let reuse = [
            user(),
            session(),
            generation(),
            Value::Number(grace_start.milliseconds()),
        ];
        let [ended, _, refreshed] = self
            .batch([
                self.bind(statements::END_REUSED_SESSION, &reuse)?,
                self.bind(statements::ROTATE_SESSION, &parameters)?,
                self.bind(statements::REFRESHED_SESSION, &parameters)?,
            ])
            .await?;
        if ended.is_some() {
            return Ok(RefreshOutcome::ReuseDetected);
        }
        let Some(row) = refreshed else {
            return Ok(RefreshOutcome::NotFound);
        };
        let (user_id, id) = (token.user_id, token.session_id);
        parse(row, |row| {
            let session = Session {
                user_id,
                id,
                generation: row.number("generation")?.try_into().ok()?,
                expires_at: Timestamp::from_milliseconds(row.number("expires_at")?),
            };
            let profile = Profile {
                email: row.text("email")?,
                role: row.text("role")?,
            };
            Some(RefreshOutcome::Rotated(session, profile))
        })
    }

    /// Deletes expired sessions, at most `batch` of them; returns how many.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn delete_expired_sessions(&self, now: Timestamp, batch: u32) -> Result<u32, StoreError> {
        let values = [Value::Number(now.milliseconds()), Value::Number(batch.into())];
        let query = self.bind(statements::DELETE_EXPIRED_SESSIONS, &values)?;
        Ok(self.write(&query).await?.length())
    }

    /// Ends the caller's session. Does nothing for another issuer's token, which has no session here.
    ///
    /// # Errors
    /// [`StoreError::SessionInactive`] if it had already ended, or any other [`StoreError`].
    pub async fn sign_out(&self, user: &AuthUser, now: Timestamp) -> Result<(), StoreError> {
        let Some(session_id) = user.session() else {
            return Ok(());
        };
        let session = NamedSession {
            user_id: user.id().clone(),
            session_id,
        };
        match self.end_session(&session, now).await? {
            true => Ok(()),
            false => Err(StoreError::SessionInactive),
        }
    }

    /// Ends a session; returns whether it was active until now.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn end_session(&self, session: &NamedSession, now: Timestamp) -> Result<bool, StoreError> {
        let values = [
            Value::Text(session.user_id.as_str()),
            Value::Text(&session.session_id.to_string()),
            Value::Number(now.milliseconds()),
        ];
        let query = self.bind(statements::END_SESSION, &values)?;
        Ok(first(&self.write(&query).await?)?.is_some())
    }
}
