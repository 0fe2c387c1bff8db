//! Sessions: opened, moved on and ended, each by one conditional statement.

use super::{Bound, Store, StoreError, Value, first, parse, statements};
use crate::{
    auth::{
        guard::AuthUser,
        session_tokens::{Profile, RefreshToken, Session},
    },
    platform::clock::Timestamp,
};
use serde::Deserialize;

/// For so long the refresh token of the generation just left is answered with that same new generation: two tabs that
/// refresh at once both stay signed in.
const GRACE_MILLISECONDS: u64 = 10_000;

/// What came of a refresh token.
#[derive(Debug)]
pub enum RefreshOutcome {
    /// The session stands one generation further; this is what its new tokens say.
    Rotated(Session, Profile),
    /// The token had been used before: somebody has a copy, and the session is over.
    ReuseDetected,
    /// There is no such session any more.
    NotFound,
}

#[derive(Deserialize)]
struct SessionRow {
    generation: u32,
    expires_at: u64,
    email: String,
    role: String,
}

pub(super) fn open_session(store: &Store, session: &Session, now: Timestamp) -> Result<Bound, StoreError> {
    store.bind(
        statements::OPEN_SESSION,
        &[
            Value::Text(session.user_id.as_str()),
            Value::Text(&session.id.to_string()),
            Value::Number(now.milliseconds()),
            Value::Number(session.expires_at.milliseconds()),
        ],
    )
}

impl Store {
    /// Opens a session: `false` where there is no such user any more.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn open_session(&self, session: &Session, now: Timestamp) -> Result<bool, StoreError> {
        let query = open_session(self, session, now)?;
        Ok(first(&self.write(&query).await?)?.is_some())
    }

    /// Moves a session one generation on, for one caller; whoever comes with the same token within 10 seconds gets that
    /// generation too, and whoever comes later or with an older one ends the session.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn refresh(&self, token: RefreshToken, now: Timestamp) -> Result<RefreshOutcome, StoreError> {
        let session_id = token.session_id.to_string();
        let user = || Value::Text(token.user_id.as_str());
        let session = || Value::Text(&session_id);
        let generation = || Value::Number(token.generation.into());
        let present = || Value::Number(now.milliseconds());
        let grace = Value::Number(now.minus_milliseconds(GRACE_MILLISECONDS).milliseconds());
        let moment = [user(), session(), present(), generation()];
        let [_, ended, refreshed] = self
            .batch([
                self.bind(statements::ROTATE_SESSION, &moment)?,
                self.bind(
                    statements::END_REUSED_SESSION,
                    &[user(), session(), generation(), grace],
                )?,
                self.bind(statements::REFRESHED_SESSION, &moment)?,
            ])
            .await?;
        if ended.is_some() {
            return Ok(RefreshOutcome::ReuseDetected);
        }
        Ok(match refreshed.map(parse::<SessionRow>).transpose()? {
            None => RefreshOutcome::NotFound,
            Some(row) => RefreshOutcome::Rotated(
                Session {
                    user_id: token.user_id,
                    id: token.session_id,
                    generation: row.generation,
                    expires_at: Timestamp::from_milliseconds(row.expires_at),
                },
                Profile {
                    email: row.email,
                    role: row.role,
                },
            ),
        })
    }

    /// Deletes sessions whose time is over, at most `batch` of them; gives how many.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn delete_expired_sessions(&self, now: Timestamp, batch: u32) -> Result<u32, StoreError> {
        let values = [Value::Number(now.milliseconds()), Value::Number(batch.into())];
        let query = self.bind(statements::DELETE_EXPIRED_SESSIONS, &values)?;
        Ok(self.write(&query).await?.length())
    }

    /// Ends the caller's session; another issuer's token has none.
    ///
    /// # Errors
    /// [`StoreError::SessionEnded`] where it had ended before.
    pub async fn sign_out(&self, user: &AuthUser, now: Timestamp) -> Result<(), StoreError> {
        let Some(session) = user.session() else {
            return Ok(());
        };
        let query = self.bind(
            statements::END_SESSION,
            &[
                Value::Text(user.id().as_str()),
                Value::Text(&session.to_string()),
                Value::Number(now.milliseconds()),
            ],
        )?;
        let ended = first(&self.write(&query).await?)?;
        ended.map(|_| ()).ok_or(StoreError::SessionEnded)
    }
}
