//! The two eras of the wire: with a handshake and sessions, and without.

/// How client and server speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// `initialize`, then a session: 2025-11-25 and its forerunners.
    Legacy,
    /// Every request stands alone and says in `_meta` who sends it: 2026-07-28.
    Modern,
}

/// The version of the modern era.
pub const MODERN: &str = "2026-07-28";

/// The versions of the legacy era, newest first.
pub const LEGACY: &[&str] = &["2025-11-25", "2025-06-18", "2025-03-26"];

/// The era of a protocol version, if we speak it.
#[must_use]
pub fn era_of(version: &str) -> Option<Era> {
    if version == MODERN {
        return Some(Era::Modern);
    }
    LEGACY.contains(&version).then_some(Era::Legacy)
}

#[cfg(test)]
mod tests;
