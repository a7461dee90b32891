//! One text for equal values, and only for them.
//!
//! It is for whoever compares values by their text or by a digest of it: two spellings of one value must not differ, and
//! two values must never be one.

use std::fmt::Write as _;

use crate::{Member, Node, Object, Value};

/// Keys sorted by their bytes, exact decimals in one spelling, no escape that JSON does not demand, no white space.
#[must_use]
pub fn canonical(node: &Node<'_>) -> String {
    let mut out = String::new();
    write_node(&mut out, node);
    out
}

fn write_node(out: &mut String, node: &Node<'_>) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&number.decimal().to_string()),
        Value::String(text) => write_string(out, text),
        Value::Array(elements) => write_list(out, ('[', ']'), elements, write_node),
        Value::Object(object) => write_object(out, object),
    }
}

fn write_object(out: &mut String, object: &Object<'_>) {
    let mut members: Vec<&Member<'_>> = object.iter().collect();
    members.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    write_list(out, ('{', '}'), members, |out, member| {
        write_string(out, &member.key);
        out.push(':');
        write_node(out, &member.value);
    });
}

fn write_list<T>(
    out: &mut String,
    (open, close): (char, char),
    items: impl IntoIterator<Item = T>,
    write_item: impl Fn(&mut String, T),
) {
    out.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_item(out, item);
    }
    out.push(close);
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{C}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1F}' => write_code(out, character),
            _ => out.push(character),
        }
    }
    out.push('"');
}

fn write_code(out: &mut String, control: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\u{:04x}", u32::from(control));
}

#[cfg(test)]
mod tests;
