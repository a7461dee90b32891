//! One call as the engine sees it: who, where, which tool, with what.

use floorwalker_json::{Digest, Node, canonical};

use crate::{ArgumentSchema, GrantId, ServerName, SessionId};

/// A `tools/call` that was understood.
#[derive(Clone, Copy, Debug)]
pub struct Call<'c> {
    /// Whose credential came with it.
    pub grant: &'c GrantId,
    /// The upstream it is for.
    pub server: &'c ServerName,
    /// The MCP session it came in, in the era that has them.
    pub session: Option<&'c SessionId>,
    /// The tool's name exactly as it was sent.
    pub tool: &'c str,
    /// The arguments, if there were any; always an object.
    pub arguments: Option<&'c Node<'c>>,
}

/// What the engine needs of a tool's published definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definition {
    /// The names of its top-level parameters, as its input schema lists them.
    pub parameters: Vec<String>,
    /// Its input schema, for rules that hold the arguments to it.
    pub schema: Option<ArgumentSchema>,
    /// Identifies the whole definition: a person who approves a call has this tool in mind, and not what takes its name.
    pub digest: Option<Digest>,
}

impl Definition {
    /// What a definition says, as a server lists its tools.
    #[must_use]
    pub fn of(tool: &Node<'_>) -> Self {
        let schema = tool.get("inputSchema");
        let properties = schema.and_then(|schema| schema.get("properties")).and_then(Node::as_object);
        let parameters = properties.into_iter().flatten().map(|member| member.key.clone().into_owned()).collect();
        let digest = Some(Digest::of(canonical(tool).as_bytes()));
        Self { parameters, schema: schema.map(ArgumentSchema::new), digest }
    }
}
