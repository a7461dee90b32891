//! The seven tools the server lists, from a data file, and the check of a call's arguments against them.
//!
//! The names are published, most parameters are assumed. Every tool has the same output schema, one required text, which
//! is published of one of them. There are no annotations, because nobody knows them.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::pydantic::python_type;

static DATA: &str = include_str!("../../data/forage-tools.json");
static DEFINITIONS: LazyLock<Vec<Value>> = LazyLock::new(load);

/// The definitions of `tools/list`, in order.
pub(crate) fn definitions() -> &'static [Value] {
    &DEFINITIONS
}

/// The arguments with defaults filled in; `None` when there is no such tool, and an explanation when they do not fit.
///
/// Undeclared arguments are kept, because a careless server believes some of them.
pub(crate) fn read(tool: &str, given: &Map<String, Value>) -> Option<Result<Arguments, String>> {
    let definition = definitions().iter().find(|definition| definition.get("name") == Some(&json!(tool)))?;
    Some(check(tool, definition.get("inputSchema")?, given))
}

/// A call's arguments after the check. They hold personal data, so nothing prints them.
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    /// A text; empty where it was left out.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name).and_then(Value::as_u64)
    }

    /// An object.
    pub(crate) fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.0.get(name).and_then(Value::as_object)
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let items = self.0.get(name).and_then(Value::as_array)?;
        Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}

#[expect(clippy::expect_used, reason = "the data file is part of the program, and a test reads it")]
fn load() -> Vec<Value> {
    let mut definitions: Vec<Map<String, Value>> = serde_json::from_str(DATA).expect("the tool table is well-formed");
    for definition in &mut definitions {
        let name = definition.get("name").and_then(Value::as_str).unwrap_or_default();
        let output = json!({
            "properties": { "result": { "title": "Result", "type": "string" } },
            "required": ["result"],
            "title": format!("{name}Output"),
            "type": "object",
        });
        definition.insert("outputSchema".to_owned(), output);
    }
    definitions.into_iter().map(Value::Object).collect()
}

fn check(tool: &str, schema: &Value, given: &Map<String, Value>) -> Result<Arguments, String> {
    let mut read = given.clone();
    let mut troubles = Vec::new();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let default = property.get("default");
        match (given.get(name), default) {
            (None, Some(default)) => {
                read.insert(name.clone(), default.clone());
            }
            (None, None) => troubles.push(format!("{name}\n  Field required [type=missing, input_type=dict]")),
            (Some(value), _) if accepts(property, value) => {}
            (Some(value), _) => troubles.push(trouble(name, property, value)),
        }
    }
    match troubles.len() {
        0 => Ok(Arguments(read)),
        1 => Err(format!("1 validation error for {tool}Arguments\n{}", troubles.join("\n"))),
        several => Err(format!("{several} validation errors for {tool}Arguments\n{}", troubles.join("\n"))),
    }
}

fn kind(property: &Value) -> &str {
    property.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn accepts(property: &Value, value: &Value) -> bool {
    match (kind(property), value) {
        (_, Value::Null) => property.get("default") == Some(&Value::Null),
        ("string", Value::String(_)) | ("object", Value::Object(_)) => true,
        ("integer", Value::Number(number)) => number.is_i64() || number.is_u64(),
        ("array", Value::Array(items)) => items.iter().all(Value::is_string),
        _ => false,
    }
}

/// What is wrong with one argument. The value itself is left out: it may be personal data.
fn trouble(name: &str, property: &Value, value: &Value) -> String {
    let (noun, kind) = match kind(property) {
        "integer" => ("integer", "int_type"),
        "object" => ("dictionary", "dict_type"),
        "array" => ("list", "list_type"),
        _ => ("string", "string_type"),
    };
    let found = python_type(value);
    format!("{name}\n  Input should be a valid {noun} [type={kind}, input_type={found}]")
}
