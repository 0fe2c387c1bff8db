//! Prints every SQL statement of the service as JSON, for the test that looks at their query plans.

fn main() -> serde_json::Result<()> {
    let statements = edge_auth::store::statements::FILES.iter().copied().flatten();
    let statements: Vec<_> = statements.map(|(name, statement)| (name, statement.sql())).collect();
    println!("{}", serde_json::to_string(&statements)?);
    Ok(())
}
