//! The maximum size of a page of tasks. An isolate has 128 MB for all its requests, so a page must end early inside the
//! database, before its rows reach the isolate.

use crate::domain::{
    ids::MAX_USER_ID_BYTES,
    task::{MAX_DESCRIPTION_CHARACTERS, MAX_TITLE_CHARACTERS},
};

/// The octets of a page in UTF-8, its first bracket aside: each row counts with the comma or the bracket after it.
macro_rules! max_page_octets {
    () => {
        4194303
    };
}
pub(super) use max_page_octets;

/// As many bytes in titles and descriptions that no page of them can exceed the maximum size.
macro_rules! few_bytes {
    () => {
        512000
    };
}
pub(super) use few_bytes;

/// Tasks at most, as the API allows.
const MAX_PAGE_TASKS: usize = 500;
/// JSON writes a control character in six octets, `\u0001`, and any other in fewer: as UTF-8, in four at most.
const MAX_OCTETS_PER_CHARACTER: usize = 6;
/// The octets of a task whose texts are empty, with the longest `user_id` and the comma.
const EMPTY_TASK_OCTETS: usize =
    r#"{"id":"","title":"","description":null,"completed":false,"user_id":"","created_at":"","updated_at":""},"#.len()
        + "0192f0a1-7c3b-7def-8abc-000000000000".len()
        + MAX_OCTETS_PER_CHARACTER * MAX_USER_ID_BYTES
        + 2 * "2026-11-20T20:25:00.123Z".len();
const MAX_TASK_OCTETS: usize =
    EMPTY_TASK_OCTETS + MAX_OCTETS_PER_CHARACTER * (MAX_TITLE_CHARACTERS + MAX_DESCRIPTION_CHARACTERS);

const _: () = assert!(max_page_octets!() + 1 == 4 * 1_024 * 1_024);
const _: () =
    assert!(MAX_OCTETS_PER_CHARACTER * few_bytes!() + MAX_PAGE_TASKS * EMPTY_TASK_OCTETS <= max_page_octets!());

/// Whether a page of as many of the largest tasks can exceed the maximum size.
pub(super) const fn can_exceed_maximum(limit: u16) -> bool {
    limit as usize * MAX_TASK_OCTETS > max_page_octets!()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_66_of_the_largest_tasks_fits_and_one_of_67_does_not() {
        assert!(!can_exceed_maximum(66));
        assert!(can_exceed_maximum(67));
    }
}
