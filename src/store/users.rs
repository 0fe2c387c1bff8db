//! Users as the API returns them: to themselves, and all of them to an administrator.

use super::{
    StoreError, Value,
    caller::{CallerStore, ListPage},
    statements,
};
use js_sys::JsString;
use uuid::Uuid;

const ADMIN: &str = "admin";

impl CallerStore<'_> {
    /// The caller as JSON, or `None` where the caller is not a user of this service.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn caller(&self) -> Result<Option<JsString>, StoreError> {
        let query = self.bind(statements::CALLER, &[])?;
        self.read(&query).await
    }

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
    pub async fn users(&self, limit: u16, after: Option<Uuid>) -> Result<ListPage, StoreError> {
        self.require_admin_claim()?;
        let after = after.map(|after| after.to_string()).unwrap_or_default();
        let look_ahead = Value::Number(u64::from(limit) + 1);
        let query = self.bind(statements::USERS, &[Value::Text(&after), look_ahead])?;
        self.page(&query, limit).await
    }

    /// The caller of another issuer's token has no row, so that its `role` claim counts, as far as the issuer is trusted.
    fn require_admin_claim(&self) -> Result<(), StoreError> {
        match self.user.profile() {
            Some(claims) if claims.role.as_deref() != Some(ADMIN) => Err(StoreError::NotAdmin),
            _ => Ok(()),
        }
    }
}
