//! Deletes users with everything stored about them: the row, its sessions and a first batch of tasks in one transaction, further
//! tasks in batches, so that no statement blocks the database for long. What a request leaves, the daily clean-up deletes; until
//! then no statement reads or writes those tasks.

use super::{
    BoundStatement, Store, StoreError, Value,
    admin::UserChange,
    caller::{CallerStore, SessionElsewhere, require_active},
    first, parse, statements, unexpected_row,
};
use js_sys::JsString;

/// How many tasks one transaction deletes.
pub const BATCH: u32 = 1_000;

/// A user who is deleted, and who may have tasks left.
#[derive(Debug)]
pub struct DeletedUser {
    /// The address to send a last notice to; `None` for another issuer's caller.
    pub email: Option<String>,
    /// Whether tasks are left.
    pub has_tasks: bool,
}

/// The outcome of deleting the caller's own account.
#[derive(Debug)]
pub enum OwnDeletion {
    /// The user is deleted.
    Deleted(DeletedUser),
    /// The token has no session, so it proves no password, but its subject is a user of this service.
    PasswordNotProved,
    /// The caller is the last administrator.
    LastAdmin,
}

impl CallerStore<'_> {
    /// Deletes the caller's user, of this address, whose password was verified. Where the home is another database, it still has the
    /// sessions and tasks: `Store::revoke` must follow there.
    ///
    /// # Errors
    /// [`StoreError::SessionInactive`], or any other [`StoreError`]
    pub async fn delete_account(&self, email: String) -> Result<OwnDeletion, StoreError> {
        let deleted = match self.users {
            None => {
                let delete = self.bind(statements::DELETE_CALLER, &[])?;
                self.begin_own_deletion(delete).await?
            }
            Some(users) => {
                let delete = self.bind_users(statements::DELETE_CALLER, &[], SessionElsewhere::Ignored)?;
                first(&users.write(&delete).await?)?.map(|_| true)
            }
        };
        Ok(match deleted {
            Some(has_tasks) => OwnDeletion::Deleted(DeletedUser {
                email: Some(email),
                has_tasks,
            }),
            None => OwnDeletion::LastAdmin,
        })
    }

    /// Deletes the tasks of another issuer's caller.
    ///
    /// # Errors
    /// [`StoreError::SessionInactive`] if that has begun already, or any other [`StoreError`]
    pub async fn delete_account_without_session(&self) -> Result<OwnDeletion, StoreError> {
        let delete = match self.users {
            None => self.bind(statements::DELETE_CALLER_WITHOUT_SESSION, &[])?,
            Some(users) => {
                if users.account_by_id(self.user.id().as_str()).await?.is_some() {
                    return Ok(OwnDeletion::PasswordNotProved);
                }
                self.bind(statements::DELETE_SUBJECT, &[])?
            }
        };
        Ok(match self.begin_own_deletion(delete).await? {
            Some(has_tasks) => OwnDeletion::Deleted(DeletedUser { email: None, has_tasks }),
            None => OwnDeletion::PasswordNotProved,
        })
    }

    /// Returns whether tasks are left, or `None` where the statement did not delete the caller.
    async fn begin_own_deletion(&self, delete: BoundStatement) -> Result<Option<bool>, StoreError> {
        let status = self.bind(statements::SESSION_IS_ACTIVE, &[])?;
        let user_id = self.user.id().as_str();
        let (session, deleted) = self.store.begin_deletion(status, delete, user_id).await?;
        require_active(session)?;
        Ok(deleted)
    }

    /// Deletes a user, for an administrator.
    ///
    /// # Errors
    /// [`StoreError::NotAdmin`], or any other [`StoreError`]
    pub async fn delete_user(&self, id: &str) -> Result<UserChange<DeletedUser>, StoreError> {
        self.require_admin_claim()?;
        self.require_session_elsewhere().await?;
        let delete = self.bind_users(statements::DELETE_USER, &[Value::Text(id)], SessionElsewhere::OfAdmin)?;
        let users = self.users_store();
        let (before, deleted) = users.begin_deletion(self.user_statement(id)?, delete, id).await?;
        Ok(match (self.admins_view(before)?, deleted) {
            (None, _) => UserChange::UserNotFound,
            (Some(_), None) => UserChange::LastAdmin,
            (Some(user), Some(has_tasks)) => UserChange::Made(DeletedUser {
                email: Some(parse(user, |row| row.text("email"))?),
                has_tasks,
            }),
        })
    }
}

impl Store {
    /// Runs the statement that decides about a deletion, after another that reads what it depends on, and deletes a first batch of
    /// tasks, in one transaction. Returns what was read, and whether tasks are left, or `None` where it did not delete the user.
    async fn begin_deletion(
        &self,
        status: BoundStatement,
        delete: BoundStatement,
        user_id: &str,
    ) -> Result<(Option<JsString>, Option<bool>), StoreError> {
        let [tasks, count, finish] = self.task_batch(user_id, false)?;
        let [status, deleted, _, count, _] = self.batch([status, delete, tasks, count, finish]).await?;
        let has_tasks = parse_count(count)? == BATCH;
        Ok((status, deleted.map(|_| has_tasks)))
    }

    /// Deletes a further batch of tasks of a user whose deletion has begun; returns how many. Fewer than [`BATCH`] are the last.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn continue_deletion(&self, user_id: &str) -> Result<u32, StoreError> {
        let [_, count, _] = self.batch(self.task_batch(user_id, true)?).await?;
        parse_count(count)
    }

    /// The first user after `after` whose tasks are not deleted yet.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn next_deletion(&self, after: &str) -> Result<Option<String>, StoreError> {
        let query = self.bind(statements::NEXT_DELETION, &[Value::Text(after)])?;
        Ok(first(&self.read(&query).await?)?.map(String::from))
    }

    fn task_batch(&self, user_id: &str, has_begun: bool) -> Result<[BoundStatement; 3], StoreError> {
        let user_id = Value::Text(user_id);
        Ok([
            self.bind(
                statements::DELETE_TASKS,
                &[user_id, Value::Number(BATCH.into()), Value::Boolean(has_begun)],
            )?,
            self.bind(statements::DELETED, &[])?,
            self.bind(statements::FINISH_DELETION, &[user_id])?,
        ])
    }
}

fn parse_count(answer: Option<JsString>) -> Result<u32, StoreError> {
    let count = answer.and_then(|count| String::from(count).parse().ok());
    count.ok_or_else(unexpected_row)
}
