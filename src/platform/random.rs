//! The only file that draws random bytes. `domain` and `auth` take them as an argument, so that tests control them.

/// Draws `N` bytes from the system's cryptographic generator (`crypto.getRandomValues` in a Worker).
///
/// # Errors
/// Where the generator fails. The request must then fail too: there is no weaker fallback.
#[expect(clippy::disallowed_methods, reason = "the one place that draws random bytes")]
pub fn bytes<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
