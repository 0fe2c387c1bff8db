//! Statements of administrators. Each checks the caller's role in the same round trip; one that changes a user also decides
//! whether an administrator remains, so that of two changes at once only one can remove the last but one.

use super::statement::Statement;

statements! {
    /// Whether the caller is an administrator: NULL where the session is not active, empty where the role is missing.
    CALLER_IS_ADMIN = "SELECT CASE WHEN ", caller_is_admin!(), " THEN 'admin' WHEN ", session_is_active!(),
        " THEN '' END AS answer";
    /// The first `?5` users after `?4`, oldest first, for an administrator; for any other caller one row: NULL if the session is
    /// not active, empty if the role is missing.
    USERS = "SELECT iif(", session_is_active!(), ", '', NULL) AS user WHERE NOT ", caller_is_admin!(),
        " UNION ALL SELECT user FROM (SELECT ", user_for_admin_json!(), " AS user FROM users WHERE ", caller_is_admin!(),
        " AND id > ?4 ORDER BY id LIMIT +?5)";
    /// As `USERS`, only the user whose address is `?6`.
    USERS_BY_EMAIL = "SELECT iif(", session_is_active!(), ", '', NULL) AS user WHERE NOT ", caller_is_admin!(),
        " UNION ALL SELECT user FROM (SELECT ", user_for_admin_json!(), " AS user FROM users WHERE ", caller_is_admin!(),
        " AND email = +?6 AND id > ?4 LIMIT +?5)";
    /// Reads user `?4` for an administrator, `null` if there is none; for any other caller NULL if the session is not active,
    /// empty if the role is missing.
    USER_FOR_ADMIN = "SELECT CASE WHEN ", caller_is_admin!(), " THEN coalesce((SELECT ", user_for_admin_json!(),
        " FROM users WHERE id = +?4), 'null') WHEN ", session_is_active!(), " THEN '' END AS answer";
    /// Sets the role of user `?4` to `?5` and `suspended` to `?6`; NULL keeps either. Changes nothing where no administrator
    /// would remain. A trigger ends the sessions of a suspended user.
    UPDATE_USER = "UPDATE users SET role = coalesce(?5, role), suspended = coalesce(?6, suspended) WHERE id = +?4 AND ",
        caller_is_admin!(), " AND (", is_deletable!(),
        " OR coalesce(?5, role) = 'admin' AND coalesce(?6, suspended) = 0) RETURNING ", user_for_admin_json!(), " AS answer";
    /// The version of user `?1`.
    USER_VERSION = "SELECT CAST(version AS TEXT) AS answer FROM users WHERE id = ?1";
    /// Ends all sessions of user `?4`.
    END_SESSIONS_OF_USER = "DELETE FROM sessions WHERE user_id = +?4 AND ", caller_is_admin!();
}
