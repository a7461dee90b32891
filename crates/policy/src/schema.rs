//! JSON Schemas of arguments: a tool's own, as its server publishes it, or one that a policy brings.
//!
//! A published schema is somebody else's text. It is compiled when a rule first asks for it, nothing that it refers to is
//! fetched, its patterns cannot backtrack, and one that cannot be understood denies every call.
//!
//! INVARIANT: a refusal names a place and a keyword, never a value: arguments can be secrets, and it goes into the log.

use std::sync::{Arc, OnceLock};

use floorwalker_json::{Node, Value, shown};
use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Number};

pub(crate) mod outline;

/// Compiled patterns of a schema larger than this are refused.
const PATTERN_SIZE_MAX: usize = 1 << 20;

/// How long a refusal's place may be.
const PLACE_PARTS_MAX: usize = 8;

/// A JSON Schema for the arguments of a tool.
#[derive(Clone, Debug)]
pub struct ArgumentSchema {
    written: Arc<serde_json::Value>,
    compiled: OnceLock<Result<Arc<Validator>, String>>,
}

impl ArgumentSchema {
    /// The schema that was written so; whether it can be used shows when it is.
    #[must_use]
    pub fn new(schema: &Node<'_>) -> Self {
        Self { written: Arc::new(plain(schema)), compiled: OnceLock::new() }
    }

    /// The schema itself.
    pub(crate) fn written(&self) -> &serde_json::Value {
        &self.written
    }

    /// Why it cannot be used, if it cannot.
    pub(crate) fn fault(&self) -> Option<&str> {
        self.compiled().err()
    }

    /// What of the arguments does not fit, if something does not; no arguments are an empty map.
    pub(crate) fn refusal(&self, arguments: Option<&Node<'_>>) -> Option<String> {
        let validator = match self.compiled() {
            Ok(validator) => validator,
            Err(_) => return Some("its schema cannot be used".to_owned()),
        };
        let arguments = arguments.map_or_else(|| serde_json::Value::Object(Map::new()), plain);
        let error = validator.validate(&arguments).err()?;
        let keyword = error.kind().keyword();
        Some(match place(error.instance_path().as_str()) {
            place if place.is_empty() => format!("they do not meet {}", shown(keyword)),
            place => format!("{place} does not meet {}", shown(keyword)),
        })
    }

    fn compiled(&self) -> Result<&Validator, &str> {
        let compile = || {
            let patterns = PatternOptions::regex().size_limit(PATTERN_SIZE_MAX);
            let built = jsonschema::options().with_pattern_options(patterns).build(&self.written);
            built.map(Arc::new).map_err(|error| error.to_string())
        };
        match self.compiled.get_or_init(compile) {
            Ok(validator) => Ok(validator),
            Err(error) => Err(error),
        }
    }
}

/// Two schemas are the same when they were written so; compiling adds nothing.
impl PartialEq for ArgumentSchema {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

/// The same tree as the validator reads it; numbers keep every digit.
fn plain(node: &Node<'_>) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => serde_json::Value::Bool(*flag),
        Value::Number(number) => exact(number.text()),
        Value::String(text) => serde_json::Value::String(text.clone().into_owned()),
        Value::Array(elements) => elements.iter().map(plain).collect(),
        Value::Object(object) => {
            let members = object.iter().map(|member| (member.key.clone().into_owned(), plain(&member.value)));
            serde_json::Value::Object(members.collect())
        }
    }
}

/// The scanner's numbers are those of JSON, so that one always reads; were it otherwise, null fits no number's schema.
fn exact(text: &str) -> serde_json::Value {
    text.parse::<Number>().map_or(serde_json::Value::Null, serde_json::Value::Number)
}

/// A place in the arguments, fit for a sentence: its keys are the agent's.
fn place(pointer: &str) -> String {
    let parts: Vec<String> = pointer.split('/').skip(1).take(PLACE_PARTS_MAX).map(shown).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests;
