//! The caller's own account: its password, its sessions, and the export of everything.
//!
//! Another issuer's caller has no session here, and so no password, no sessions and only tasks to export, even where its subject
//! is a user of this service.

use super::{
    PendingRead, StoreError, Value,
    accounts::Account,
    caller::{CallerStore, SessionElsewhere, json_array, require_active},
    first,
    revocations::parse_version,
    sessions::{NewSession, open_session_statement},
    statements::{self, Statement},
};
use crate::{
    domain::{credentials::Name, ids::SessionId},
    platform::ffi,
};
use js_sys::{Array, JsString};
use wasm_bindgen::JsValue;

/// What an export begins with: rows with the user and the sessions.
pub struct Export(Array);

/// A read of the caller's account that has begun, and of the session where that is in another database.
pub struct AccountRead {
    session: Option<PendingRead>,
    account: PendingRead,
}

impl AccountRead {
    /// Awaits the account.
    ///
    /// # Errors
    /// [`StoreError::SessionInactive`], or any other [`StoreError`]
    pub async fn finish(self) -> Result<Account, StoreError> {
        if let Some(session) = self.session {
            require_active(first(&session.finish().await?)?)?;
        }
        Account::from_row(require_active(first(&self.account.finish().await?)?)?)
    }
}

impl CallerStore<'_> {
    /// Begins to read the caller's account.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn begin_account(&self) -> Result<AccountRead, StoreError> {
        let account = self.bind_users(statements::CALLER_ACCOUNT, &[], SessionElsewhere::Ignored)?;
        let session = match self.users {
            None => None,
            Some(_) => Some(PendingRead::begin(self.bind(statements::SESSION_IS_ACTIVE, &[])?)?),
        };
        Ok(AccountRead {
            session,
            account: PendingRead::begin(account)?,
        })
    }

    /// Replaces the password hash of the account, then creates a session and ends all others, in one transaction where the home is
    /// `DB`. Returns `false`, and changes nothing, if the hash was replaced since it was read; where that was a change of the password,
    /// the session is over, though a home that is not `DB` may be about to learn it.
    ///
    /// # Errors
    /// [`StoreError::SessionInactive`], or any other [`StoreError`]
    pub async fn change_password(&self, account: &Account, new: NewSession<'_>) -> Result<bool, StoreError> {
        let hashes = [Value::Text(&account.password_hash), Value::Text(new.password_hash)];
        let change = self.bind_users(statements::CHANGE_PASSWORD, &hashes, SessionElsewhere::Ignored)?;
        if let Some(users) = self.users {
            let Some(version) = first(&users.write(&change).await?)? else {
                return match users.user_version(&account.id).await? {
                    Some(version) if version == account.version => Ok(false),
                    _ => Err(StoreError::SessionInactive),
                };
            };
            let version = parse_version(version)?;
            let new = NewSession { version, ..new };
            return self.store.replace_sessions(users, new, self.now()).await;
        }
        let new_session = [
            Value::Text(new.session.user_id.as_str()),
            Value::Text(&new.session.id.to_string()),
            Value::Number(self.now().milliseconds()),
        ];
        let [session, changed, ..] = self
            .store
            .batch([
                self.bind(statements::SESSION_IS_ACTIVE, &[])?,
                change,
                // Its condition is the new hash, so it creates nothing where the password was not changed.
                open_session_statement(self.store, None, new, self.now())?,
                self.store.bind(statements::END_OTHER_SESSIONS, &new_session)?,
            ])
            .await?;
        require_active(session)?;
        Ok(changed.is_some())
    }

    /// Sets or clears the name of the caller's user, or leaves it where `name` is `None`; returns the user as JSON, or `None`
    /// where the caller is not a user of this service.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn update_name(&self, name: Option<&Option<Name>>) -> Result<Option<JsString>, StoreError> {
        let new_name = name.and_then(Option::as_ref).map(Name::as_str);
        let values = [Value::Boolean(name.is_some()), Value::NullableText(new_name)];
        let update = self.bind_users(statements::UPDATE_NAME, &values, SessionElsewhere::Ignored)?;
        match self.users {
            None => self.write(update).await,
            Some(users) => {
                self.require_session().await?;
                first(&users.write(&update).await?)
            }
        }
    }

    /// The caller's active sessions as a JSON array, the newest first.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn sessions(&self) -> Result<JsString, StoreError> {
        if self.session.is_none() {
            return Ok("[]".into());
        }
        Ok(json_array(&self.rows(statements::SESSIONS).await?))
    }

    /// Reads rows of which there is at least one if the session is active.
    async fn rows(&self, statement: Statement) -> Result<Array, StoreError> {
        let rows = self.store.read(&self.bind(statement, &[])?).await?;
        match rows.length() {
            0 => Err(StoreError::SessionInactive),
            _ => Ok(rows),
        }
    }

    /// Ends one of the caller's sessions, which may be the one that the caller uses; returns `None` if there is no such session.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn end_session(&self, id: Option<SessionId>) -> Result<Option<()>, StoreError> {
        if self.session.is_none() {
            return Ok(None);
        }
        let id = id.map(|id| id.to_string());
        let query = self.bind(statements::END_SESSION_OF_CALLER, &[Value::NullableText(id.as_deref())])?;
        Ok(self.write(query).await?.map(|_| ()))
    }

    /// Ends all sessions of the caller but the one that the caller uses.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn end_other_sessions(&self) -> Result<(), StoreError> {
        if self.session.is_some() {
            self.write(self.bind(statements::END_OTHER_SESSIONS, &[])?).await?;
        }
        Ok(())
    }

    /// Reads the start of an export. The statement checks the session, or, for a caller without one, that no deletion has begun.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn export(&self) -> Result<Export, StoreError> {
        let Some(users) = self.users else {
            return self.rows(statements::ACCOUNT_TO_EXPORT).await.map(Export);
        };
        let user = users.bind(statements::USER_TO_EXPORT, &[Value::Text(self.user.id().as_str())])?;
        let user = PendingRead::begin(user)?;
        let account = self.rows(statements::SESSIONS_TO_EXPORT).await?;
        let user = user.finish().await?;
        if self.session.is_some() && user.length() > 0 {
            account.set(0, user.get(0));
        }
        Ok(Export(account))
    }

    /// Streams an export as JSON; each page of tasks is read once the client has taken the page before, and only while the
    /// session is active.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn stream_export(&self, Export(account): &Export, request_id: &str) -> Result<JsValue, StoreError> {
        let page = self.bind(statements::TASKS_TO_EXPORT, &[Value::Text("")])?;
        let (user_id, session) = (self.user.id().as_str(), self.session.as_deref());
        Ok(ffi::stream_export(account, &page, user_id, session, request_id))
    }
}
