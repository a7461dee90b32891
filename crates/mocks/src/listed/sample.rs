//! The smallest value that a schema allows, as far as that can be told without search.
//!
//! What a schema offers is taken first: `const`, `enum`, `default`, `examples`. Objects get what they require, lists their
//! least number of items. What comes out is a guess, which the caller validates; a pattern or a list of unlike items is
//! beyond it. INVARIANT: whatever the schema, the work is bounded.

use serde_json::{Map, Value, json};

mod merge;
mod number;

/// How deep values nest, references included.
const DEPTH: usize = 24;
/// How many schemas are looked at for one sample, at most; as many values can it have.
const VALUES: usize = 4_096;
/// How long a text is at most.
const TEXT: u64 = 4_096;

/// Texts of the simple formats.
const FORMATS: [(&str, &str); 10] = [
    ("date-time", "2026-01-15T10:30:00Z"),
    ("date", "2026-01-15"),
    ("time", "10:30:00Z"),
    ("duration", "PT1S"),
    ("email", "somebody@example.test"),
    ("hostname", "example.test"),
    ("ipv4", "192.0.2.1"),
    ("ipv6", "2001:db8::1"),
    ("uri", "https://example.test/"),
    ("uuid", "00000000-0000-4000-8000-000000000001"),
];

/// A guess at the smallest value of a schema; nothing where there is none, or none within bounds.
pub(crate) fn smallest(schema: &Value) -> Option<Value> {
    Sampler { root: schema, left: VALUES }.value(schema, DEPTH)
}

struct Sampler<'s> {
    root: &'s Value,
    /// How many schemas may still be looked at.
    left: usize,
}

impl Sampler<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let schema = match schema {
            Value::Bool(true) => return Some(Value::Null),
            Value::Object(schema) => merge::whole(self.root, schema, depth, &mut self.left)?,
            _ => return None,
        };
        if let Some(offered) = offered(&schema) {
            return Some(offered.clone());
        }
        match kind(&schema) {
            "object" => self.object(&schema, depth),
            "array" => self.array(&schema, depth),
            "string" => text(&schema),
            "integer" => number::whole(&schema).map(Value::from),
            "number" => number::any(&schema),
            "boolean" => Some(Value::Bool(false)),
            _ => Some(Value::Null),
        }
    }

    /// The members that are required, and further ones while there are too few.
    fn object(&mut self, schema: &Map<String, Value>, depth: usize) -> Option<Value> {
        let properties = schema.get("properties").and_then(Value::as_object);
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut names: Vec<&str> = required.filter_map(Value::as_str).collect();
        let least = schema.get("minProperties").and_then(Value::as_u64).unwrap_or(0);
        for name in properties.into_iter().flat_map(Map::keys) {
            if !names.contains(&name.as_str()) && u64::try_from(names.len()).is_ok_and(|count| count < least) {
                names.push(name);
            }
        }
        let mut members = Map::new();
        for name in names {
            let of_property = properties.and_then(|properties| properties.get(name));
            let member = of_property.or_else(|| schema.get("additionalProperties")).unwrap_or(&Value::Bool(true));
            members.insert(name.to_owned(), self.value(member, depth)?);
        }
        Some(Value::Object(members))
    }

    fn array(&mut self, schema: &Map<String, Value>, depth: usize) -> Option<Value> {
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
        let least = usize::try_from(least).ok().filter(|least| *least <= self.left)?;
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let other = schema.get("items").unwrap_or(&Value::Bool(true));
        let item = |index: usize| first.and_then(|first| first.get(index)).unwrap_or(other);
        (0..least).map(|index| self.value(item(index), depth)).collect::<Option<_>>().map(Value::Array)
    }
}

/// What the schema itself shows to be right.
fn offered(schema: &Map<String, Value>) -> Option<&Value> {
    let first_of = |key: &str| schema.get(key)?.as_array()?.first();
    let written = schema.get("const").or_else(|| first_of("enum"));
    written.or_else(|| schema.get("default")).or_else(|| first_of("examples"))
}

/// The type that is meant: the first that is not `null`, or what the keywords are about.
fn kind(schema: &Map<String, Value>) -> &str {
    let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null")
        }
        _ if has(&["properties", "required", "minProperties"]) => "object",
        _ if has(&["items", "prefixItems", "minItems"]) => "array",
        _ if has(&["minLength", "maxLength", "format", "pattern"]) => "string",
        _ if has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) => "number",
        _ => "null",
    }
}

fn text(schema: &Map<String, Value>) -> Option<Value> {
    let format = schema.get("format").and_then(Value::as_str);
    if let Some((_, text)) = FORMATS.iter().find(|(name, _)| Some(*name) == format) {
        return Some(json!(text));
    }
    let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or(0);
    let least = usize::try_from(least).ok().filter(|_| least <= TEXT)?;
    Some(json!("x".repeat(least)))
}
