//! The 32 tools the server lists, from a data file, and the check of a call's arguments against them.
//!
//! Every tool takes six more arguments than its own and publishes the same output schema. The annotations are the
//! published ones, wrong as they are: creating a session and claiming a key are both said to be read-only.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

static DATA: &str = include_str!("../../data/toofi-tools.json");
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::load);

/// What every tool takes: who asks, for whom, and under which request.
const COMMON: [&str; 6] = ["agent_id", "clinic_id", "intent_id", "mandate_id", "request_id", "principal_id"];

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
    #[serde(default)]
    hints: Option<Hints>,
    parameters: Vec<Parameter>,
}

/// What the published annotations say; of two tools they are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Hints {
    ReadOnly,
    Idempotent,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    name: String,
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    default: Option<Value>,
    #[serde(default)]
    minimum: Option<u64>,
    #[serde(default)]
    maximum: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    String,
    Boolean,
    Integer,
    Object,
    Array,
}

/// Whether a call fits its tool.
pub(crate) enum Fit {
    NoSuchTool,
    /// What does not fit.
    Bad(String),
    Good(Arguments),
}

/// A call's arguments after the check; what no tool declares is passed over.
#[derive(Debug)]
pub(crate) struct Arguments(Map<String, Value>);

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

    pub(crate) fn knows(&self, tool: &str) -> bool {
        self.by_name.contains_key(tool)
    }

    /// The declared arguments of a call.
    pub(crate) fn read(&self, tool: &str, given: &Map<String, Value>) -> Fit {
        match self.by_name.get(tool) {
            None => Fit::NoSuchTool,
            Some(tool) => tool.read(given),
        }
    }
}

impl Tool {
    fn definition(&self) -> Value {
        let own = self.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.schema()));
        let common = COMMON.into_iter().map(|name| (name.to_owned(), json!({ "type": "string" })));
        let required: Vec<&str> =
            self.parameters.iter().filter(|parameter| parameter.required).map(|one| one.name.as_str()).collect();
        let mut schema = Map::from_iter([
            ("type".to_owned(), json!("object")),
            ("properties".to_owned(), own.chain(common).collect::<Map<_, _>>().into()),
        ]);
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema.insert("additionalProperties".to_owned(), json!(true));
        let hints = self.hints.map(|hints| ("annotations".to_owned(), hints.annotations()));
        let members = [
            ("name".to_owned(), json!(self.name)),
            ("description".to_owned(), json!(self.description)),
            ("inputSchema".to_owned(), Value::Object(schema)),
            ("outputSchema".to_owned(), output_schema()),
        ];
        members.into_iter().chain(hints).collect::<Map<_, _>>().into()
    }

    fn read(&self, given: &Map<String, Value>) -> Fit {
        let bad = self.parameters.iter().find_map(|parameter| parameter.trouble(given));
        let common = || COMMON.iter().find(|name| given.get(**name).is_some_and(|value| !value.is_string()));
        match bad.or_else(|| common().map(|name| format!("`{name}` must be a string"))) {
            Some(trouble) => Fit::Bad(trouble),
            None => {
                let is_own = |name: &str| self.parameters.iter().any(|parameter| parameter.name == name);
                let declared = given.iter().filter(|(name, _)| is_own(name) || COMMON.contains(&name.as_str()));
                Fit::Good(Arguments(declared.map(|(name, value)| (name.clone(), value.clone())).collect()))
            }
        }
    }
}

impl Hints {
    fn annotations(self) -> Value {
        json!({ "readOnlyHint": self == Self::ReadOnly, "destructiveHint": false, "idempotentHint": true })
    }
}

impl Parameter {
    fn schema(&self) -> Value {
        let mut schema = Map::from_iter([("type".to_owned(), json!(self.kind.as_str()))]);
        schema.extend(self.default.clone().map(|default| ("default".to_owned(), default)));
        schema.extend(self.minimum.map(|least| ("minimum".to_owned(), json!(least))));
        schema.extend(self.maximum.map(|most| ("maximum".to_owned(), json!(most))));
        Value::Object(schema)
    }

    /// What is wrong with this argument. The value itself is left out: it may be a secret.
    fn trouble(&self, given: &Map<String, Value>) -> Option<String> {
        let Self { name, kind, .. } = self;
        match given.get(name) {
            None => self.required.then(|| format!("`{name}` is required")),
            Some(value) if kind.accepts(value) => None,
            Some(_) => Some(format!("`{name}` must be of type {}", kind.as_str())),
        }
    }
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Object => "object",
            Self::Array => "array",
        }
    }

    fn accepts(self, value: &Value) -> bool {
        match (self, value) {
            (Self::String, Value::String(_))
            | (Self::Boolean, Value::Bool(_))
            | (Self::Object, Value::Object(_))
            | (Self::Array, Value::Array(_)) => true,
            (Self::Integer, Value::Number(number)) => number.is_i64() || number.is_u64(),
            _ => false,
        }
    }
}

impl Arguments {
    /// A text, empty where it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A text under its name or, without one, under its alias.
    pub(crate) fn text_or(&self, name: &str, alias: &str) -> &str {
        match self.text(name) {
            "" => self.text(alias),
            text => text,
        }
    }

    /// A whole number, if it is there; the check has made sure that it is one.
    pub(crate) fn integer(&self, name: &str) -> Option<i128> {
        let number = self.0.get(name)?;
        number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
    }

    /// All of them, as one line that is the same for the same arguments.
    pub(crate) fn canonical(&self) -> String {
        crate::journal::canonical(&self.0)
    }
}

/// What every tool says it answers with: members that may be there, and others beside them.
fn output_schema() -> Value {
    let text = || json!({ "type": "string" });
    json!({ "type": "object", "properties": {
        "ok": { "type": "boolean" }, "mode": text(), "status": text(), "endpoint": text(), "timestamp": text(),
    } })
}
