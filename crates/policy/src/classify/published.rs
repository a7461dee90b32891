//! A tool as its server publishes it, as far as a classification looks at it.

use serde_json::{Map, Value};

/// What a server says of one tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Its name, exactly.
    pub name: String,
    /// What it is said to do; empty where nothing is said.
    pub description: String,
    /// Its top-level parameters, in the schema's order.
    pub parameters: Vec<Parameter>,
    /// Whether its annotations call it read-only, where they say.
    pub read_only: Option<bool>,
    /// Whether its annotations call it destructive, where they say.
    pub destructive: Option<bool>,
}

/// One parameter of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, exactly.
    pub name: String,
    /// The texts that it takes, where the schema lists them.
    pub choices: Vec<String>,
    /// Whether the schema calls it a number.
    pub is_number: bool,
}

impl Published {
    /// Reads a definition of `tools/list`. Of what is not as it should be nothing is taken, because nothing follows from
    /// it; a definition without a name has the empty one.
    #[must_use]
    pub fn of(definition: &Value) -> Self {
        let text = |key| definition.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let hint = |key| definition.get("annotations").and_then(|hints| hints.get(key)).and_then(Value::as_bool);
        let properties = definition.get("inputSchema").and_then(|schema| schema.get("properties"));
        Self {
            name: text("name"),
            description: text("description"),
            parameters: properties.and_then(Value::as_object).map(parameters).unwrap_or_default(),
            read_only: hint("readOnlyHint"),
            destructive: hint("destructiveHint"),
        }
    }
}

fn parameters(properties: &Map<String, Value>) -> Vec<Parameter> {
    let read = |(name, schema): (&String, &Value)| Parameter {
        name: name.clone(),
        choices: choices(schema),
        is_number: types(schema).any(|name| name == "number" || name == "integer"),
    };
    properties.iter().map(read).collect()
}

/// The texts of `enum` and `const`, also of each alternative.
fn choices(schema: &Value) -> Vec<String> {
    let mut found: Vec<String> = schema.get("const").and_then(Value::as_str).map(str::to_owned).into_iter().collect();
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    found.extend(listed.filter_map(Value::as_str).map(str::to_owned));
    found.extend(alternatives(schema).flat_map(flat_choices));
    found
}

/// Those of an alternative, which has none of its own.
fn flat_choices(schema: &Value) -> Vec<String> {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    listed.chain(schema.get("const")).filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The names of the types that it may have.
fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let named = |schema| Option::into_iter(Value::get(schema, "type")).flat_map(one_or_many);
    std::iter::once(schema).chain(alternatives(schema)).flat_map(named).filter_map(Value::as_str)
}

fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    ["anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)).filter_map(Value::as_array).flatten()
}

fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}
