//! Statements that delete a user with everything stored about them. The first of a deletion decides whether it happens: it deletes
//! the user's row, and with it, by foreign keys, sessions and clashes of addresses. A trigger then adds the user to `deletions` if
//! there are tasks, and as long as that row exists, `DELETE_TASKS` deletes them and no other statement sees them.

use super::statement::Statement;

statements! {
    /// Deletes the caller's user, whose password was verified: a change of it would have ended the session.
    DELETE_CALLER = "DELETE FROM users WHERE id = ?1 AND ", is_deletable!(), " AND ", session_is_active!(),
        " RETURNING '' AS answer";
    /// Deletes user `?4` for an administrator.
    DELETE_USER = "DELETE FROM users WHERE id = +?4 AND ", is_deletable!(), " AND ", caller_is_admin!(),
        " RETURNING '' AS answer";
    /// Begins to delete the tasks of a caller without a session. Returns no row if the deletion has begun already, or if the subject
    /// is a user of this service: the token does not prove that user's password.
    DELETE_CALLER_WITHOUT_SESSION = "INSERT INTO deletions (user_id) SELECT ?1 WHERE ?2 IS NULL AND ", session_is_active!(),
        " AND NOT EXISTS (SELECT 1 FROM users WHERE id = ?1) RETURNING '' AS answer";

    /// Deletes at most `?2` tasks of user `?1`, whose deletion has begun; where `?3` is false only if the statement before has
    /// begun it, so that a rejected request deletes nothing.
    DELETE_TASKS = "DELETE FROM tasks WHERE user_id = ?1 AND id IN (SELECT id FROM tasks WHERE user_id = ?1",
        " AND (?3 OR changes() > 0) AND EXISTS (SELECT 1 FROM deletions WHERE user_id = ?1) LIMIT ?2)";
    /// How many rows the statement before has deleted, not counting triggers, as a text.
    DELETED = "SELECT CAST(changes() AS TEXT) AS answer";
    /// Ends the deletion of user `?1` once no task is left.
    FINISH_DELETION = "DELETE FROM deletions WHERE user_id = ?1 AND NOT EXISTS (SELECT 1 FROM tasks WHERE user_id = ?1)";
    /// The first user after `?1` whose deletion is not finished.
    NEXT_DELETION = "SELECT user_id AS answer FROM deletions WHERE user_id > ?1 ORDER BY user_id LIMIT 1";
}
