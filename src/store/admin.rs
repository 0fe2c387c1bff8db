//! Users as administrators read and change them. An administrator is a user whose row says so, or another issuer's caller whose
//! `role` claim counts.

use super::{
    BoundStatement, StoreError, Value,
    caller::{CallerStore, ListPage, SessionElsewhere},
    first, statements,
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
        let rows = self
            .read_users(statements::CALLER_IS_ADMIN, &[], SessionElsewhere::OfAdmin)
            .await?;
        self.admins_answer(first(&rows)?).map(|_| ())
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
        let rows = match &page.email {
            None => {
                self.read_users(statements::USERS, &[start, look_ahead], SessionElsewhere::OfAdmin)
                    .await?
            }
            Some(email) => {
                let values = [start, look_ahead, Value::Text(email.as_str())];
                self.read_users(statements::USERS_BY_EMAIL, &values, SessionElsewhere::OfAdmin)
                    .await?
            }
        };
        if rows.length() > 0 {
            self.admins_answer(first(&rows)?)?;
        }
        self.page(&rows, page.limit)
    }

    /// Reads a user as JSON, `None` if there is no such user.
    ///
    /// # Errors
    /// [`StoreError::NotAdmin`], or any other [`StoreError`]
    pub async fn user(&self, id: &str) -> Result<Option<JsString>, StoreError> {
        self.require_admin_claim()?;
        let rows = self
            .read_users(
                statements::USER_FOR_ADMIN,
                &[Value::Text(id)],
                SessionElsewhere::OfAdmin,
            )
            .await?;
        self.admins_view(first(&rows)?)
    }

    /// Changes a user and returns it as JSON, with its version after the change.
    ///
    /// # Errors
    /// [`StoreError::NotAdmin`], or any other [`StoreError`]
    pub async fn update_user(&self, id: &str, changes: &UserChanges) -> Result<UserChange<JsString>, StoreError> {
        self.require_admin_claim()?;
        self.require_session_elsewhere().await?;
        let values = [
            Value::Text(id),
            Value::NullableText(changes.role.map(Role::as_str)),
            Value::NullableBoolean(changes.suspended),
        ];
        let update = self.bind_users(statements::UPDATE_USER, &values, SessionElsewhere::OfAdmin)?;
        let [user, updated] = self.users_store().batch([self.user_statement(id)?, update]).await?;
        Ok(match (self.admins_view(user)?, updated) {
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
        self.require_session_elsewhere().await?;
        let end = self.bind_users(
            statements::END_SESSIONS_OF_USER,
            &[Value::Text(id)],
            SessionElsewhere::OfAdmin,
        )?;
        let [user, _] = self.users_store().batch([self.user_statement(id)?, end]).await?;
        Ok(self.admins_view(user)?.map(|_| ()))
    }

    pub(super) fn user_statement(&self, id: &str) -> Result<BoundStatement, StoreError> {
        self.bind_users(
            statements::USER_FOR_ADMIN,
            &[Value::Text(id)],
            SessionElsewhere::OfAdmin,
        )
    }

    /// What `USER_FOR_ADMIN` returned: the user before the statements that follow it in a batch; `None` if there is no such user.
    pub(super) fn admins_view(&self, row: Option<JsString>) -> Result<Option<JsString>, StoreError> {
        let user = self.admins_answer(row)?;
        Ok(Some(user).filter(|user| *user != NO_USER))
    }

    /// The answer of a statement that checks the session and the role. One in another database than the home sees no session, which
    /// the home has checked: then the role is missing.
    fn admins_answer(&self, row: Option<JsString>) -> Result<JsString, StoreError> {
        match row {
            Some(answer) if answer.length() > 0 => Ok(answer),
            None if self.users.is_none() => Err(StoreError::SessionInactive),
            _ => Err(StoreError::NotAdmin),
        }
    }

    /// The caller of another issuer's token has no row, so that its `role` claim counts, as far as the issuer is trusted.
    pub(super) fn require_admin_claim(&self) -> Result<(), StoreError> {
        match self.user.profile() {
            Some(claims) if claims.role.as_deref() != Some(ADMIN) => Err(StoreError::NotAdmin),
            _ => Ok(()),
        }
    }
}
