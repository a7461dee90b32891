//! A schema with its references followed and its combinations made one, as far as a sample needs.

use serde_json::{Map, Value};

/// The schema as a plain one: what it refers to and all of `allOf`, with the first way of `anyOf` and `oneOf`.
/// Nothing where they go deeper than `depth`, or on longer than what is `left`.
pub(crate) fn whole(
    root: &Value,
    schema: &Map<String, Value>,
    depth: usize,
    left: &mut usize,
) -> Option<Map<String, Value>> {
    let depth = depth.checked_sub(1)?;
    *left = left.checked_sub(1)?;
    let mut merged = schema.clone();
    let mut parts = Vec::new();
    if let Some(Value::String(reference)) = merged.remove("$ref") {
        parts.push(referred(root, &reference)?.clone());
    }
    if let Some(Value::Array(all)) = merged.remove("allOf") {
        parts.extend(all);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(Value::Array(ways)) = merged.remove(key) {
            parts.extend(ways.into_iter().next());
        }
    }
    for part in parts {
        if let Value::Object(part) = part {
            add(&mut merged, whole(root, &part, depth, left)?);
        }
    }
    Some(merged)
}

/// What a reference inside of the same schema points at.
fn referred<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    root.pointer(reference.strip_prefix('#')?)
}

/// Adds what a part says; members are collected, and what the whole says already stays.
fn add(whole: &mut Map<String, Value>, part: Map<String, Value>) {
    for (key, value) in part {
        match (whole.get_mut(&key), value) {
            (Some(Value::Object(there)), Value::Object(more)) if key == "properties" => {
                for (name, schema) in more {
                    there.entry(name).or_insert(schema);
                }
            }
            (Some(Value::Array(there)), Value::Array(more)) if key == "required" => there.extend(more),
            (Some(_), _) => {}
            (None, value) => {
                whole.insert(key, value);
            }
        }
    }
}
