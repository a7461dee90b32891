//! From a name and a settings document to a mock.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::borealhost::{BorealHost, Settings};
use crate::forage::Forage;
use crate::mock::Mock;
use crate::toofi::{self, Toofi};

/// A mock that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No mock has that name.
    #[error("no mock is called `{written}`; there is `{}`", NAMES.join("`, `"))]
    UnknownMock {
        /// What was written.
        written: String,
    },
    /// The settings are not a mapping.
    #[error("the settings of a mock are a mapping of names to values")]
    NotAMapping,
    /// One setting is wrong.
    #[error("setting `{name}`: {because}")]
    Setting {
        /// The setting.
        name: String,
        /// What is wrong with it and what would be right.
        because: String,
    },
}

/// The names of all mocks that [`mock`] makes.
pub const NAMES: &[&str] = &["borealhost", "forage", "toofi"];

/// Reads a mock's settings; `null` stands for the defaults.
pub(crate) fn read<S: DeserializeOwned + Default>(value: &Value) -> Result<S, SettingsError> {
    let members = match value {
        Value::Null => return Ok(S::default()),
        Value::Object(members) => members,
        _ => return Err(SettingsError::NotAMapping),
    };
    let wrong = |name: &str| {
        let name = name.to_owned();
        move |error: serde_json::Error| SettingsError::Setting { name, because: error.to_string() }
    };
    // Each setting is tried alone first: that is how the error knows which one it is about.
    for (name, value) in members {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        S::deserialize(Value::Object(alone)).map_err(wrong(name))?;
    }
    let settings = S::deserialize(value).map_err(wrong("all"))?;
    // Every mock has this one, and a page without tools would have no next one either.
    match members.get("page_size").and_then(Value::as_u64) {
        Some(0) => Err(SettingsError::Setting {
            name: "page_size".to_owned(),
            because: "a page holds at least one tool".to_owned(),
        }),
        _ => Ok(settings),
    }
}

/// Makes the mock of that name; `Value::Null` stands for no settings.
///
/// # Errors
/// Says which mocks exist, or which setting is wrong and what would be right.
pub fn mock(name: &str, settings: &Value) -> Result<Box<dyn Mock>, SettingsError> {
    match name {
        "borealhost" => Ok(Box::new(BorealHost::new(Settings::from_json(settings)?))),
        "forage" => Ok(Box::new(Forage::new(settings)?)),
        "toofi" => Ok(Box::new(Toofi::new(toofi::Settings::from_json(settings)?))),
        _ => Err(SettingsError::UnknownMock { written: name.to_owned() }),
    }
}
