//! Random bytes that nobody can guess.

/// Random bytes from the operating system.
///
/// # Errors
/// When it has none to give.
pub fn bytes<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
