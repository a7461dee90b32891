//! The headers that mirror the body in the modern era: `Mcp-Method` and `Mcp-Name`.
//!
//! Nothing is ever decided from them. They must agree with the body, because something on the way may have trusted
//! them, and they are written anew on the way up.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use floorwalker_json::Node;

const ENCODED_START: &str = "=?base64?";
const ENCODED_END: &str = "?=";

/// What the headers of one message must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mirrors<'m> {
    /// `Mcp-Method`: the method.
    pub method: &'m str,
    /// `Mcp-Name`: the name of the tool or prompt, or the URI of the resource, for the methods that have one.
    pub name: Option<&'m str>,
}

/// How the headers disagree with the body; a client hears of it as -32020.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MirrorError {
    /// The header is not there.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// The header cannot be read as text.
    #[error("`{0}` cannot be read")]
    Unreadable(&'static str),
    /// The header says something else than the body.
    #[error("`{0}` does not say what the body says")]
    Different(&'static str),
}

const METHOD: &str = "Mcp-Method";
const NAME: &str = "Mcp-Name";

impl<'m> Mirrors<'m> {
    /// What the headers of a message with this method and these parameters must say.
    #[must_use]
    pub fn of(method: &'m str, params: Option<&'m Node<'_>>) -> Self {
        let key = match method {
            "tools/call" | "prompts/get" => Some("name"),
            "resources/read" => Some("uri"),
            _ => None,
        };
        let name = key.and_then(|key| params?.get(key)?.as_str());
        Self { method, name }
    }

    /// Compares the headers, as they arrived, with the body.
    ///
    /// # Errors
    /// The first header that is missing, unreadable or different. A name where the body has none is different.
    pub fn agree(&self, method: Option<&[u8]>, name: Option<&[u8]>) -> Result<(), MirrorError> {
        let method = method.ok_or(MirrorError::Missing(METHOD))?;
        compare(METHOD, method, Some(self.method))?;
        match (name, self.name) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(MirrorError::Missing(NAME)),
            (Some(name), expected) => compare(NAME, name, expected),
        }
    }
}

/// The header value that carries this text: the text itself, or its base64 form where it could not travel bare.
#[must_use]
pub fn to_header_value(text: &str) -> Cow<'_, str> {
    let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let padded = text.starts_with(' ') || text.ends_with(' ');
    if printable && !padded && encoded(text).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{ENCODED_START}{}{ENCODED_END}", BASE64_STANDARD.encode(text)))
}

/// The text that a header value carries, if it can be read.
#[must_use]
pub fn from_header_value(value: &[u8]) -> Option<String> {
    let value = std::str::from_utf8(value).ok().filter(|value| value.is_ascii())?;
    match encoded(value) {
        Some(inner) => String::from_utf8(BASE64_STANDARD.decode(inner).ok()?).ok(),
        None => Some(value.to_owned()),
    }
}

fn encoded(value: &str) -> Option<&str> {
    value.strip_prefix(ENCODED_START)?.strip_suffix(ENCODED_END)
}

fn compare(header: &'static str, value: &[u8], expected: Option<&str>) -> Result<(), MirrorError> {
    let said = from_header_value(value).ok_or(MirrorError::Unreadable(header))?;
    if expected == Some(said.as_str()) { Ok(()) } else { Err(MirrorError::Different(header)) }
}

#[cfg(test)]
mod tests;
