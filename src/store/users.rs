//! Users as the API returns them to themselves.

use super::{StoreError, caller::CallerStore, statements};
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
}
