//! Accounts: created at sign-up, looked up at sign-in.

use super::{
    BoundStatement, PendingRead, Store, StoreError, Value, first, parse,
    sessions::{NewSession, open_session_statement},
    statements,
};
use crate::{
    auth::session_tokens::{Profile, Session},
    domain::{credentials::Name, email::Email, ids::UserId, session_client::SessionClient},
    platform::clock::Timestamp,
};
use js_sys::JsString;

/// An account as sign-in needs it. Does not implement Debug, which would print the hash.
pub struct Account {
    /// The user.
    pub id: UserId,
    /// The claims about the user that tokens carry.
    pub profile: Profile,
    /// Whether an administrator has suspended the user, who may then have no session.
    pub is_suspended: bool,
    /// Whether somebody followed a link that was sent to the address.
    pub is_email_verified: bool,
    /// The sign-up whose link is to verify the address; `None` where the account awaits none.
    pub signup_id: Option<String>,
    /// How often the user's sessions were ended for good, by a new password or a suspension.
    pub version: u64,
    /// When the password was last reset, which voided the device tokens of until then.
    pub device_tokens_since: Timestamp,
    /// A PHC string, or [`NO_PASSWORD`](crate::auth::password_hash::NO_PASSWORD).
    pub password_hash: String,
}

/// A look-up of an account that has begun.
pub struct AccountLookup(PendingRead);

/// An account to create.
pub struct NewAccount<'a> {
    /// The email address, which must be unique.
    pub email: &'a Email,
    /// The display name.
    pub name: Option<&'a Name>,
    /// A PHC string.
    pub password_hash: &'a str,
}

impl Store {
    /// Creates an account and returns it as JSON; returns `None` if the address is already registered.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn register(
        &self,
        id: &UserId,
        account: &NewAccount<'_>,
        now: Timestamp,
    ) -> Result<Option<JsString>, StoreError> {
        let query = self.create_user_statement(id, account, now)?;
        first(&self.write(&query).await?)
    }

    /// Creates an account and its first session, in one transaction where the home is `DB`; returns `false` if the address is already
    /// registered. The UNIQUE constraint decides, so of two concurrent sign-ups exactly one succeeds.
    ///
    /// # Errors
    /// [`StoreError`]; the account may exist nevertheless, and its user can sign in.
    pub async fn sign_up(
        &self,
        home: Option<&Self>,
        account: &NewAccount<'_>,
        session: &Session,
        client: &SessionClient<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let user = self.create_user_statement(&session.user_id, account, now)?;
        let session = NewSession {
            session,
            client,
            password_hash: account.password_hash,
            version: 0,
        };
        let open = open_session_statement(self, home, session, now)?;
        let Some(home) = home else {
            let [_, session] = self.batch([user, open]).await?;
            return Ok(session.is_some());
        };
        if first(&self.write(&user).await?)?.is_none() {
            return Ok(false);
        }
        home.write(&open).await?;
        Ok(true)
    }

    fn create_user_statement(
        &self,
        id: &UserId,
        account: &NewAccount<'_>,
        now: Timestamp,
    ) -> Result<BoundStatement, StoreError> {
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

    /// Begins to look up the account of an address, so that something else can be awaited meanwhile.
    ///
    /// # Errors
    /// [`StoreError`]
    pub fn begin_account(&self, email: &Email) -> Result<AccountLookup, StoreError> {
        let query = self.bind(statements::USER_BY_EMAIL, &[Value::Text(email.as_str())])?;
        PendingRead::begin(query).map(AccountLookup)
    }
}

impl AccountLookup {
    /// Awaits the account; `None` where the address has none.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn finish(self) -> Result<Option<Account>, StoreError> {
        first(&self.0.finish().await?)?.map(Account::from_row).transpose()
    }
}

impl Account {
    /// Parses an account that a statement returns as JSON.
    pub(super) fn from_row(row: JsString) -> Result<Self, StoreError> {
        parse(row, |row| {
            let is_set = |name| Some(row.number(name)? != 0);
            Some(Self {
                id: UserId::from_row(row.text("id")?)?,
                profile: Profile {
                    email: row.text("email")?,
                    role: row.text("role")?,
                },
                is_suspended: is_set("suspended")?,
                is_email_verified: is_set("email_verified")?,
                signup_id: row.text("signup_id"),
                version: row.number("version")?,
                device_tokens_since: Timestamp::from_milliseconds(row.number("device_tokens_since")?),
                password_hash: row.text("password_hash")?,
            })
        })
    }
}
