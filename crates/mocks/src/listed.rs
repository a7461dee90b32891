//! A server that is known by its list of tools: anybody's `tools/list` dump, played with written or made-up replies.
//!
//! It is there to test a policy against a server whose purchases nobody modelled. So it has no states: a call is checked
//! against the tool's input schema, answered by the next reply that was written for the tool, and counted. A tool without a
//! reply gets one made from its output schema.
//!
//! A [`Listing`] is read once and can be played any number of times, because a scenario is played anew for every order of
//! its calls; a [`Listed`] is one such play.
//!
//! INVARIANT: definitions are served as they were read, with members that nobody here knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::books::Books;
use crate::control::{Control, ControlError};
use crate::face::Desk;
use crate::fault::Trouble;
use crate::ledger::{EntryKind, Lifecycle};
use crate::mint::Mint;
use crate::mock::{Caller, Mock, ServerInfo, ToolReply};
use crate::secret::Secret;

use self::script::{Filled, Script};
use self::template::Context;
use self::tools::Definition;

mod problem;
mod replies;
mod sample;
mod schema;
mod script;
mod settings;
mod template;
mod tools;

#[cfg(test)]
mod tests;

pub use self::problem::{ListingPlace, ListingProblem};
pub use self::settings::{ListedSettings, Validate};

/// It has no checkouts.
const LIFECYCLE: Lifecycle = Lifecycle { states: &[], paid: &[], counted: &Listed::COUNTED };

/// What the world can do to it.
const PLAYED: [&str; 3] = ["advance", "restart", "fault"];

/// A server as its documents describe it.
#[derive(Debug)]
pub struct Listing {
    name: String,
    settings: ListedSettings,
    definitions: Vec<Value>,
    tools: BTreeMap<String, Tool>,
}

/// The documents of a server, read from wherever they are.
#[derive(Clone, Copy, Debug)]
pub struct ListingTexts<'t> {
    /// The dump: the result of `tools/list`, the whole JSON-RPC reply, the bare list of tools, or several pages in a row;
    /// also as the events of a stream.
    pub tools: &'t str,
    /// The replies document, if there is one.
    pub replies: Option<&'t Value>,
}

/// What a tool accepts and answers.
#[derive(Debug)]
struct Tool {
    /// Absent where arguments are not checked.
    accepts: Option<jsonschema::Validator>,
    script: Script,
}

/// One play of a listing.
#[derive(Debug)]
pub struct Listed {
    listing: Arc<Listing>,
    books: Books,
    mint: Mint,
    /// How often each tool was called since the server started.
    counts: BTreeMap<String, u64>,
}

impl Listing {
    /// The documents that describe the server, as its settings name them.
    pub fn documents(&self) -> impl Iterator<Item = &str> {
        [&self.settings.tools, &self.settings.replies].into_iter().flatten().map(String::as_str)
    }

    /// Reads a server of that name.
    ///
    /// # Errors
    /// Everything that is wrong with its documents, and where.
    pub fn read(name: &str, texts: ListingTexts<'_>, settings: ListedSettings) -> Result<Self, Vec<ListingProblem>> {
        let definitions = tools::read(texts.tools)?;
        let mut problems = Vec::new();
        let mut scripts = texts.replies.map(|replies| replies::read(replies, &definitions, &mut problems));
        let mut tools = BTreeMap::new();
        for definition in &definitions {
            let script = scripts.as_mut().and_then(|scripts| scripts.remove(&definition.name));
            tools.insert(definition.name.clone(), tool(definition, script, settings.validate, &mut problems));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let definitions = definitions.into_iter().map(|definition| definition.value).collect();
        Ok(Self { name: name.to_owned(), settings, definitions, tools })
    }

    /// The definitions of `tools/list`, in order.
    #[must_use]
    pub fn definitions(&self) -> &[Value] {
        &self.definitions
    }
}

fn tool(
    definition: &Definition,
    script: Option<Script>,
    validate: Validate,
    problems: &mut Vec<ListingProblem>,
) -> Tool {
    let mut compiled = |key| match validate {
        Validate::On => schema::compiled(definition, key, problems),
        Validate::Off => None,
    };
    let (accepts, answers) = (compiled("inputSchema"), compiled("outputSchema"));
    let script = script.unwrap_or_else(|| Script::made(definition));
    problems.extend(answers.and_then(|answers| script.misfit(definition, &answers)));
    Tool { accepts, script }
}

impl Listed {
    /// What the ledger of every listed server counts.
    pub const COUNTED: [&str; 2] = ["calls", "errors"];

    /// The server on its first day.
    #[must_use]
    pub fn new(listing: Arc<Listing>) -> Self {
        let settings = &listing.settings;
        Self {
            books: Books::new(LIFECYCLE, Desk::new(settings.parser.clone(), settings.page_size)),
            mint: Mint::new(&settings.seed),
            counts: BTreeMap::new(),
            listing,
        }
    }

    fn answer(&mut self, caller: &Caller, name: &str, arguments: &Map<String, Value>) -> ToolReply {
        let listing = Arc::clone(&self.listing);
        let Some(tool) = listing.tools.get(name) else {
            return ToolReply::error(format!("Unknown tool: {name}"));
        };
        let given = Value::Object(arguments.clone());
        if let Some(trouble) = tool.accepts.as_ref().and_then(|accepts| schema::trouble(accepts, &given)) {
            return ToolReply::error(format!("Invalid arguments for {name}: {trouble}"));
        }
        let count = self.counts.entry(name.to_owned()).or_default();
        *count += 1;
        let context = Context { tool: name, arguments: &given, count: *count, token: &self.mint.hex_48("token") };
        match tool.script.answer(&context) {
            Ok(Filled { reply, secret }) => {
                if let Some((kind, value)) = secret {
                    let minted_for = caller.credential.clone();
                    self.remember(Secret { kind, value, about: Some(name.to_owned()), minted_for });
                }
                reply
            }
            Err(why) => ToolReply::error(format!("The reply written for {name} cannot be filled in: {why}")),
        }
    }

    /// A value that is shown again is the same secret, and belongs to whom it was shown first.
    fn remember(&mut self, secret: Secret) {
        if !self.books.secrets.iter().any(|known| known.value == secret.value) {
            self.books.remember(secret);
        }
    }
}

impl Mock for Listed {
    fn name(&self) -> &str {
        &self.listing.name
    }

    fn info(&self) -> ServerInfo<'_> {
        ServerInfo {
            name: &self.listing.name,
            version: "1",
            instructions: "A mock of a server, made from its list of tools.",
        }
    }

    fn tools(&self) -> &[Value] {
        &self.listing.definitions
    }

    fn call(&mut self, now: u64, caller: &Caller, tool: &str, arguments: &Map<String, Value>) -> ToolReply {
        self.settle(now);
        let reply = self.answer(caller, tool, arguments);
        self.books.write(None, if reply.is_error { EntryKind::CallFailed } else { EntryKind::CallAnswered });
        reply
    }

    fn plays(&self) -> &'static [&'static str] {
        &PLAYED
    }

    fn control(&mut self, now: u64, control: &Control) -> Result<(), ControlError> {
        self.settle(now);
        match control {
            Control::Advance { ms } => self.books.clock.advance(*ms),
            Control::Restart {} => self.counts.clear(),
            Control::Fault(fault) => {
                let fault = fault.of(self)?;
                self.books.script(fault);
            }
            _ => return Err(control.not_played(self)),
        }
        Ok(())
    }

    fn settle(&mut self, now: u64) {
        self.books.clock.look(now);
    }

    fn out_of_band(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    fn state(&self) -> Value {
        json!({ "calls": self.counts })
    }

    fn books(&self) -> &Books {
        &self.books
    }

    fn books_mut(&mut self) -> &mut Books {
        &mut self.books
    }

    fn fail(&self, tool: &str, trouble: Trouble) -> ToolReply {
        let why = match trouble {
            Trouble::Internal => "something went wrong",
            Trouble::NotJson => "its backend did not answer with JSON",
            Trouble::NoCode => "its backend gave no reason",
        };
        ToolReply::error(format!("{tool} failed: {why}"))
    }
}
