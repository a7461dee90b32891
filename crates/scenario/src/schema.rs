//! A document's shape as a JSON Schema, which editors understand.
//!
//! Draft 7, because every editor knows it. The text is the same on every run, so that the files in `schemas/` can be
//! compared with it.

use floorwalker_json::{DocumentShape, Group, KeyShape, MapShape, NamesShape, Shape};
use serde_json::{Map, Value, json};

/// The JSON Schema of a document of that shape.
#[must_use]
pub fn json_schema(document: &DocumentShape) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("description".to_owned(), json!(document.means));
    schema.extend(members(&document.root));
    let parts = document.parts.iter().map(|(name, shape)| ((*name).to_owned(), Value::Object(members(shape))));
    let parts: Map<String, Value> = parts.collect();
    if !parts.is_empty() {
        schema.insert("definitions".to_owned(), Value::Object(parts));
    }
    Value::Object(schema)
}

fn value(shape: &Shape) -> Value {
    Value::Object(members(shape))
}

fn members(shape: &Shape) -> Map<String, Value> {
    let value = match shape {
        Shape::Anything => json!({}),
        Shape::AnyMap => json!({ "type": "object" }),
        Shape::Nothing => json!({ "type": "null" }),
        Shape::Never => json!({ "not": {} }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole { least, most } => json!({ "type": "integer", "minimum": whole(*least), "maximum": whole(*most) }),
        Shape::Number { least: None } => json!({ "type": "number" }),
        Shape::Number { least: Some(least) } => json!({ "type": "number", "minimum": whole(*least) }),
        Shape::Text(None) => json!({ "type": "string", "minLength": 1 }),
        Shape::Text(Some(pattern)) if pattern.is_empty() => json!({ "type": "string" }),
        Shape::Text(Some(pattern)) => json!({ "type": "string", "pattern": pattern }),
        Shape::Words(words) => json!({ "enum": words }),
        Shape::List { of, least: 0 } => json!({ "type": "array", "items": value(of) }),
        Shape::List { of, least } => json!({ "type": "array", "items": value(of), "minItems": least }),
        Shape::Map(map) => return map_members(map),
        Shape::Names(names) => return names_members(names),
        Shape::Known { of, others, least } => return known_members(of, others.as_deref(), *least),
        Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(value).collect::<Vec<_>>() }),
        Shape::Part(name) => json!({ "$ref": format!("#/definitions/{name}") }),
        // What is no schema after all would refuse nothing, and a test would notice.
        Shape::Schema(text) => serde_json::from_str(text).unwrap_or_default(),
    };
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn map_members(map: &MapShape) -> Map<String, Value> {
    let keys: Map<String, Value> = map.keys.iter().map(|key| (key.key.to_owned(), key_value(key))).collect();
    let required: Vec<&str> = map.keys.iter().filter(|key| key.is_required).map(|key| key.key).collect();
    let mut members = Map::new();
    members.insert("title".to_owned(), json!(map.what.replace('`', "")));
    members.insert("type".to_owned(), json!("object"));
    members.insert("properties".to_owned(), Value::Object(keys));
    if !required.is_empty() {
        members.insert("required".to_owned(), json!(required));
    }
    members.insert("additionalProperties".to_owned(), json!(false));
    if !map.groups.is_empty() {
        let groups: Vec<Value> = map.groups.iter().map(|(group, keys)| group_value(*group, keys)).collect();
        members.insert("allOf".to_owned(), json!(groups));
    }
    members
}

fn group_value(group: Group, keys: &[&str]) -> Value {
    let each: Vec<Value> = keys.iter().map(|key| json!({ "required": [key] })).collect();
    match group {
        Group::Some => json!({ "anyOf": each }),
        Group::One => json!({ "oneOf": each }),
    }
}

/// Draft 7 does not hear what stands beside a reference, so the reference stands inside.
fn key_value(key: &KeyShape) -> Value {
    let mut found = Map::new();
    found.insert("description".to_owned(), json!(key.means));
    let shape = members(&key.shape);
    match shape.contains_key("$ref") {
        true => {
            found.insert("allOf".to_owned(), json!([shape]));
        }
        false => found.extend(shape.into_iter().filter(|(name, _)| name != "description")),
    }
    Value::Object(found)
}

fn names_members(names: &NamesShape) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("type".to_owned(), json!("object"));
    members.insert("propertyNames".to_owned(), value(&names.names));
    members.insert("additionalProperties".to_owned(), value(&names.of));
    if names.least > 0 {
        members.insert("minProperties".to_owned(), json!(names.least));
    }
    members
}

fn known_members(known: &[(String, Shape)], others: Option<&Shape>, least: usize) -> Map<String, Value> {
    let mut members = Map::new();
    let properties: Map<String, Value> = known.iter().map(|(name, shape)| (name.clone(), value(shape))).collect();
    members.insert("type".to_owned(), json!("object"));
    members.insert("properties".to_owned(), Value::Object(properties));
    members.insert("additionalProperties".to_owned(), others.map_or(json!(false), value));
    if least > 0 {
        members.insert("minProperties".to_owned(), json!(least));
    }
    members
}

fn whole(number: i128) -> Value {
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => json!(number),
        (_, Ok(number)) => json!(number),
        _ => Value::Null,
    }
}
