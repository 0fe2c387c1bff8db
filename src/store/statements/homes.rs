//! Statements of users who are at home in another database than `DB`: what `DB` knows of their homes, and what a home does in place
//! of a statement that would look at the users.

use super::statement::Statement;

statements! {
    /// Reads the home of subject `?1`; no row before its first write.
    HOME = "SELECT CAST(home AS TEXT) AS answer FROM homes WHERE subject = ?1";
    /// Decides the home of subject `?1`, once: `DB` if it has anything there, else `?2`. Returns it.
    ASSIGN_HOME = "INSERT INTO homes (subject, home) SELECT ?1, iif(EXISTS (SELECT 1 FROM sessions WHERE user_id = ?1)",
        " OR EXISTS (SELECT 1 FROM tasks WHERE user_id = ?1), 0, ?2) WHERE true",
        " ON CONFLICT (subject) DO UPDATE SET home = home RETURNING CAST(home AS TEXT) AS answer";
    /// Decides it for a sign-in of user `?1`, who had version `?3` when the password was verified. Returns no row if the user has
    /// changed since: no home was told of that change, so none may open a session.
    ASSIGN_HOME_OF_USER = "INSERT INTO homes (subject, home) SELECT id, iif(EXISTS (SELECT 1 FROM sessions WHERE user_id = ?1)",
        " OR EXISTS (SELECT 1 FROM tasks WHERE user_id = ?1), 0, ?2) FROM users WHERE id = ?1 AND version = ?3 AND suspended = 0",
        " ON CONFLICT (subject) DO UPDATE SET home = home RETURNING CAST(home AS TEXT) AS answer";
    /// Reads what the tokens of user `?1` carry; no row where the user may have no session.
    PROFILE = "SELECT json_object('email', email, 'role', role) AS answer FROM users WHERE id = ?1 AND suspended = 0";
    /// Reads user `?1` as an export contains it.
    USER_TO_EXPORT = "SELECT ", user_json!(), " AS part FROM users WHERE id = ?1";
    /// Reads user `?1` as other Workers receive it.
    SERVICE_USER = "SELECT json_object('id', id, 'email', email, 'name', name, 'role', role) AS answer FROM users WHERE id = ?1";
    /// The next `?2` users after `?1` whose homes are still to learn of a change: each user's version, empty where the user is deleted,
    /// the home of one whose id names none, else empty, and the id, one a line.
    REVOCATIONS_DUE = "SELECT coalesce((SELECT version FROM users WHERE id = user_id), '') || char(10)",
        " || coalesce((SELECT home FROM homes WHERE subject = user_id), '') || char(10) || user_id AS due",
        " FROM revocations_due WHERE user_id > ?1 ORDER BY user_id LIMIT +?2";
    /// Removes the users of the JSON array `?1` of pairs of an id and a version whose homes know that version by now.
    REVOCATIONS_DONE = "DELETE FROM revocations_due WHERE user_id IN (SELECT value ->> 0 FROM json_each(?1)",
        " WHERE (SELECT version FROM users WHERE id = value ->> 0) IS value ->> 1)";
}

/// The statements that run in a home. They name tables that `DB` has as well, with one column more.
pub mod at_home {
    use super::Statement;

    statements! {
        /// Creates session `?2` of user `?1`, who had version `?7` when the password was verified; returns no row if the sessions of
        /// that version are over by now, or if the user is deleted.
        OPEN_SESSION_AT_HOME = "INSERT INTO sessions (user_id, id, generation, rotated_at, expires_at, user_agent, country, version)",
            " SELECT ?1, ?2, 0, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM revocations WHERE user_id = ?1 AND version > ?7)",
            " RETURNING id AS answer";
        /// As `REFRESHED_SESSION`, without the profile.
        REFRESHED_SESSION_AT_HOME = "SELECT json_object('generation', generation, 'expires_at', expires_at) AS answer FROM sessions",
            " WHERE user_id = ?1 AND id = ?2 AND expires_at > ?3 AND generation = ?4 + 1";
        /// As `ACCOUNT_TO_EXPORT`, with null in place of the user.
        SESSIONS_TO_EXPORT = "SELECT 'null' AS part WHERE ", session_is_active!(), " UNION ALL SELECT part FROM (SELECT ",
            session_json!(), " AS part FROM sessions WHERE user_id = +?1 AND expires_at > ?3 AND ?2 IS NOT NULL AND ",
            session_is_active!(), " ORDER BY id DESC)";
        /// Begins to delete the caller's tasks as `DELETE_CALLER_WITHOUT_SESSION`, of a subject that is no user of this service.
        DELETE_SUBJECT = "INSERT INTO deletions (user_id) SELECT ?1 WHERE ?2 IS NULL AND ", session_is_active!(),
            " RETURNING '' AS answer";

        /// Lets no session be opened any more under an older version than that in `?1`, a JSON array of pairs of a user's id and
        /// version; without a version the user is deleted, and the row a tombstone.
        REVOKE_SESSIONS = "INSERT INTO revocations (user_id, version, revoked_at)",
            " SELECT value ->> 0, coalesce(value ->> 1, 9007199254740991), ?2 FROM json_each(?1) WHERE true",
            " ON CONFLICT (user_id) DO UPDATE SET version = max(version, excluded.version), revoked_at = excluded.revoked_at";
        /// Ends the sessions that `REVOKE_SESSIONS` is about.
        END_REVOKED_SESSIONS = "DELETE FROM sessions WHERE user_id IN (SELECT value ->> 0 FROM json_each(?1))",
            " AND version < (SELECT version FROM revocations WHERE user_id = sessions.user_id)";
        /// Ends all sessions of user `?1`.
        END_ALL_SESSIONS = "DELETE FROM sessions WHERE user_id = ?1";
        /// Begins to delete the tasks of the deleted users in `?1`.
        BEGIN_DELETIONS = "INSERT OR IGNORE INTO deletions (user_id) SELECT value ->> 0 FROM json_each(?1)",
            " WHERE value ->> 1 IS NULL AND EXISTS (SELECT 1 FROM tasks WHERE user_id = value ->> 0)";
        /// Deletes at most `?2` of the revocations of before `?1`, which no sign-in still overtakes.
        DELETE_OLD_REVOCATIONS = "DELETE FROM revocations WHERE user_id IN",
            " (SELECT user_id FROM revocations WHERE revoked_at < ?1 ORDER BY revoked_at LIMIT +?2) RETURNING user_id";
    }
}
