//! Users as the API shows them: the caller to themselves, all of them to an administrator.

use super::{
    StoreError, Value,
    caller::{CallerStore, ListPage},
    statements,
};
use js_sys::JsString;
use uuid::Uuid;

const ADMIN: &str = "admin";

impl CallerStore<'_> {
    /// The caller as JSON, or `None` where the caller is no user of ours.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn caller(&self) -> Result<Option<JsString>, StoreError> {
        let query = self.bind(statements::CALLER, &[])?;
        self.read(&query).await
    }

    /// A page of all users, oldest first. Whether the caller is an administrator is asked of the caller's own row, in the
    /// same round trip, so that who was demoted is refused at once; another issuer's token has no row, and its claim counts.
    ///
    /// # Errors
    /// [`StoreError::NotAdmin`], or any other [`StoreError`]
    pub async fn users(&self, limit: u16, after: Option<Uuid>) -> Result<ListPage, StoreError> {
        if self.user.session().is_none() && self.user.profile().role.as_deref() != Some(ADMIN) {
            return Err(StoreError::NotAdmin);
        }
        let after = after.map(|after| after.to_string()).unwrap_or_default();
        let look_ahead = Value::Number(u64::from(limit) + 1);
        let query = self.bind(statements::USERS, &[Value::Text(&after), look_ahead])?;
        self.page(&query, limit).await
    }
}
