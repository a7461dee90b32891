//! The clock and the entropy of the machine, and the key that outlives the process.

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use floorwalker_json::{Digest, DigestKey};
use floorwalker_policy::Timestamp;

use crate::ports::{Clock, Entropy, EntropyError, Port};

/// The machine's clock. Limits count from the wall time at the start plus what passed since, so that setting the clock
/// of the machine neither opens a window nor closes one.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Timestamp,
    since: Instant,
}

/// The machine's entropy.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl SystemClock {
    /// A clock that starts now.
    #[must_use]
    pub fn new() -> Self {
        Self { started: wall(), since: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.started.after(self.since.elapsed())
    }

    fn wall(&self) -> Timestamp {
        wall()
    }

    fn sleep(&self, span: Duration) -> Port<'_, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

impl Entropy for SystemEntropy {
    fn bytes(&self) -> Result<[u8; 16], EntropyError> {
        fresh()
    }
}

/// Reads the key under which one-time secrets are remembered, or makes it at the first start. The file holds 64 hex
/// digits and is for its owner only.
///
/// # Errors
/// The file can be neither read nor made, or holds something else.
pub fn secret_key(path: &Path) -> io::Result<DigestKey> {
    match std::fs::read_to_string(path) {
        Ok(text) => read_key(&text),
        Err(error) if error.kind() == ErrorKind::NotFound => make_key(path),
        Err(error) => Err(error),
    }
}

/// A key for digests that need not outlive the process.
///
/// # Errors
/// There are no unguessable bytes to be had.
pub fn fresh_key() -> Result<DigestKey, EntropyError> {
    fresh().map(DigestKey::new)
}

/// Bytes that nobody can guess.
pub(crate) fn fresh<const N: usize>() -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(EntropyError(error.to_string())),
    }
}

fn read_key(text: &str) -> io::Result<DigestKey> {
    // A key is written like a digest: both are 32 bytes in hex digits.
    match Digest::from_hex(text.trim_end()) {
        Some(bytes) => Ok(DigestKey::new(*bytes.as_bytes())),
        None => Err(io::Error::new(ErrorKind::InvalidData, "the file does not hold 64 hex digits")),
    }
}

fn make_key(path: &Path) -> io::Result<DigestKey> {
    let bytes = fresh::<32>().map_err(io::Error::other)?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut file = private_file(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    Ok(DigestKey::new(bytes))
}

/// Makes a file that did not exist, for its owner only where the system knows owners.
fn private_file(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A clock that stands before 1970 is taken for 1970.
fn wall() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::default().after(since)
}

#[cfg(test)]
mod tests;
