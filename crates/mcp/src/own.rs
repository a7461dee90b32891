//! The messages that the gateway sends for itself, to learn what an upstream offers.

use crate::write::ObjectWriter;
use crate::{Era, Id, LEGACY, MODERN};

const META: &str = "io.modelcontextprotocol/";

/// The first message of the legacy era. It offers the newest version of that era.
#[must_use]
pub fn initialize(id: &Id<'_>) -> Vec<u8> {
    let version = LEGACY.first().copied().unwrap_or_default();
    let params = ObjectWriter::new()
        .text("protocolVersion", version)
        .raw("capabilities", "{}")
        .raw("clientInfo", &client_info())
        .finish();
    message(Some(id), "initialize", Some(&params))
}

/// Ends the handshake of the legacy era.
#[must_use]
pub fn initialized() -> Vec<u8> {
    message(None, "notifications/initialized", None)
}

/// Asks whether a legacy session is alive.
#[must_use]
pub fn ping(id: &Id<'_>) -> Vec<u8> {
    message(Some(id), "ping", None)
}

/// Asks a server of the modern era what it is.
#[must_use]
pub fn discover(id: &Id<'_>) -> Vec<u8> {
    let params = ObjectWriter::new().raw("_meta", &meta()).finish();
    message(Some(id), "server/discover", Some(&params))
}

/// Asks for one page of the tools; without a cursor for the first.
#[must_use]
pub fn list_tools(era: Era, id: &Id<'_>, cursor: Option<&str>) -> Vec<u8> {
    let mut params = ObjectWriter::new();
    if let Some(cursor) = cursor {
        params = params.text("cursor", cursor);
    }
    if era == Era::Modern {
        params = params.raw("_meta", &meta());
    }
    message(Some(id), "tools/list", Some(&params.finish()))
}

fn message(id: Option<&Id<'_>>, method: &str, params: Option<&str>) -> Vec<u8> {
    let mut out = ObjectWriter::new().text("jsonrpc", "2.0");
    if let Some(id) = id {
        out = out.raw("id", id.text());
    }
    out = out.text("method", method);
    if let Some(params) = params {
        out = out.raw("params", params);
    }
    out.finish().into_bytes()
}

/// What every request of the modern era says of its sender.
fn meta() -> String {
    ObjectWriter::new()
        .text(&format!("{META}protocolVersion"), MODERN)
        .raw(&format!("{META}clientInfo"), &client_info())
        .raw(&format!("{META}clientCapabilities"), "{}")
        .finish()
}

fn client_info() -> String {
    ObjectWriter::new().text("name", "floorwalker").text("version", env!("CARGO_PKG_VERSION")).finish()
}

#[cfg(test)]
mod tests;
