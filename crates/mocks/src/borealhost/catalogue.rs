//! The 95 tools the server lists, from a data file, and the check of a call's arguments against them.
//!
//! The definitions have a name, a description and an input schema, and nothing else: no titles, no annotations, no
//! output schemas. The schemas look the way the published server's library writes them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::pydantic::python_type;

static DATA: &str = include_str!("../../data/borealhost-tools.json");
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::load);

/// The server's tools.
#[derive(Debug)]
pub(crate) struct Catalogue {
    definitions: Vec<Value>,
    by_name: BTreeMap<String, Tool>,
}

/// One tool, as the data file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tool {
    name: String,
    description: String,
    parameters: Vec<Parameter>,
}

/// One parameter. A missing default makes it required; `null` is a default.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    name: String,
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default, deserialize_with = "present")]
    default: Option<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    String,
    Boolean,
    Integer,
    Number,
    Array,
}

/// The catalogue, read once.
pub(crate) fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

impl Catalogue {
    #[expect(clippy::expect_used, reason = "the data file is part of the program, and a test reads it")]
    fn load() -> Self {
        let tools: Vec<Tool> = serde_json::from_str(DATA).expect("the tool table is well-formed");
        let definitions = tools.iter().map(Tool::definition).collect();
        let by_name = tools.into_iter().map(|tool| (tool.name.clone(), tool)).collect();
        Self { definitions, by_name }
    }

    /// The definitions of `tools/list`, in order.
    pub(crate) fn definitions(&self) -> &[Value] {
        &self.definitions
    }

    /// The arguments with defaults filled in and unknown ones dropped; `None` when there is no such tool, and an
    /// explanation in the words of the library when they do not fit.
    pub(crate) fn read(&'static self, tool: &str, given: &Map<String, Value>) -> Option<Result<Arguments, String>> {
        Some(self.by_name.get(tool)?.read(given))
    }
}

impl Tool {
    fn definition(&self) -> Value {
        let properties: Map<String, Value> =
            self.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.schema())).collect();
        let required: Vec<&str> = self
            .parameters
            .iter()
            .filter(|parameter| parameter.default.is_none())
            .map(|parameter| parameter.name.as_str())
            .collect();
        let mut schema = Map::from_iter([("properties".to_owned(), Value::Object(properties))]);
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema.insert("title".to_owned(), json!(format!("{}Arguments", self.name)));
        schema.insert("type".to_owned(), json!("object"));
        json!({ "name": self.name, "description": self.description, "inputSchema": schema })
    }

    fn read(&'static self, given: &Map<String, Value>) -> Result<Arguments, String> {
        let mut read = BTreeMap::new();
        let mut troubles = Vec::new();
        for parameter in &self.parameters {
            match (given.get(&parameter.name), &parameter.default) {
                (Some(value), _) if parameter.accepts(value) => read.insert(parameter.name.as_str(), value.clone()),
                (None, Some(default)) => read.insert(parameter.name.as_str(), default.clone()),
                (found, _) => {
                    troubles.push(parameter.trouble(found));
                    continue;
                }
            };
        }
        if troubles.is_empty() { Ok(Arguments(read)) } else { Err(self.explain(&troubles)) }
    }

    fn explain(&self, troubles: &[String]) -> String {
        let errors = if troubles.len() == 1 { "error" } else { "errors" };
        format!("{} validation {errors} for {}Arguments\n{}", troubles.len(), self.name, troubles.join("\n"))
    }
}

impl Parameter {
    fn schema(&self) -> Value {
        let mut schema = Map::new();
        if let Some(default) = &self.default {
            schema.insert("default".to_owned(), default.clone());
        }
        if self.kind == Kind::Array {
            schema.insert("items".to_owned(), json!({ "type": "string" }));
        }
        schema.insert("title".to_owned(), json!(title_case(&self.name)));
        schema.insert("type".to_owned(), json!(self.kind.as_str()));
        Value::Object(schema)
    }

    fn accepts(&self, value: &Value) -> bool {
        match (self.kind, value) {
            (_, Value::Null) => self.default == Some(Value::Null),
            (Kind::String, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) => true,
            (Kind::Integer, Value::Number(number)) => number.is_i64() || number.is_u64(),
            (Kind::Number, Value::Number(_)) => true,
            (Kind::Array, Value::Array(items)) => items.iter().all(Value::is_string),
            _ => false,
        }
    }

    /// The two lines of the library about one field. The value itself is left out: it may be a secret.
    fn trouble(&self, found: Option<&Value>) -> String {
        let (sentence, kind, found) = match found {
            None => ("Field required".to_owned(), "missing".to_owned(), "dict"),
            Some(value) => {
                let (noun, kind) = self.kind.pydantic();
                (format!("Input should be a valid {noun}"), format!("{kind}_type"), python_type(value))
            }
        };
        format!("{}\n  {sentence} [type={kind}, input_type={found}]", self.name)
    }
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Array => "array",
        }
    }

    fn pydantic(self) -> (&'static str, &'static str) {
        match self {
            Self::String => ("string", "string"),
            Self::Boolean => ("boolean", "bool"),
            Self::Integer => ("integer", "int"),
            Self::Number => ("number", "float"),
            Self::Array => ("list", "list"),
        }
    }
}

/// A call's arguments after the check.
#[derive(Debug)]
pub(crate) struct Arguments(BTreeMap<&'static str, Value>);

impl Arguments {
    /// A string argument; the check has made sure that declared ones are there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

fn title_case(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    name.split('_').map(capital).collect::<Vec<_>>().join(" ")
}

/// Tells a default of `null` from no default at all.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}
