//! Users as administrators read and change them. An administrator is a user whose row says so, or another issuer's caller whose
//! `role` claim counts.

use super::{
    BoundStatement, StoreError, Value,
    caller::{CallerStore, ListPage, require_active},
    statements,
};
use crate::domain::{email::Email, role::Role};
use js_sys::JsString;

const ADMIN: &str = "admin";
/// What `USER_FOR_ADMIN` returns where there is no such user.
const NO_USER: &str = "null";

/// The part of the list of users that a request selects.
#[derive(Debug)]
pub struct UserPage {
    /// Only the user with this address.
    pub email: Option<Email>,
    /// The maximum number of users.
    pub limit: u16,
    /// The last user of the previous page.
    pub after: Option<String>,
}

/// What an administrator changes; `None` keeps the value.
#[derive(Debug)]
pub struct UserChanges {
    /// The role.
    pub role: Option<Role>,
    /// Whether the user may have sessions.
    pub suspended: Option<bool>,
}

/// The outcome of a change of a user.
#[derive(Debug)]
pub enum UserChange<T> {
    /// It was made.
    Made(T),
    /// There is no such user.
    UserNotFound,
    /// The user is the only administrator who is not suspended, and would not be one afterwards.
    LastAdmin,
}

impl CallerStore<'_> {
    /// Requires that the caller is an administrator, for a request that is rejected before a query would check it.
    ///
    /// # Errors
    /// [`StoreError::NotAdmin`], or any other [`StoreError`]
    pub async fn require_admin(&self) -> Result<(), StoreError> {
        self.require_admin_claim()?;
        let query = self.bind(statements::CALLER_IS_ADMIN, &[])?;
        self.read(&query).await?.map(|_| ()).ok_or(StoreError::NotAdmin)
    }

    /// A page of all users, oldest first. The same statement checks the role in the caller's own row, so that a demoted
    /// administrator is rejected at once.
    ///
    /// # Errors
    /// [`StoreError::NotAdmin`], or any other [`StoreError`]
    pub async fn users(&self, page: &UserPage) -> Result<ListPage, StoreError> {
        self.require_admin_claim()?;
        let after = page.after.as_deref().unwrap_or_default();
        let (start, look_ahead) = (Value::Text(after), Value::Number(u64::from(page.limit) + 1));
        let query = match &page.email {
            None => self.bind(statements::USERS, &[start, look_ahead])?,
            Some(email) => {
                let values = [start, look_ahead, Value::Text(email.as_str())];
                self.bind(statements::USERS_BY_EMAIL, &values)?
            }
        };
        self.page(&query, page.limit).await
    }

    /// Reads a user as JSON, `None` if there is no such user.
    ///
    /// # Errors
    /// [`StoreError::NotAdmin`], or any other [`StoreError`]
    pub async fn user(&self, id: &str) -> Result<Option<JsString>, StoreError> {
        self.require_admin_claim()?;
        let user = self.read(&self.user_statement(id)?).await?;
        Ok(existing_user(user.ok_or(StoreError::NotAdmin)?))
    }

    /// Changes a user and returns it as JSON.
    ///
    /// # Errors
    /// [`StoreError::NotAdmin`], or any other [`StoreError`]
    pub async fn update_user(&self, id: &str, changes: &UserChanges) -> Result<UserChange<JsString>, StoreError> {
        self.require_admin_claim()?;
        let values = [
            Value::Text(id),
            Value::NullableText(changes.role.map(Role::as_str)),
            Value::NullableBoolean(changes.suspended),
        ];
        let update = self.bind(statements::UPDATE_USER, &values)?;
        let [user, updated] = self.store.batch([self.user_statement(id)?, update]).await?;
        Ok(match (admins_view(user)?, updated) {
            (_, Some(updated)) => UserChange::Made(updated),
            (Some(_), None) => UserChange::LastAdmin,
            (None, None) => UserChange::UserNotFound,
        })
    }

    /// Ends all sessions of a user; returns `None` if there is no such user.
    ///
    /// # Errors
    /// [`StoreError::NotAdmin`], or any other [`StoreError`]
    pub async fn end_sessions_of(&self, id: &str) -> Result<Option<()>, StoreError> {
        self.require_admin_claim()?;
        let end = self.bind(statements::END_SESSIONS_OF_USER, &[Value::Text(id)])?;
        let [user, _] = self.store.batch([self.user_statement(id)?, end]).await?;
        Ok(admins_view(user)?.map(|_| ()))
    }

    pub(super) fn user_statement(&self, id: &str) -> Result<BoundStatement, StoreError> {
        self.bind(statements::USER_FOR_ADMIN, &[Value::Text(id)])
    }

    /// The caller of another issuer's token has no row, so that its `role` claim counts, as far as the issuer is trusted.
    pub(super) fn require_admin_claim(&self) -> Result<(), StoreError> {
        match self.user.profile() {
            Some(claims) if claims.role.as_deref() != Some(ADMIN) => Err(StoreError::NotAdmin),
            _ => Ok(()),
        }
    }
}

/// What `USER_FOR_ADMIN` returned in a batch: the user before the statements that follow it; `None` if there is no such user.
pub(super) fn admins_view(row: Option<JsString>) -> Result<Option<JsString>, StoreError> {
    let user = require_active(row)?;
    match user.length() {
        0 => Err(StoreError::NotAdmin),
        _ => Ok(existing_user(user)),
    }
}

fn existing_user(user: JsString) -> Option<JsString> {
    Some(user).filter(|user| *user != NO_USER)
}
