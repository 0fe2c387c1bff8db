//! Every SQL statement that D1 runs: here, and in the files below this one, one a subject. The store runs nothing else.
//!
//! Every statement that runs for a verified caller has the same first three parameters: `?1` is the token's subject, `?2` its
//! session or NULL (another issuer's token has none), `?3` the current time in milliseconds.
//!
//! If a statement sorts or joins, SQLite inspects the value of a bare `= ?1` or `LIMIT ?5` to choose a plan, and therefore
//! recompiles the statement for each call. `+?1` hides the value from the planner and keeps the plan: without it a list of 50
//! took a tenth longer.

#[macro_use]
mod statement;

pub use statement::Statement;

/// Whether the caller's tasks are not being deleted: another issuer's token has no session that could end with its user.
macro_rules! no_deletion {
    () => {
        "NOT EXISTS (SELECT 1 FROM deletions WHERE user_id = +?1)"
    };
}

/// Whether the caller's session is active. `iif` evaluates one branch, so a caller with a session pays nothing for the other.
macro_rules! session_is_active {
    () => {
        concat!(
            "iif(?2 IS NULL, ",
            no_deletion!(),
            ", EXISTS (SELECT 1 FROM sessions WHERE user_id = ?1 AND id = ?2 AND expires_at > ?3))"
        )
    };
}

/// A task as the API returns it. SQLite writes the JSON, so that a row is one string in JavaScript.
macro_rules! task_json {
    () => {
        "json_object('id', id, 'title', title, 'description', description, 'completed', iif(completed, json('true'), json('false')), 'user_id', user_id, 'created_at', created_at, 'updated_at', updated_at)"
    };
}

/// A user as the API returns it, without the password hash; `more` are further members.
macro_rules! user_json {
    ($($more:literal)?) => {
        concat!(
            "json_object('id', id, 'email', email, 'name', name, 'role', role, 'created_at', created_at, 'email_verified', iif(email_verified, json('true'), json('false'))",
            $($more,)?
            ")"
        )
    };
}

/// A moment in the milliseconds of a column as the API returns it: until the year 9999, which SQLite's functions end with.
macro_rules! rfc_3339 {
    ($milliseconds:literal) => {
        concat!(
            "strftime('%Y-%m-%dT%H:%M:%fZ', min(",
            $milliseconds,
            ", 253402300799999) / 1000.0, 'unixepoch')"
        )
    };
}

/// A session as the API returns it. The first 48 bits of a UUIDv7 are when it was created; JSON5 has hexadecimal numbers, which
/// SQLite converts nowhere else.
macro_rules! session_json {
    () => {
        concat!(
            "json_object('id', id, 'created_at', ",
            rfc_3339!("json_extract('0x' || substr(id, 1, 8) || substr(id, 10, 4), '$')"),
            ", 'last_used_at', ",
            rfc_3339!("rotated_at"),
            ", 'expires_at', ",
            rfc_3339!("expires_at"),
            ", 'user_agent', user_agent, 'country', country, 'current', iif(id = +?2, json('true'), json('false')))",
        )
    };
}

/// A user as an administrator sees it.
macro_rules! user_for_admin_json {
    () => {
        user_json!(", 'suspended', iif(suspended, json('true'), json('false'))")
    };
}

/// Whether the caller's session is active and its user's role in the database is `admin`, whatever the token claims.
/// True for another issuer's token, whose `role` claim the store checks itself. An empty `?2` is a session in another database,
/// which has been checked there.
macro_rules! caller_is_admin {
    () => {
        concat!(
            "iif(?2 IS NULL, ",
            no_deletion!(),
            ", EXISTS (SELECT 1 FROM users AS caller WHERE id = +?1 AND role = 'admin' AND (?2 = '' OR EXISTS (SELECT 1 FROM sessions WHERE user_id = +?1 AND id = +?2 AND expires_at > ?3))))"
        )
    };
}

/// Whether an administrator other than this row's user exists; one who is suspended is none.
macro_rules! another_admin_exists {
    () => {
        "EXISTS (SELECT 1 FROM users AS other WHERE other.role = 'admin' AND other.suspended = 0 AND other.id <> users.id)"
    };
}

/// Whether this row's user may be deleted: the last administrator may not.
macro_rules! is_deletable {
    () => {
        concat!("(role <> 'admin' OR suspended = 1 OR ", another_admin_exists!(), ")")
    };
}

/// An account as the service needs it to verify its password.
macro_rules! account_json {
    () => {
        "json_object('id', id, 'email', email, 'role', role, 'suspended', suspended, 'email_verified', email_verified, 'signup_id', signup_id, 'version', version, 'device_tokens_since', device_tokens_since, 'password_hash', password_hash)"
    };
}

mod admin;
mod deletion;
mod email;
mod homes;
mod tasks;

pub use admin::*;
pub use deletion::*;
pub use email::*;
pub use homes::{at_home::*, *};
pub use tasks::*;

/// Every statement by its name, file by file, for the test that checks their query plans.
pub const FILES: &[&[(&str, Statement)]] = &[ALL, tasks::ALL, admin::ALL, deletion::ALL, email::ALL, homes::ALL];

/// The statements that run only in homes other than `DB`, in the same form.
pub const AT_HOME: &[(&str, Statement)] = homes::at_home::ALL;

statements! {
    /// Checks the caller's session: empty if it is active, NULL if not.
    SESSION_IS_ACTIVE = "SELECT iif(", session_is_active!(), ", '', NULL) AS answer";

    /// Reads the caller's user: NULL if the session is not active, empty if the caller is not a user of this service.
    CALLER = "SELECT CASE WHEN ", session_is_active!(), " THEN coalesce((SELECT ", user_json!(),
        " FROM users WHERE id = ?1), '') END AS answer";
    /// Reads the user of an active session as other Workers receive it; returns no row if the session is not active.
    SESSION_USER = "SELECT json_object('id', u.id, 'email', u.email, 'name', u.name, 'role', u.role) AS answer",
        " FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.user_id = +?1 AND s.id = +?2 AND s.expires_at > ?3";
    /// Sets the name of the caller's user to `?5`, or keeps it where `?4` is false.
    UPDATE_NAME = "UPDATE users SET name = iif(?4, ?5, name) WHERE id = ?1 AND ", session_is_active!(),
        " RETURNING ", user_json!(), " AS answer";
    /// Reads the caller's account: NULL if the session is not active.
    CALLER_ACCOUNT = "SELECT CASE WHEN ", session_is_active!(), " THEN (SELECT ", account_json!(),
        " FROM users WHERE id = ?1) END AS answer";
    /// Replaces the password hash of the caller's user with `?5` if it is still `?4`, the one that was verified; returns the user's
    /// new version.
    CHANGE_PASSWORD = "UPDATE users SET password_hash = ?5, version = version + 1 WHERE id = ?1 AND password_hash = ?4 AND ",
        session_is_active!(), " RETURNING CAST(version AS TEXT) AS answer";
    /// The caller's active sessions, the newest first; no row if the caller's own is not active.
    SESSIONS = "SELECT ", session_json!(), " AS session FROM sessions WHERE user_id = +?1 AND expires_at > ?3 AND ",
        session_is_active!(), " ORDER BY id DESC";
    /// Ends session `?4` of the caller; returns no row if there is none.
    END_SESSION_OF_CALLER = "DELETE FROM sessions WHERE user_id = ?1 AND id = ?4 AND expires_at > ?3 AND ",
        session_is_active!(), " RETURNING '' AS answer";
    /// Ends all sessions of user `?1` but `?2`, if that one is active.
    END_OTHER_SESSIONS = "DELETE FROM sessions WHERE user_id = ?1 AND id <> ?2 AND ", session_is_active!();
    /// What an export begins with: the caller's user, then the active sessions as in `SESSIONS`; null and none without a
    /// session, and no row if the session is not active.
    ACCOUNT_TO_EXPORT = "SELECT coalesce((SELECT ", user_json!(), " FROM users WHERE id = +?1 AND ?2 IS NOT NULL), 'null') AS part",
        " WHERE ", session_is_active!(), " UNION ALL SELECT part FROM (SELECT ", session_json!(), " AS part FROM sessions",
        " WHERE user_id = +?1 AND expires_at > ?3 AND ?2 IS NOT NULL AND ", session_is_active!(), " ORDER BY id DESC)";
    /// The caller's tasks after `?4`, oldest first, and their ids: as many as take about a million octets; one NULL row if the
    /// session is not active. `before` counts the octets of the tasks before one, each with the 300 of a task without text, from
    /// the lengths that a row begins with, so that no text is read that the page does not hold. Control characters take six
    /// octets in JSON, so a page has at most 6 MB.
    TASKS_TO_EXPORT = "SELECT NULL AS id, NULL AS task WHERE NOT ", session_is_active!(), " UNION ALL SELECT id, task FROM (SELECT id, ",
        task_json!(), " AS task FROM tasks WHERE user_id = +?1 AND id > ?4 AND id <= (SELECT max(id) FROM",
        " (SELECT id, sum(octet_length(title) + coalesce(octet_length(description), 0) + 300)",
        " OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before",
        " FROM tasks WHERE user_id = +?1 AND id > ?4 ORDER BY id LIMIT 4000) WHERE coalesce(before, 0) < 1000000)",
        " ORDER BY id LIMIT 4000)";

    /// Creates a user; returns no row if the address is already registered.
    CREATE_USER = "INSERT INTO users (id, email, name, password_hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        " ON CONFLICT (email) DO NOTHING RETURNING ", user_json!(), " AS answer";
    /// Reads the account of an address.
    USER_BY_EMAIL = "SELECT ", account_json!(), " AS answer FROM users WHERE email = ?1";
    /// Replaces the password hash with `?3` if it is still `?2`.
    REPLACE_PASSWORD_HASH = "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2";

    /// Creates session `?2` of user `?1`; returns no row if the user's password hash is not `?7`, the one that was verified: a
    /// sign-in that a change of the password overtakes must not open a session, nor one that a suspension overtakes.
    OPEN_SESSION = "INSERT INTO sessions (user_id, id, generation, rotated_at, expires_at, user_agent, country)",
        " SELECT id, ?2, 0, ?3, ?4, ?5, ?6 FROM users WHERE id = ?1 AND password_hash = ?7 AND suspended = 0",
        " RETURNING id AS answer";
    /// Ends the sessions of user `?1` beyond session `?2` and the `?4` others that were rotated last; expired ones do not
    /// count. Sorts, but only that user's sessions.
    END_SURPLUS_SESSIONS = "DELETE FROM sessions WHERE user_id = +?1 AND id IN (SELECT id FROM sessions WHERE user_id = +?1",
        " AND id <> ?2 AND expires_at > ?3 ORDER BY rotated_at DESC, id DESC LIMIT -1 OFFSET +?4)";
    /// Ends session `?2` of user `?1`; returns no row if it had already ended.
    END_SESSION = "DELETE FROM sessions WHERE user_id = ?1 AND id = ?2 AND expires_at > ?3 RETURNING id AS answer";
    /// Rotates a session from generation `?4` to the next. Of concurrent calls only the first matches the generation.
    ROTATE_SESSION = "UPDATE sessions SET generation = generation + 1, rotated_at = ?3",
        " WHERE user_id = ?1 AND id = ?2 AND generation = ?4 AND expires_at > ?3";
    /// Ends a session whose refresh token of generation `?3` is reused: the session has advanced by more than one generation,
    /// or by one and was rotated before `?4`, the start of the grace period. Runs before `ROTATE_SESSION`, whose own rotation
    /// is then never mistaken for an earlier one.
    END_REUSED_SESSION = "DELETE FROM sessions WHERE user_id = ?1 AND id = ?2",
        " AND (generation > ?3 + 1 OR generation = ?3 + 1 AND rotated_at < ?4) RETURNING id AS answer";
    /// Reads an active session that is one generation past `?4`, with the user's profile for its tokens.
    REFRESHED_SESSION = "SELECT json_object('generation', s.generation, 'expires_at', s.expires_at, 'email', u.email,",
        " 'role', u.role) AS answer FROM sessions s JOIN users u ON u.id = s.user_id",
        " WHERE s.user_id = +?1 AND s.id = +?2 AND s.expires_at > ?3 AND s.generation = ?4 + 1 AND u.suspended = 0";
    /// Deletes at most `?2` of the sessions that had expired at `?1`.
    DELETE_EXPIRED_SESSIONS = "DELETE FROM sessions WHERE (user_id, id) IN",
        " (SELECT user_id, id FROM sessions WHERE expires_at <= ?1 ORDER BY expires_at LIMIT +?2) RETURNING id";
}
