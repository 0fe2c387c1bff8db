//! Prints every SQL statement of the service as JSON, for the test that looks at their query plans: its name, its text, and whether
//! it runs only in homes other than `DB`.

use edge_auth::store::statements::{self, Statement};

fn main() -> serde_json::Result<()> {
    let everywhere = statements::FILES
        .iter()
        .copied()
        .flatten()
        .map(|statement| (statement, false));
    let at_home = statements::AT_HOME.iter().map(|statement| (statement, true));
    let print =
        |((name, statement), is_at_home): (&(&'static str, Statement), bool)| (*name, statement.sql(), is_at_home);
    let statements: Vec<_> = everywhere.chain(at_home).map(print).collect();
    println!("{}", serde_json::to_string(&statements)?);
    Ok(())
}
