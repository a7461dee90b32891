//! `raw` steps: exact bytes over an honest client's headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use floorwalker_json::{Fields, Node};
use http::{HeaderName, Method};

use crate::document::expect::HandlingNodes;
use crate::document::reading::{Reader, written};
use crate::document::steps::{Context, agent};
use crate::document::{HeaderChange, RawBody, RawStep};
use crate::template::TextTemplate;

pub(crate) fn step(mut fields: Fields<'_, '_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<RawStep> {
    let line = fields.optional("raw");
    let (sender, headers, mirrors) = (fields.optional("agent"), fields.optional("headers"), fields.optional("mirrors"));
    let bodies = [fields.optional("text"), fields.optional("hex"), fields.optional("base64")];
    let handling = HandlingNodes::of(&mut fields);
    let span = fields.span();
    fields.finish(&mut reader.problems);
    let sender = sender.map(|node| agent(node, context, reader));
    let request_line = line.and_then(|node| request_line(node, reader));
    let headers = headers.map(|node| header_changes(node, reader)).unwrap_or_default();
    let mirrors = mirrors.and_then(|node| reader.text(node, "`mirrors`"));
    if bodies.iter().flatten().count() > 1 {
        reader.complain(span, "a request has one body", "write one of `text`, `hex` and `base64`");
    }
    let body = body(bodies, reader);
    let handling = handling.read(reader);
    let (method, path) = request_line?;
    let agent = match sender {
        Some(named) => Some(named?),
        None => None,
    };
    Some(RawStep { agent, method, path, headers, mirrors, body: body?, handling })
}

/// `POST /borealhost/mcp`.
fn request_line(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<(Method, String)> {
    let parts = node.as_str().and_then(|text| text.split_once(' '));
    let found = parts.and_then(|(method, path)| Some((Method::from_bytes(method.as_bytes()).ok()?, path.to_owned())));
    let found = found.filter(|(_, path)| path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic()));
    if found.is_none() {
        let says = format!("`raw` is {}", written(node, reader.source));
        reader.complain(node.span, says, "write method and path, such as `POST /borealhost/mcp`");
    }
    found
}

/// Names with a value, a list of values, or nothing for a header that is not sent.
fn header_changes(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<(HeaderName, HeaderChange)> {
    let mut found = Vec::new();
    for (name, span, value) in reader.members(node, "`headers`") {
        let change = header_change(value, reader);
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => found.extend(change.map(|change| (name, change))),
            Err(_) => reader.complain(span, format!("`{name}` is no header name"), "write letters, digits and `-`"),
        }
    }
    found
}

fn header_change(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<HeaderChange> {
    if node.kind() == "nothing" {
        return Some(HeaderChange::Removed);
    }
    let values = node.as_array().unwrap_or(std::slice::from_ref(node));
    let texts: Option<Vec<TextTemplate>> = values
        .iter()
        .map(|value| reader.text(value, "a header's value").map(|text| TextTemplate::new(&text)))
        .collect();
    texts.map(HeaderChange::Sent)
}

fn body([text, hex, base64]: [Option<&Node<'_>>; 3], reader: &mut Reader<'_>) -> Option<RawBody> {
    if let Some(node) = text {
        let Some(text) = node.as_str() else {
            reader.complain(node.span, format!("`text` is {}", node.kind()), "write the body in quotes");
            return None;
        };
        return Some(RawBody::Text(TextTemplate::new(text)));
    }
    let (node, decoded) = match (hex, base64) {
        (Some(node), _) => (node, node.as_str().and_then(unhex)),
        (None, Some(node)) => (node, node.as_str().and_then(|text| STANDARD.decode(text).ok())),
        (None, None) => return Some(RawBody::Bytes(Vec::new())),
    };
    if decoded.is_none() {
        reader.complain(
            node.span,
            "the body cannot be decoded",
            "hex takes pairs of digits and spaces, base64 its padding",
        );
    }
    decoded.map(RawBody::Bytes)
}

/// Pairs of hex digits; white space may stand anywhere.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high * 16 + low).collect())
}
