//! Accounts: made at sign-up, found at sign-in.

use super::{Bound, Store, StoreError, Value, first, parse, sessions::open_session, statements};
use crate::{
    auth::session_tokens::{Profile, Session},
    domain::{credentials::Name, email::Email, ids::UserId},
    platform::clock::Timestamp,
};
use js_sys::JsString;
use serde::Deserialize;

/// An account as sign-in needs it. No Debug: it would print the hash.
pub struct Account {
    /// Who it is.
    pub id: UserId,
    /// What its tokens say.
    pub profile: Profile,
    /// A PHC string.
    pub password_hash: String,
}

/// An account to be made.
pub struct NewAccount<'a> {
    /// The address, unique.
    pub email: &'a Email,
    /// How the person wants to be called.
    pub name: Option<&'a Name>,
    /// A PHC string.
    pub password_hash: &'a str,
}

#[derive(Deserialize)]
struct AccountRow {
    id: String,
    email: String,
    role: String,
    password_hash: String,
}

impl Store {
    /// Makes an account, and gives it as JSON: `None` where the address is taken.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn register(
        &self,
        id: &UserId,
        account: &NewAccount<'_>,
        now: Timestamp,
    ) -> Result<Option<JsString>, StoreError> {
        let query = self.new_user(id, account, now)?;
        first(&self.write(&query).await?)
    }

    /// Makes an account and opens its first session, both or neither: `false` where the address is taken. The constraint
    /// finds that out, so that of two at once exactly one succeeds.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn sign_up(
        &self,
        account: &NewAccount<'_>,
        session: &Session,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let user = self.new_user(&session.user_id, account, now)?;
        let [_, opened] = self.batch([user, open_session(self, session, now)?]).await?;
        Ok(opened.is_some())
    }

    fn new_user(&self, id: &UserId, account: &NewAccount<'_>, now: Timestamp) -> Result<Bound, StoreError> {
        let name = account.name.map(Name::as_str);
        self.bind(
            statements::CREATE_USER,
            &[
                Value::Text(id.as_str()),
                Value::Text(account.email.as_str()),
                Value::NullableText(name),
                Value::Text(account.password_hash),
                Value::Text(&now.to_string()),
            ],
        )
    }

    /// The account of an address, if there is one.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn account(&self, email: &Email) -> Result<Option<Account>, StoreError> {
        let query = self.bind(statements::USER_BY_EMAIL, &[Value::Text(email.as_str())])?;
        let row = first(&self.read(&query).await?)?;
        row.map(|row| {
            let row: AccountRow = parse(row)?;
            Ok(Account {
                id: UserId::parse(row.id).ok_or_else(|| StoreError::Broken("a user without an id".to_owned()))?,
                profile: Profile {
                    email: row.email,
                    role: row.role,
                },
                password_hash: row.password_hash,
            })
        })
        .transpose()
    }

    /// Puts a fresh hash in the place of the one that was verified, unless the password was changed meanwhile.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn renew_password_hash(&self, account: &Account, fresh_hash: &str) -> Result<(), StoreError> {
        let query = self.bind(
            statements::RENEW_PASSWORD_HASH,
            &[
                Value::Text(account.id.as_str()),
                Value::Text(&account.password_hash),
                Value::Text(fresh_hash),
            ],
        )?;
        self.write(&query).await?;
        Ok(())
    }
}
