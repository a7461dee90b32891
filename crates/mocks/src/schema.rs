//! JSON Schemas of what scenarios write about mocks, made from the very types that serde reads.
//!
//! They are whole in themselves, without references, so that they can be put inside a larger schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::control::Control;
use crate::listed::ListedSettings;
use crate::{borealhost, forage, toofi};

/// The schema of the settings that [`mock`](crate::mock) takes for the mock of that name.
#[must_use]
pub fn settings_schema(name: &str) -> Option<Value> {
    match name {
        "borealhost" => Some(schema_of::<borealhost::Settings>()),
        "forage" => Some(schema_of::<forage::Settings>()),
        "toofi" => Some(schema_of::<toofi::Settings>()),
        _ => None,
    }
}

/// The schema of the settings of a server that is known by its list of tools.
#[must_use]
pub fn listed_schema() -> Value {
    let mut schema = schema_of::<ListedSettings>();
    if let Some(members) = schema.as_object_mut() {
        members.insert("required".to_owned(), json!(["tools"]));
    }
    schema
}

/// The schema of the control with that word, see [`Control::VERBS`].
#[must_use]
pub fn control_schema(verb: &str) -> Option<Value> {
    let schema = schema_of::<Control>();
    let kinds = schema.get("oneOf")?.as_array()?;
    kinds.iter().find(|kind| kind.pointer("/properties/world/const").is_some_and(|word| word == verb)).cloned()
}

fn schema_of<T: JsonSchema>() -> Value {
    let mut settings = SchemaSettings::draft07();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    settings.into_generator().into_root_schema_for::<T>().to_value()
}
