//! What is known of a server before anybody calls it.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::Profile;

/// A server that a policy is for: its tools as it publishes them, its checkout profile, or both.
#[derive(Clone, Debug)]
pub struct KnownServer {
    /// What it is called.
    pub(super) name: String,
    /// The input schema of every tool; absent where its tools are not known.
    pub(super) tools: Option<BTreeMap<String, Option<Value>>>,
    pub(super) profile: Option<Arc<Profile>>,
}

impl KnownServer {
    /// A server of that name, of which nothing else is known.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), tools: None, profile: None }
    }

    /// The same server with the tools of its `tools/list`; what has no name is no tool.
    #[must_use]
    pub fn with_tools(self, definitions: &[Value]) -> Self {
        let named = |definition: &Value| {
            let name = definition.get("name")?.as_str()?.to_owned();
            Some((name, definition.get("inputSchema").cloned()))
        };
        Self { tools: Some(definitions.iter().filter_map(named).collect()), ..self }
    }

    /// The same server with its checkout profile.
    #[must_use]
    pub fn with_profile(self, profile: Arc<Profile>) -> Self {
        Self { profile: Some(profile), ..self }
    }

    /// Whether it has the tool, as far as is known.
    pub(super) fn may_have(&self, tool: &str) -> bool {
        self.tools.as_ref().is_none_or(|tools| tools.contains_key(tool))
    }

    /// The input schema that the tool publishes, if both are known.
    pub(super) fn schema(&self, tool: &str) -> Option<&Value> {
        self.tools.as_ref()?.get(tool)?.as_ref()
    }
}
