//! Sessions: created, rotated and ended, each by one conditional statement or batch.

use super::{BoundStatement, PendingRead, Store, StoreError, Value, first, parse, statements};
use crate::{
    auth::{
        guard::AuthUser,
        revocation::NamedSession,
        session_tokens::{Profile, RefreshToken, Session},
    },
    domain::{json::JsonObject, session_client::SessionClient},
    platform::{clock::Timestamp, ffi},
};
use worker::Error;

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
    /// The user's version at that moment, by which a home that is not `DB` decides the same.
    pub version: u64,
}

/// The statement that creates a session in the user's home, where that is not `DB`.
pub(super) fn open_session_statement(
    main: &Store,
    home: Option<&Store>,
    new: NewSession<'_>,
    now: Timestamp,
) -> Result<BoundStatement, StoreError> {
    let (store, statement, condition) = match home {
        None => (main, statements::OPEN_SESSION, Value::Text(new.password_hash)),
        Some(home) => (home, statements::OPEN_SESSION_AT_HOME, Value::Number(new.version)),
    };
    store.bind(
        statement,
        &[
            Value::Text(new.session.user_id.as_str()),
            Value::Text(&new.session.id.to_string()),
            Value::Number(now.milliseconds()),
            Value::Number(new.session.expires_at.milliseconds()),
            Value::NullableText(new.client.user_agent),
            Value::NullableText(new.client.country),
            condition,
        ],
    )
}

impl Store {
    /// Creates a session; returns `false` if the user does not exist any more or has another password hash. In the same
    /// transaction ends the sessions that were used longest ago, so that the user has at most `sessions_max`, however many
    /// sign-ins run at once, and stores a `new_hash` of the same password; that one at the same time, where the home is not `DB`.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn open_session(
        &self,
        home: Option<&Self>,
        new: NewSession<'_>,
        new_hash: Option<&str>,
        sessions_max: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let user_id = Value::Text(new.session.user_id.as_str());
        let others_max = u64::from(sessions_max).saturating_sub(1);
        let store = home.unwrap_or(self);
        let end_surplus = store.bind(
            statements::END_SURPLUS_SESSIONS,
            &[
                user_id,
                Value::Text(&new.session.id.to_string()),
                Value::Number(now.milliseconds()),
                Value::Number(others_max),
            ],
        )?;
        let open = open_session_statement(self, home, new, now)?;
        let replace = new_hash.map(|new_hash| {
            let values = [user_id, Value::Text(new.password_hash), Value::Text(new_hash)];
            self.bind(statements::REPLACE_PASSWORD_HASH, &values)
        });
        let opened = match (replace.transpose()?, home) {
            (Some(replace), None) => {
                let [opened, ..] = self.batch([open, end_surplus, replace]).await?;
                opened
            }
            (replace, _) => {
                if let Some(replace) = replace {
                    // A failure leaves the hash as it is, to be renewed at the next sign-in.
                    ffi::after_response(replace.run().map_err(Error::from)?);
                }
                let [opened, _] = store.batch([open, end_surplus]).await?;
                opened
            }
        };
        Ok(opened.is_some())
    }

    /// Rotates a session to its next generation. For the grace period the same token returns that generation again, so that
    /// two tabs that refresh at once both stay signed in; afterwards it ends the session, as does an older token at any time.
    /// Where the home is not `DB`, both are asked at once.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn refresh(
        &self,
        home: Option<&Self>,
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
        let (store, refreshed, profile) = match home {
            None => (self, statements::REFRESHED_SESSION, None),
            Some(home) => {
                let profile = PendingRead::begin(self.bind(statements::PROFILE, &[user()])?)?;
                (home, statements::REFRESHED_SESSION_AT_HOME, Some(profile))
            }
        };
        let [ended, _, refreshed] = store
            .batch([
                store.bind(statements::END_REUSED_SESSION, &reuse)?,
                store.bind(statements::ROTATE_SESSION, &parameters)?,
                store.bind(refreshed, &parameters)?,
            ])
            .await?;
        if ended.is_some() {
            return Ok(RefreshOutcome::ReuseDetected);
        }
        let Some(row) = refreshed else {
            return Ok(RefreshOutcome::NotFound);
        };
        let profile = match profile {
            None => None,
            Some(profile) => match first(&profile.finish().await?)? {
                None => return Ok(RefreshOutcome::NotFound),
                Some(profile) => Some(parse(profile, parse_profile)?),
            },
        };
        let (user_id, id) = (token.user_id, token.session_id);
        parse(row, |row| {
            let session = Session {
                user_id,
                id,
                generation: row.number("generation")?.try_into().ok()?,
                expires_at: Timestamp::from_milliseconds(row.number("expires_at")?),
            };
            Some(RefreshOutcome::Rotated(
                session,
                profile.or_else(|| parse_profile(row))?,
            ))
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

fn parse_profile(row: &JsonObject<'_>) -> Option<Profile> {
    Some(Profile {
        email: row.text("email")?,
        role: row.text("role")?,
    })
}
