//! What a user's home must learn of a change in `DB`: that sessions are over, or that the user is deleted. Until it knows, a row of
//! `revocations_due` remembers it, so that a failure in between is made good by the daily clean-up.

use super::{
    BoundStatement, Store, StoreError, Value, array, await_result,
    databases::Databases,
    first,
    sessions::{NewSession, open_session_statement},
    statements, text, unexpected_row,
};
use crate::{
    domain::{home::Home, ids::UserId},
    platform::{clock::Timestamp, ffi},
};
use js_sys::{JsString, Promise};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A user and the version below which the sessions are over; `None` where the user is deleted.
#[derive(Serialize)]
pub struct Revocation<'a>(pub &'a str, pub Option<u64>);

/// A row of `revocations_due`.
struct Due {
    user: UserId,
    version: Option<u64>,
    home: Home,
}

impl Due {
    fn parse(row: &str) -> Option<Self> {
        let mut lines = row.splitn(3, '\n');
        let version = lines.next()?.parse().ok();
        let stored_home = lines.next()?.parse().ok().and_then(Home::new);
        let user = UserId::from_row(lines.next()?.to_owned())?;
        let home = user.home().or(stored_home).unwrap_or(Home::MAIN);
        Some(Self { user, version, home })
    }
}

/// How many users one step of the clean-up is about.
pub const DUE_BATCH: u32 = 500;

impl Store {
    /// Ends sessions in this home, and begins to delete the tasks of deleted users, in one transaction. May be repeated, and so
    /// retries once if D1 is unavailable.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn revoke(&self, main: &Store, revocations: &[Revocation<'_>], now: Timestamp) -> Result<(), StoreError> {
        let users = to_json(revocations)?;
        match await_result(self.begin_revoking(main, &users, now)?).await {
            Err(StoreError::Unavailable(_)) => await_result(self.begin_revoking(main, &users, now)?).await,
            result => result,
        }
        .map(|_| ())
    }

    /// The same after the response; a failure leaves it to the clean-up.
    ///
    /// # Errors
    /// If a statement cannot be bound.
    pub fn revoke_later(&self, main: &Store, revocation: Revocation<'_>, now: Timestamp) -> Result<(), StoreError> {
        ffi::after_response(self.begin_revoking(main, &to_json(&[revocation])?, now)?);
        Ok(())
    }

    fn begin_revoking(&self, main: &Store, users: &str, now: Timestamp) -> Result<Promise, StoreError> {
        let deletions = self.bind(statements::BEGIN_DELETIONS, &[Value::Text(users)])?;
        self.begin_revoking_with(deletions, main, users, now)
    }

    /// Begins to revoke sessions and to run a last statement in the same transaction.
    fn begin_revoking_with(
        &self,
        last: BoundStatement,
        main: &Store,
        users: &str,
        now: Timestamp,
    ) -> Result<Promise, StoreError> {
        let users = Value::Text(users);
        let statements = vec![
            self.bind(statements::REVOKE_SESSIONS, &[users, Value::Number(now.milliseconds())])?,
            self.bind(statements::END_REVOKED_SESSIONS, &[users])?,
            last,
        ];
        let done = main.bind(statements::REVOCATIONS_DONE, &[users])?;
        Ok(ffi::batch_at_home(&self.0, statements, &done))
    }

    /// Ends the sessions of a user in this home and opens a new one, in one transaction. Returns `false`, and opens none, if the user
    /// has changed again since. Where D1 fails, the sessions are over all the same, as far as a second attempt can.
    ///
    /// # Errors
    /// [`StoreError`]
    pub(super) async fn replace_sessions(
        &self,
        main: &Store,
        new: NewSession<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let revocations = [Revocation(new.session.user_id.as_str(), Some(new.version))];
        let open = open_session_statement(main, Some(self), new, now)?;
        let users = to_json(&revocations)?;
        match await_result(self.begin_revoking_with(open, main, &users, now)?).await {
            Ok(answers) => Ok(text(array(answers)?.get(2))?.is_some()),
            Err(error) => {
                self.revoke(main, &revocations, now).await?;
                Err(error)
            }
        }
    }

    /// The version of a user; `None` where there is none.
    pub(super) async fn user_version(&self, user: &UserId) -> Result<Option<u64>, StoreError> {
        let query = self.bind(statements::USER_VERSION, &[Value::Text(user.as_str())])?;
        first(&self.read(&query).await?)?.map(parse_version).transpose()
    }

    /// Removes users of whom no home is to learn anything.
    async fn revocations_done(&self, revocations: &[Revocation<'_>]) -> Result<(), StoreError> {
        let users = to_json(revocations)?;
        let done = self.bind(statements::REVOCATIONS_DONE, &[Value::Text(&users)])?;
        self.write(&done).await.map(|_| ())
    }

    /// Reads the next users after `after` whose homes are still to learn of a change.
    async fn revocations_due(&self, after: &str) -> Result<Vec<Due>, StoreError> {
        let values = [Value::Text(after), Value::Number(DUE_BATCH.into())];
        let rows = self.read(&self.bind(statements::REVOCATIONS_DUE, &values)?).await?;
        let parse = |row: JsValue| {
            let row = text(array(row)?.get(0))?.map(String::from);
            row.as_deref().and_then(Due::parse).ok_or_else(unexpected_row)
        };
        rows.iter().map(parse).collect()
    }
}

impl Databases<'_> {
    /// Ends the sessions of a user in its home that are older than this version, where the home is not `DB`.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn revoke_at_home(self, user: &UserId, version: u64, now: Timestamp) -> Result<(), StoreError> {
        match self.home_of(user).await? {
            None => Ok(()),
            Some(home) => {
                let revocation = Revocation(user.as_str(), Some(version));
                home.revoke(&self.main()?, &[revocation], now).await
            }
        }
    }

    /// The same for a user who was changed or deleted in `DB`, which is asked for the version.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn revoke_changed(self, user: &UserId, now: Timestamp) -> Result<(), StoreError> {
        let Some(home) = self.home_of(user).await? else {
            return Ok(());
        };
        let main = self.main()?;
        let version = main.user_version(user).await?;
        home.revoke(&main, &[Revocation(user.as_str(), version)], now).await
    }

    /// Makes good what requests could not tell the homes, for at most [`DUE_BATCH`] users after `after`; returns the last of them, or
    /// `None` if no more follow.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn revoke_due(self, after: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        let main = self.main()?;
        let due = main.revocations_due(after).await?;
        let mut outcome = Ok(());
        for home in self.homes() {
            let of_home = due.iter().filter(|due| due.home == home);
            let revocations: Vec<_> = of_home.map(|due| Revocation(due.user.as_str(), due.version)).collect();
            if revocations.is_empty() {
                continue;
            }
            let told = match self.open(home)? {
                Some(store) => store.revoke(&main, &revocations, now).await,
                // An imported user whose id looks like one of another home: `DB` has ended the sessions with the change.
                None => main.revocations_done(&revocations).await,
            };
            // A home that is away keeps no other from learning.
            outcome = outcome.and(told);
        }
        outcome.map(|()| {
            due.last()
                .map(|due| due.user.as_str().to_owned())
                .filter(|_| due.len() == DUE_BATCH as usize)
        })
    }
}

impl Store {
    /// Ends all sessions of a user in this home.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn end_all_sessions(&self, user: &UserId) -> Result<(), StoreError> {
        let query = self.bind(statements::END_ALL_SESSIONS, &[Value::Text(user.as_str())])?;
        self.write(&query).await.map(|_| ())
    }

    /// Deletes revocations of before this moment, at most `batch` of them; returns how many.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn delete_old_revocations(&self, before: Timestamp, batch: u32) -> Result<u32, StoreError> {
        let values = [Value::Number(before.milliseconds()), Value::Number(batch.into())];
        let query = self.bind(statements::DELETE_OLD_REVOCATIONS, &values)?;
        Ok(self.write(&query).await?.length())
    }
}

fn to_json(revocations: &[Revocation<'_>]) -> Result<String, StoreError> {
    serde_json::to_string(revocations).map_err(|error| StoreError::Failed(error.to_string()))
}

/// The user's version that a changing statement returned as its answer.
pub(super) fn parse_version(answer: JsString) -> Result<u64, StoreError> {
    String::from(answer).parse().map_err(|_| unexpected_row())
}
