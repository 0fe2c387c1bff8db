//! Users as the API returns them to themselves.

use super::{
    StoreError,
    caller::{CallerStore, require_active},
    first, statements, unexpected_row,
};
use crate::domain::json::JsonObject;
use js_sys::JsString;

impl CallerStore<'_> {
    /// The caller as JSON, or `None` where the caller is not a user of this service.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn caller(&self) -> Result<Option<JsString>, StoreError> {
        let query = self.bind(statements::CALLER, &[])?;
        self.read(&query).await
    }

    /// The user of the caller's session as JSON, with the members that other Workers receive. Parsed here, so that a row of
    /// another shape is reported without its text.
    ///
    /// # Errors
    /// [`StoreError::SessionInactive`], also where the caller has no session, or any other [`StoreError`]
    pub async fn session_user(&self) -> Result<String, StoreError> {
        let query = self.bind(statements::SESSION_USER, &[])?;
        let user = String::from(require_active(first(&self.store.read(&query).await?)?)?);
        match JsonObject::parse(&user) {
            Ok(_) => Ok(user),
            Err(_) => Err(unexpected_row()),
        }
    }
}
