//! Statements on the caller's tasks.

use super::statement::Statement;
use crate::store::page_size::{few_bytes, max_page_octets};

/// A range of the caller's tasks. Without `INDEXED BY`, SQLite reads all tasks of the user and discards those whose
/// `completed` is not `?6`.
macro_rules! tasks {
    (after) => {
        " FROM tasks WHERE user_id = +?1 AND id > ?4 ORDER BY id"
    };
    (before) => {
        " FROM tasks WHERE user_id = +?1 AND id < ?4 ORDER BY id DESC"
    };
    (completed after) => {
        " FROM tasks INDEXED BY tasks_by_completed WHERE user_id = +?1 AND completed = +?6 AND id > ?4 ORDER BY id"
    };
    (completed before) => {
        " FROM tasks INDEXED BY tasks_by_completed WHERE user_id = +?1 AND completed = +?6 AND id < ?4 ORDER BY id DESC"
    };
}

/// A page that cannot exceed the maximum size: one NULL row if the session is not active, after which the store ignores the
/// rest (SQLite evaluates a UNION ALL from left to right). One row per task follows; they are not aggregated into one value,
/// because D1 rejects values over 2 MB and a page may be larger.
macro_rules! short_page {
    ($($range:ident)+) => {
        concat!(
            "SELECT NULL AS task WHERE NOT ",
            session_is_active!(),
            " UNION ALL SELECT task FROM (SELECT ",
            task_json!(),
            " AS task",
            tasks!($($range)+),
            " LIMIT +?5)",
        )
    };
}

/// Whether a user has so few bytes in their tasks that no page of them can exceed the maximum size.
macro_rules! has_few_bytes {
    () => {
        concat!("(SELECT bytes FROM usage WHERE user_id = +?1) <= ", few_bytes!())
    };
}

/// A page that can exceed the maximum size: it ends before the first task that would take it past that size, in whose place
/// comes an empty row. The first task always fits, since D1 rejects values over 2 MB. The running sum doubles SQLite's time
/// for a page, so only a user of many bytes gets it, and a user of few the rows of a short page: the variant that is not
/// used has a limit of 0, with which SQLite reads no task.
macro_rules! long_page {
    ($order:literal, $($range:ident)+) => {
        concat!(
            "SELECT NULL AS task WHERE NOT ",
            session_is_active!(),
            " UNION ALL SELECT task FROM (SELECT ",
            task_json!(),
            " AS task",
            tasks!($($range)+),
            " LIMIT iif(",
            has_few_bytes!(),
            ", +?5, 0)) UNION ALL SELECT iif(total <= ",
            max_page_octets!(),
            ", task, '') FROM (SELECT task, octets, sum(octets) OVER (ORDER BY ",
            $order,
            " ROWS UNBOUNDED PRECEDING) AS total FROM (SELECT id, task, octet_length(task) + 1 AS octets FROM (SELECT id, ",
            task_json!(),
            " AS task",
            tasks!($($range)+),
            " LIMIT iif(",
            has_few_bytes!(),
            ", 0, +?5)))) WHERE total - octets <= ",
            max_page_octets!(),
        )
    };
}

/// The bytes that the caller's tasks take.
macro_rules! used_bytes {
    () => {
        "coalesce((SELECT bytes FROM usage WHERE user_id = ?1), 0)"
    };
}

/// The bytes that `UPDATE_TASK` adds to a task.
macro_rules! added_bytes {
    () => {
        "(octet_length(coalesce(?5, title)) + coalesce(octet_length(iif(?6, ?7, description)), 0) - octet_length(title) - coalesce(octet_length(description), 0))"
    };
}

statements! {
    /// The first `?5` tasks after `?4`, oldest first.
    TASKS_ASCENDING = short_page!(after);
    /// The first `?5` tasks before `?4`, newest first.
    TASKS_DESCENDING = short_page!(before);
    /// As `TASKS_ASCENDING`, only tasks whose `completed` is `?6`.
    TASKS_BY_COMPLETED_ASCENDING = short_page!(completed after);
    /// As `TASKS_DESCENDING`, only tasks whose `completed` is `?6`.
    TASKS_BY_COMPLETED_DESCENDING = short_page!(completed before);
    /// As `TASKS_ASCENDING`, with a maximum size.
    LONG_TASKS_ASCENDING = long_page!("id", after);
    /// As `TASKS_DESCENDING`, with a maximum size.
    LONG_TASKS_DESCENDING = long_page!("id DESC", before);
    /// As `TASKS_BY_COMPLETED_ASCENDING`, with a maximum size.
    LONG_TASKS_BY_COMPLETED_ASCENDING = long_page!("id", completed after);
    /// As `TASKS_BY_COMPLETED_DESCENDING`, with a maximum size.
    LONG_TASKS_BY_COMPLETED_DESCENDING = long_page!("id DESC", completed before);
    /// Reads task `?4`: NULL if the session is not active, empty if the user has no such task.
    TASK = "SELECT CASE WHEN ", session_is_active!(), " THEN coalesce((SELECT ", task_json!(),
        " FROM tasks WHERE user_id = ?1 AND id = ?4), '') END AS answer";
    /// Creates a task; returns no row if the session is not active. Over the storage limit `?9`, where that is not 0, the title
    /// becomes NULL: the error of its constraint reports the limit in the same statement, where a second one to tell it from an
    /// inactive session costs a tenth of a request.
    CREATE_TASK = "INSERT INTO tasks (user_id, id, title, description, completed, created_at, updated_at)",
        " SELECT ?1, ?4, CASE WHEN ?9 = 0 OR ", used_bytes!(), " + octet_length(?5) + coalesce(octet_length(?6), 0) <= ?9",
        " THEN ?5 END, ?6, ?7, ?8, ?8 WHERE ", session_is_active!(),
        " RETURNING ", task_json!(), " AS answer";
    /// Updates task `?4`. A NULL `?5` or `?8` keeps the title or `completed`; a false `?6` keeps the description. If the task
    /// becomes larger, the storage limit `?10` applies as in `CREATE_TASK`.
    UPDATE_TASK = "UPDATE tasks SET title = CASE WHEN ?10 = 0 OR ", added_bytes!(), " <= 0",
        " OR ", used_bytes!(), " + ", added_bytes!(), " <= ?10 THEN coalesce(?5, title) END,",
        " description = iif(?6, ?7, description),",
        " completed = coalesce(?8, completed), updated_at = ?9",
        " WHERE user_id = ?1 AND id = ?4 AND ", session_is_active!(),
        " RETURNING ", task_json!(), " AS answer";
    /// Deletes task `?4`.
    DELETE_TASK = "DELETE FROM tasks WHERE user_id = ?1 AND id = ?4 AND ", session_is_active!(),
        " RETURNING '' AS answer";
}
