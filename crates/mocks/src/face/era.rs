//! Which era of MCP a request belongs to.

use super::FaceRequest;
use super::message::Message;

/// The version with sessions that is spoken when a client asks for one the server does not know.
pub(crate) const LEGACY: &str = "2025-11-25";
/// The versions with sessions.
pub(crate) const LEGACY_VERSIONS: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", LEGACY];
/// The stateless version.
pub(crate) const MODERN: &str = "2026-07-28";
/// Every version the face speaks.
pub(crate) const VERSIONS: [&str; 5] = ["2024-11-05", "2025-03-26", "2025-06-18", LEGACY, MODERN];
/// Where a stateless request says its version.
pub(crate) const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    Legacy,
    Modern,
}

impl Era {
    /// The method `server/discover`, a version in `_meta` or the stateless version in the header mean the modern era.
    pub(crate) fn of(request: &FaceRequest, message: &Message) -> Self {
        let modern = message.method == "server/discover"
            || message.meta(VERSION_KEY).is_some()
            || request.header("mcp-protocol-version") == Some(MODERN);
        if modern { Self::Modern } else { Self::Legacy }
    }
}
