//! The databases: `DB`, the further homes `DB_1` to `DB_99` that are bound, and `D1_OPEN`, the homes of new users.

use super::reader::{Reader, Setting};
use crate::domain::home::{Home, Homes, MAX_HOME};

/// Reads which databases are bound. Rejects a gap in their numbers: a user at home in an unbound database would otherwise look like
/// a user without tasks.
pub(super) fn read<L: Fn(&str) -> Setting>(reader: &mut Reader<L>) -> Option<Homes> {
    let is_bound = |reader: &Reader<L>, number| Home::new(number).is_some_and(|home| reader.is_bound(&home.binding()));
    let bound = (1..=MAX_HOME).take_while(|&number| is_bound(reader, number)).count();
    let bound = u8::try_from(bound).unwrap_or(MAX_HOME);
    if let Some(number) = (bound + 1..=MAX_HOME).find(|&number| is_bound(reader, number)) {
        let reason = format!(
            "bound, but DB_{} is not: the numbers begin with 1 and have no gap, so bind that database in wrangler.toml",
            bound + 1
        );
        reader.reject(&format!("DB_{number}"), &reason);
        return None;
    }
    let list = reader.text("D1_OPEN");
    let names = list.iter().flat_map(|list| list.split(',').map(str::trim));
    let names = names.filter(|name| !name.is_empty());
    let open: Option<Vec<_>> = names
        .map(|name| Home::parse(name).filter(|home| home.number() <= bound))
        .collect();
    match open {
        Some(open) if open.is_empty() => Some(Homes {
            bound,
            open: Home::new(bound).into_iter().collect(),
        }),
        Some(open) => Some(Homes { bound, open }),
        None => {
            let reason = "not a comma list of databases that wrangler.toml binds, like DB_1,DB_2: correct or remove it";
            reader.reject("D1_OPEN", reason);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The homes, or the reasons why the settings are rejected.
    fn homes(bound: &[&str], open: Option<&str>) -> Result<(u8, Vec<u8>), String> {
        let mut reader = Reader::new(|name: &str| match open {
            Some(open) if name == "D1_OPEN" => Setting::Text(open.to_owned()),
            _ if bound.contains(&name) => Setting::NotText,
            _ => Setting::Absent,
        });
        let homes = read(&mut reader).map(|homes| (homes.bound, homes.open.iter().map(|home| home.number()).collect()));
        homes.ok_or_else(|| reader.errors().join("; "))
    }

    #[test]
    fn new_users_go_to_the_newest_database_or_to_those_that_are_listed() {
        assert_eq!(homes(&["DB"], None), Ok((0, vec![0])));
        assert_eq!(homes(&["DB"], Some("DB")), Ok((0, vec![0])));
        assert_eq!(homes(&["DB", "DB_1", "DB_2"], None), Ok((2, vec![2])));
        assert_eq!(homes(&["DB", "DB_1", "DB_2"], Some("")), Ok((2, vec![2])));
        assert_eq!(homes(&["DB", "DB_1", "DB_2"], Some("DB_1, DB")), Ok((2, vec![1, 0])));
    }

    #[test]
    fn rejects_a_gap_and_a_database_that_is_not_bound() {
        for (bound, open, expected) in [
            (&["DB", "DB_2"][..], None, "DB_2: bound, but DB_1 is not"),
            (&["DB", "DB_1", "DB_4"], Some("DB_1"), "DB_4: bound, but DB_2 is not"),
            (&["DB", "DB_1"], Some("DB_2"), "D1_OPEN: not a comma list"),
            (&["DB", "DB_1"], Some("DB_01"), "D1_OPEN: not a comma list"),
            (&["DB"], Some("DB_1"), "D1_OPEN: not a comma list"),
        ] {
            let rejected = homes(bound, open).err().unwrap_or_default();
            assert!(rejected.starts_with(expected), "{bound:?} {open:?}: {rejected}");
        }
    }
}
