//! The gateway's answers as lines for people.
//!
//! INVARIANT: whatever the other end says, nothing of it can hide or take another line's place: each text is escaped here.

use floorwalker_json::visible;
use serde_json::Value;

/// The fields of an ask, in the order in which a person reads them.
const FIELDS: [&str; 11] =
    ["id", "stands", "grant", "server", "tool", "reason", "rule", "costs", "asked_at", "expires_at", "digest"];

/// A list, one ask, or what became of one.
pub(super) fn text(body: &Value) -> String {
    if let Some(asks) = body.get("approvals").and_then(Value::as_array) {
        return list(asks);
    }
    let mut out = String::new();
    for field in FIELDS {
        if let Some(value) = body.get(field) {
            // What a checkout costs is told in the units that its server counts in.
            let is_amount = field == "costs" && value.as_array().is_some_and(|costs| !costs.is_empty());
            let units = if is_amount { ", in the server's units" } else { "" };
            out += &format!("{field:<11} {}{units}\n", plain(value));
        }
    }
    match body.get("arguments") {
        Some(Value::Array(lines)) => lines.iter().for_each(|line| out += &format!("  {}\n", plain(line))),
        Some(_) if body.get("stands").and_then(Value::as_str) == Some("pending") => {
            out += "arguments   not seen since the gateway started; its agent has to ask again\n";
        }
        Some(_) => out += "arguments   not kept\n",
        None => {}
    }
    out
}

fn list(asks: &[Value]) -> String {
    if asks.is_empty() {
        return "nothing waits for you\n".to_owned();
    }
    let field = |ask: &Value, name: &str| ask.get(name).map(plain).unwrap_or_default();
    let line = |ask: &Value| {
        format!(
            "{}  {:<8}  {} calls {}/{}  until {}\n",
            field(ask, "id"),
            field(ask, "stands"),
            field(ask, "grant"),
            field(ask, "server"),
            field(ask, "tool"),
            field(ask, "expires_at"),
        )
    };
    asks.iter().map(line).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => visible(text),
        Value::Array(elements) if elements.is_empty() => "none".to_owned(),
        Value::Array(elements) => elements.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => visible(&other.to_string()),
    }
}

#[cfg(test)]
mod tests;
