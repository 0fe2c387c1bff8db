//! Every SQL statement that D1 runs. Only this file makes a [`Statement`], and only statements run.
//!
//! Parameters 1 to 3 of whatever a caller's token lets in are the same everywhere: `?1` the token's subject, `?2` its
//! session or NULL (another issuer's token has none), `?3` the present moment in milliseconds.
//!
//! Where a statement sorts or joins, SQLite looks at the value behind a bare `= ?1` or `LIMIT ?5` for a better plan, and so
//! compiles the statement anew for each call. Written `+?1`, it is a value like any other, and the plan is kept: a list of 50
//! took a tenth longer without.

/// SQL that was written by hand, with parameters for every value.
#[derive(Clone, Copy, Debug)]
pub struct Statement(&'static str);

impl Statement {
    /// The text.
    pub const fn sql(self) -> &'static str {
        self.0
    }
}

/// Whether the caller's session is active.
macro_rules! session_is_active {
    () => {
        "(?2 IS NULL OR EXISTS (SELECT 1 FROM sessions WHERE user_id = ?1 AND id = ?2 AND expires_at > ?3))"
    };
}

/// A task as the API shows it. SQLite writes the JSON: a row crosses into JavaScript as one string.
macro_rules! task_json {
    () => {
        "json_object('id', id, 'title', title, 'description', description, 'completed', iif(completed, json('true'), json('false')), 'user_id', user_id, 'created_at', created_at, 'updated_at', updated_at)"
    };
}

/// A user as the API shows them. The password hash is not among it.
macro_rules! user_json {
    () => {
        "json_object('id', id, 'email', email, 'name', name, 'role', role, 'created_at', created_at)"
    };
}

/// Whether the caller's session is active and its user an administrator now, whatever the token says.
macro_rules! caller_is_admin {
    () => {
        "(?2 IS NULL OR EXISTS (SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.user_id = +?1 AND s.id = +?2 AND s.expires_at > ?3 AND u.role = 'admin'))"
    };
}

/// What a page begins with: one row of NULL where the session is not require_active, upon which nobody looks at the rest (SQLite
/// answers a UNION ALL from left to right). Then comes a row for each task; they are not gathered into one text, since D1
/// refuses a value over 2 MB and a page may be larger.
macro_rules! task_page {
    () => {
        concat!(
            "SELECT NULL AS task WHERE NOT ",
            session_is_active!(),
            " UNION ALL SELECT task FROM (SELECT ",
            task_json!(),
            " AS task FROM tasks ",
        )
    };
}

macro_rules! statements {
    ($($(#[$comment:meta])+ $name:ident = $($sql:expr),+;)+) => {
        $($(#[$comment])+ pub const $name: Statement = Statement(concat!($($sql),+));)+

        /// Every statement by its name, for the test that looks at their query plans.
        pub const ALL: &[(&str, Statement)] = &[$((stringify!($name), $name)),+];
    };
}

statements! {
    /// Nothing to show but whether the session is active: NULL where it is not.
    SESSION_IS_ACTIVE = "SELECT iif(", session_is_active!(), ", '', NULL) AS answer";

    /// The oldest tasks after `?4`, `?5` of them.
    TASKS_ASCENDING = task_page!(),
        "WHERE user_id = +?1 AND id > ?4 ORDER BY id LIMIT +?5)";
    /// The newest tasks before `?4`, `?5` of them.
    TASKS_DESCENDING = task_page!(),
        "WHERE user_id = +?1 AND id < ?4 ORDER BY id DESC LIMIT +?5)";
    /// The same, only those whose `completed` is `?6`. Left to itself, SQLite would read all tasks and drop the others.
    TASKS_BY_COMPLETED_ASCENDING = task_page!(),
        "INDEXED BY tasks_by_completed WHERE user_id = +?1 AND completed = +?6 AND id > ?4 ORDER BY id LIMIT +?5)";
    /// The same, only those whose `completed` is `?6`.
    TASKS_BY_COMPLETED_DESCENDING = task_page!(),
        "INDEXED BY tasks_by_completed WHERE user_id = +?1 AND completed = +?6 AND id < ?4 ORDER BY id DESC LIMIT +?5)";
    /// Task `?4`: NULL where the session is not require_active, empty where the user has no such task.
    TASK = "SELECT CASE WHEN ", session_is_active!(), " THEN coalesce((SELECT ", task_json!(),
        " FROM tasks WHERE user_id = ?1 AND id = ?4), '') END AS answer";
    /// A new task; no row where the session is not active.
    CREATE_TASK = "INSERT INTO tasks (user_id, id, title, description, completed, created_at, updated_at)",
        " SELECT ?1, ?4, ?5, ?6, ?7, ?8, ?8 WHERE ", session_is_active!(),
        " RETURNING ", task_json!(), " AS answer";
    /// Changes to task `?4`: NULL leaves title and completed, a false `?6` the description.
    UPDATE_TASK = "UPDATE tasks SET title = coalesce(?5, title), description = iif(?6, ?7, description),",
        " completed = coalesce(?8, completed), updated_at = ?9",
        " WHERE user_id = ?1 AND id = ?4 AND ", session_is_active!(),
        " RETURNING ", task_json!(), " AS answer";
    /// The end of task `?4`.
    DELETE_TASK = "DELETE FROM tasks WHERE user_id = ?1 AND id = ?4 AND ", session_is_active!(),
        " RETURNING '' AS answer";

    /// The caller as a user: NULL where the session is not require_active, empty where the caller is no user of ours.
    CALLER = "SELECT CASE WHEN ", session_is_active!(), " THEN coalesce((SELECT ", user_json!(),
        " FROM users WHERE id = ?1), '') END AS answer";
    /// Whether the caller is an administrator: NULL where the session is not active, empty where the role is missing.
    CALLER_IS_ADMIN = "SELECT CASE WHEN NOT ", session_is_active!(), " THEN NULL WHEN ", caller_is_admin!(),
        " THEN 'admin' ELSE '' END AS answer";
    /// The oldest users after `?4`, `?5` of them, for an administrator; for anybody else one row that says what is missing:
    /// NULL the session, empty the role.
    USERS = "SELECT iif(", session_is_active!(), ", '', NULL) AS user WHERE NOT ", caller_is_admin!(),
        " UNION ALL SELECT user FROM (SELECT ", user_json!(), " AS user FROM users WHERE ", caller_is_admin!(),
        " AND id > ?4 ORDER BY id LIMIT +?5)";

    /// A new user, unless the address is taken: then no row.
    CREATE_USER = "INSERT INTO users (id, email, name, password_hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        " ON CONFLICT (email) DO NOTHING RETURNING ", user_json!(), " AS answer";
    /// The account of an address.
    USER_BY_EMAIL = "SELECT json_object('id', id, 'email', email, 'role', role, 'password_hash', password_hash) AS answer",
        " FROM users WHERE email = ?1";
    /// A fresh hash `?3` of the password whose hash is still `?2`.
    RENEW_PASSWORD_HASH = "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2";

    /// A new session `?2` of user `?1`; no row where there is no such user.
    OPEN_SESSION = "INSERT INTO sessions (user_id, id, generation, rotated_at, expires_at)",
        " SELECT id, ?2, 0, ?3, ?4 FROM users WHERE id = ?1 RETURNING id AS answer";
    /// The end of a session, by its own token; no row where it had ended.
    END_SESSION = "DELETE FROM sessions WHERE user_id = ?1 AND id = ?2 AND expires_at > ?3 RETURNING id AS answer";
    /// One generation on from `?4`, for the one caller who finds the session there.
    ROTATE_SESSION = "UPDATE sessions SET generation = generation + 1, rotated_at = ?3",
        " WHERE user_id = ?1 AND id = ?2 AND generation = ?4 AND expires_at > ?3";
    /// The end of a session whose refresh token of generation `?3` came back after it was used: it was the last but one,
    /// and moved on before `?4`, or it is older still.
    END_REUSED_SESSION = "DELETE FROM sessions WHERE user_id = ?1 AND id = ?2",
        " AND (generation > ?3 + 1 OR generation = ?3 + 1 AND rotated_at < ?4) RETURNING id AS answer";
    /// A session that is active and stands one generation past `?4`, with what its tokens say of the user.
    REFRESHED_SESSION = "SELECT json_object('generation', s.generation, 'expires_at', s.expires_at, 'email', u.email,",
        " 'role', u.role) AS answer FROM sessions s JOIN users u ON u.id = s.user_id",
        " WHERE s.user_id = +?1 AND s.id = +?2 AND s.expires_at > ?3 AND s.generation = ?4 + 1";
    /// At most `?2` of the sessions whose time was over at `?1`.
    DELETE_EXPIRED_SESSIONS = "DELETE FROM sessions WHERE (user_id, id) IN",
        " (SELECT user_id, id FROM sessions WHERE expires_at <= ?1 ORDER BY expires_at LIMIT +?2) RETURNING id";
}
