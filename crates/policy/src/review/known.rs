//! What is known of a server before anybody calls it.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::{Profile, Published, classify};

/// A server that a policy is for: its tools as it publishes them, its checkout profile, or both.
#[derive(Clone, Debug)]
pub struct KnownServer {
    /// What it is called.
    pub(super) name: String,
    /// Its tools by name; absent where they are not known.
    pub(super) tools: Option<BTreeMap<String, KnownTool>>,
    pub(super) profile: Option<Arc<Profile>>,
}

/// A tool as its server publishes it.
#[derive(Clone, Debug)]
pub(super) struct KnownTool {
    /// What its arguments must fit, if it says.
    pub(super) schema: Option<Value>,
    /// Whether it only looks, as far as its words and arguments tell.
    pub(super) reads: bool,
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
            let reads = classify(&Published::of(definition)).only_reads();
            Some((name, KnownTool { schema: definition.get("inputSchema").cloned(), reads }))
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
        self.tools.as_ref()?.get(tool)?.schema.as_ref()
    }
}
