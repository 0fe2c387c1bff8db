//! Statements of the links in emails. Each repeats what its link is bound to, so that of several at once only the first matches.

use super::Statement;

/// Whether this row's account was created under `EMAIL_VERIFICATION=required` and never verified.
macro_rules! awaits_verification {
    () => {
        "(signup_id IS NOT NULL AND email_verified = 0)"
    };
}

statements! {
    /// Reads the account of user `?1`.
    USER_BY_ID = "SELECT ", account_json!(), " AS answer FROM users WHERE id = ?1";
    /// Replaces the password hash with `?4` if user `?1` still has the address `?2` and the hash `?3`. The link was sent to the
    /// address, so that it is verified; device tokens of before `?5` are void. Returns the user's new version.
    RESET_PASSWORD = "UPDATE users SET password_hash = ?4, email_verified = 1, device_tokens_since = ?5, version = version + 1",
        " WHERE id = ?1 AND email = ?2 AND password_hash = ?3 RETURNING CAST(version AS TEXT) AS answer";
    /// Ends every session of user `?1` if its password hash is `?2`: runs after `RESET_PASSWORD`, which then has stored it.
    END_SESSIONS_OF_HASH = "DELETE FROM sessions WHERE user_id = ?1",
        " AND EXISTS (SELECT 1 FROM users WHERE id = ?1 AND password_hash = ?2)";
    /// Verifies the address `?2` of user `?1` by the link of sign-up `?3`, NULL where the account awaits none. After more than one
    /// sign-up any of their passwords may be a stranger's: the hash becomes `?4`, which no password matches.
    VERIFY_EMAIL = "UPDATE users SET password_hash = iif(", awaits_verification!(), " AND signups > 1, ?4, password_hash),",
        " version = version + (", awaits_verification!(), " AND signups > 1), email_verified = 1 WHERE id = ?1 AND email = ?2 AND signup_id IS ?3 RETURNING ", account_json!(), " AS answer";
    /// Replaces the address `?2` of user `?1`, whose password hash is still `?3`, with `?4`; returns no row if another account
    /// has it, or if the user is suspended: whoever took over an account must not keep it by an address of their own.
    CHANGE_EMAIL = "UPDATE OR IGNORE users SET email = ?4, email_verified = 1",
        " WHERE id = ?1 AND email = ?2 AND password_hash = ?3 AND suspended = 0 RETURNING '' AS answer";

    /// Whether another user than `?1` has the address `?2`.
    EMAIL_IS_TAKEN = "SELECT '' AS answer FROM users WHERE email = ?2 AND id <> ?1";

    /// Creates a user who is to verify the address by the link of sign-up `?6`. An account that was created so and never verified
    /// gets this sign-up's name and password; any other stays as it is, and there is no answer. It is counted all the same: a
    /// transaction that writes takes longer to commit than one that does not, which would tell the two apart.
    CREATE_UNVERIFIED_USER = "INSERT INTO users (id, email, name, password_hash, created_at, signup_id, signups)",
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1) ON CONFLICT (email) DO UPDATE SET signups = signups + 1,",
        " name = iif(", awaits_verification!(), ", excluded.name, name),",
        " password_hash = iif(", awaits_verification!(), ", excluded.password_hash, password_hash),",
        " created_at = iif(", awaits_verification!(), ", excluded.created_at, created_at),",
        " version = version + ", awaits_verification!(), ",",
        " signup_id = iif(", awaits_verification!(), ", excluded.signup_id, signup_id)",
        " RETURNING iif(signup_id = ?6, json_object('id', id, 'version', version), NULL) AS answer";
    /// Ends the sessions of an account that sign-up `?2` of address `?1` has replaced: it may have been used while no
    /// verification was required.
    END_SESSIONS_OF_SIGNUP = "DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = ?1 AND signup_id = ?2)";
    /// Deletes at most `?2` of the accounts that were signed up before `?1` and never verified; administrators are decided about
    /// by an administrator.
    DELETE_UNVERIFIED_USERS = "DELETE FROM users WHERE id IN (SELECT id FROM users WHERE signup_id IS NOT NULL",
        " AND email_verified = 0 AND created_at < ?1 AND role <> 'admin' ORDER BY created_at LIMIT +?2) RETURNING id";
}
