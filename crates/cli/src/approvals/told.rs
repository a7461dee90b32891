//! The gateway's answers as lines for people. What is told comes escaped from the gateway, so nothing here can hide.

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
            out += &format!("{field:<11} {}\n", plain(value));
        }
    }
    match body.get("arguments") {
        Some(Value::Array(lines)) => lines.iter().for_each(|line| out += &format!("  {}\n", plain(line))),
        Some(_) => out += "arguments   not seen since the gateway started; its agent has to ask again\n",
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
        Value::String(text) => text.clone(),
        Value::Array(elements) if elements.is_empty() => "none".to_owned(),
        Value::Array(elements) => elements.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
