//! The only file that asks for randomness: everywhere else random bytes are an argument.

/// `N` bytes from the system's cryptographic generator (`crypto.getRandomValues` at the edge).
///
/// # Errors
/// Where the system has no randomness to give, which ends the request: nothing secret is ever made of less.
#[expect(clippy::disallowed_methods, reason = "the one place that draws random bytes")]
pub fn bytes<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
