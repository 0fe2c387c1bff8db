//! Users as the API returns them to themselves.

use super::{
    PendingRead, StoreError, Value,
    caller::{CallerStore, SessionElsewhere, answer, require_active},
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
        answer(
            &self
                .read_users(statements::CALLER, &[], SessionElsewhere::Ignored)
                .await?,
        )
    }

    /// The user of the caller's session as JSON, with the members that other Workers receive. Parsed here, so that a row of
    /// another shape is reported without its text.
    ///
    /// # Errors
    /// [`StoreError::SessionInactive`], also where the caller has no session, or any other [`StoreError`]
    pub async fn session_user(&self) -> Result<String, StoreError> {
        let rows = match self.users {
            None => self.store.read(&self.bind(statements::SESSION_USER, &[])?).await?,
            Some(users) => {
                let query = users.bind(statements::SERVICE_USER, &[Value::Text(self.user.id().as_str())])?;
                let user = PendingRead::begin(query)?;
                self.require_session().await?;
                user.finish().await?
            }
        };
        let user = String::from(require_active(first(&rows)?)?);
        match JsonObject::parse(&user) {
            Ok(_) => Ok(user),
            Err(_) => Err(unexpected_row()),
        }
    }
}
