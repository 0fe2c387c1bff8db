//! What the links of emails change, and sign-ups that wait for theirs.

use super::{
    Store, StoreError, Value,
    accounts::{Account, NewAccount},
    first, parse,
    revocations::parse_version,
    statements,
};
use crate::{
    auth::password_hash::NO_PASSWORD,
    domain::{
        credentials::Name,
        ids::{SessionId, UserId},
    },
    platform::clock::Timestamp,
};

/// The outcome of a change of address.
#[derive(Debug)]
pub enum EmailChange {
    /// The account has the new address.
    Changed,
    /// Another account has it.
    Taken,
    /// The account has another address or password than when the link was checked.
    AccountChanged,
}

impl Store {
    /// Looks up the account of a user.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn account_by_id(&self, id: &str) -> Result<Option<Account>, StoreError> {
        let query = self.bind(statements::USER_BY_ID, &[Value::Text(id)])?;
        first(&self.read(&query).await?)?.map(Account::from_row).transpose()
    }

    /// Sets a new password hash, verifies the address and ends every session in `DB`, in one transaction. Returns the user's new
    /// version, for `Databases::revoke_at_home`; `None`, and changes nothing, if the account has changed since it was read.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn reset_password(
        &self,
        account: &Account,
        new_hash: &str,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let id = Value::Text(account.id.as_str());
        let values = [
            id,
            Value::Text(&account.profile.email),
            Value::Text(&account.password_hash),
            Value::Text(new_hash),
            Value::Number(now.milliseconds()),
        ];
        let [reset, _] = self
            .batch([
                self.bind(statements::RESET_PASSWORD, &values)?,
                self.bind(statements::END_SESSIONS_OF_HASH, &[id, Value::Text(new_hash)])?,
            ])
            .await?;
        reset.map(parse_version).transpose()
    }

    /// Marks an address as verified, however often; returns the account, or `None` if it has another address or another sign-up.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn verify_email(
        &self,
        id: &str,
        email: &str,
        signup: Option<&str>,
    ) -> Result<Option<Account>, StoreError> {
        let values = [
            Value::Text(id),
            Value::Text(email),
            Value::NullableText(signup),
            Value::Text(NO_PASSWORD),
        ];
        let [account, _] = self
            .batch([
                self.bind(statements::VERIFY_EMAIL, &values)?,
                // The account may have been used while no verification was required.
                self.bind(
                    statements::END_SESSIONS_OF_HASH,
                    &[Value::Text(id), Value::Text(NO_PASSWORD)],
                )?,
            ])
            .await?;
        account.map(Account::from_row).transpose()
    }

    /// Replaces the address of an account, whose link verifies the new one.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn change_email(&self, account: &Account, new_email: &str) -> Result<EmailChange, StoreError> {
        let id = Value::Text(account.id.as_str());
        let values = [
            id,
            Value::Text(&account.profile.email),
            Value::Text(&account.password_hash),
            Value::Text(new_email),
        ];
        let [changed, taken] = self
            .batch([
                self.bind(statements::CHANGE_EMAIL, &values)?,
                self.bind(statements::EMAIL_IS_TAKEN, &[id, Value::Text(new_email)])?,
            ])
            .await?;
        Ok(match (changed, taken) {
            (Some(_), _) => EmailChange::Changed,
            (None, Some(_)) => EmailChange::Taken,
            (None, None) => EmailChange::AccountChanged,
        })
    }

    /// Creates an account that is to verify its address, or replaces one that never did; returns its user and version, or `None` if
    /// the address has any other account.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn sign_up_unverified(
        &self,
        id: &UserId,
        account: &NewAccount<'_>,
        signup: SessionId,
        now: Timestamp,
    ) -> Result<Option<(UserId, u64)>, StoreError> {
        let (signup, created_at) = (signup.to_string(), now.to_string());
        let values = [
            Value::Text(id.as_str()),
            Value::Text(account.email.as_str()),
            Value::NullableText(account.name.map(Name::as_str)),
            Value::Text(account.password_hash),
            Value::Text(&created_at),
            Value::Text(&signup),
        ];
        let replaced = [Value::Text(account.email.as_str()), Value::Text(&signup)];
        let [created, _] = self
            .batch([
                self.bind(statements::CREATE_UNVERIFIED_USER, &values)?,
                self.bind(statements::END_SESSIONS_OF_SIGNUP, &replaced)?,
            ])
            .await?;
        let created = created.map(|row| {
            parse(row, |row| {
                Some((UserId::from_row(row.text("id")?)?, row.number("version")?))
            })
        });
        created.transpose()
    }

    /// Deletes accounts that were signed up before this moment and never verified, at most `batch` of them; returns how many.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn delete_unverified_users(&self, before: Timestamp, batch: u32) -> Result<u32, StoreError> {
        let values = [Value::Text(&before.to_string()), Value::Number(batch.into())];
        let query = self.bind(statements::DELETE_UNVERIFIED_USERS, &values)?;
        Ok(self.write(&query).await?.length())
    }
}
