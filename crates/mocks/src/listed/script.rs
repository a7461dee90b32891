//! What a tool answers: the first reply, the second, and so on; the last one for ever.

use jsonschema::Validator;
use serde_json::Value;

use crate::mock::ToolReply;
use crate::secret::SecretKind;

use super::problem::ListingProblem;
use super::template::{Context, Template};
use super::tools::Definition;
use super::{sample, schema};

/// The replies of one tool, in order.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) first: Turn,
    pub(crate) later: Vec<Turn>,
}

/// One reply, and for how many calls in a row it is given.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) times: u64,
    pub(crate) reply: Reply,
    /// What in the reply is a secret.
    pub(crate) secret: Option<(SecretKind, Template)>,
    /// Where it was written, if it was.
    pub(crate) at: Vec<String>,
}

/// What a reply is made of.
#[derive(Debug)]
pub(crate) enum Reply {
    /// This text.
    Text(String),
    /// This object, as `structuredContent` and as a text.
    Json(Value),
    /// A tool error of this text.
    Error(String),
    /// A text or an object, with the call's arguments filled in.
    Template(Template),
}

/// A reply, ready to be sent, and the secret in it.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) reply: ToolReply,
    pub(crate) secret: Option<(SecretKind, String)>,
}

impl Script {
    /// One reply for a tool that has none: the smallest that its output schema allows, or a text.
    pub(crate) fn made(definition: &Definition) -> Self {
        let reply = match definition.value.get("outputSchema").and_then(sample::smallest) {
            Some(value @ Value::Object(_)) => Reply::Json(value),
            _ => Reply::Text(format!("{} was called.", definition.name)),
        };
        Self { first: Turn { times: 1, reply, secret: None, at: Vec::new() }, later: Vec::new() }
    }

    /// The first reply that the tool's output schema would not allow.
    pub(crate) fn misfit(&self, definition: &Definition, answers: &Validator) -> Option<ListingProblem> {
        let name = &definition.name;
        self.turns().find_map(|turn| match &turn.reply {
            Reply::Json(value) => {
                let why = schema::trouble(answers, value)?;
                Some(if turn.at.is_empty() {
                    let says = format!("tool `{name}`: no reply can be made from its `outputSchema`: {why}");
                    ListingProblem::of_tools(says, "write one in the replies")
                } else {
                    let says = format!("the reply of `{name}` does not fit its `outputSchema`: {why}");
                    let help = "a client would refuse it; if that is meant, write `validate: off` in the settings";
                    ListingProblem::of_replies(&turn.at, says, help)
                })
            }
            // The sample needs more than was tried, such as a text of a pattern.
            Reply::Text(_) if turn.at.is_empty() => {
                let says = format!("tool `{name}`: no reply can be made from its `outputSchema`");
                Some(ListingProblem::of_tools(says, "write one in the replies"))
            }
            _ => None,
        })
    }

    /// The reply to the call that the context counts.
    pub(crate) fn answer(&self, context: &Context<'_>) -> Result<Filled, String> {
        let turn = self.turn(context.count);
        let secret = match &turn.secret {
            None => None,
            Some((kind, value)) => Some((*kind, value.text(context)?)),
        };
        Ok(Filled { reply: turn.reply.fill(context)?, secret })
    }

    fn turn(&self, count: u64) -> &Turn {
        let mut left = count;
        let is_for = |turn: &&Turn| {
            let answers = left <= turn.times;
            left = left.saturating_sub(turn.times);
            answers
        };
        self.turns().find(is_for).or(self.later.last()).unwrap_or(&self.first)
    }

    fn turns(&self) -> impl Iterator<Item = &Turn> {
        std::iter::once(&self.first).chain(&self.later)
    }
}

impl Reply {
    fn fill(&self, context: &Context<'_>) -> Result<ToolReply, String> {
        Ok(match self {
            Self::Text(text) => shown(Value::String(text.clone())),
            Self::Json(value) => shown(value.clone()),
            Self::Error(text) => ToolReply::error(text.clone()),
            Self::Template(template) => shown(template.fill(context)?),
        })
    }
}

/// A text is one text block; an object also stands beside it, for clients that read structured content.
fn shown(value: Value) -> ToolReply {
    match value {
        Value::String(text) => ToolReply { content: vec![text], structured: None, is_error: false },
        value => ToolReply { content: vec![value.to_string()], structured: Some(value), is_error: false },
    }
}
