//! One mock server: who calls, what it answers, and what can be asked of it besides.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::books::Books;
use crate::control::{Control, ControlError};
use crate::face::{FaceRequest, FaceResponse, Leniency};
use crate::fault::{Fate, Trouble};
use crate::journal::{Executed, Journal, Outcome, canonical};
use crate::ledger::Ledger;
use crate::secret::Secret;

/// Who is calling, as the server can tell.
#[derive(Clone, PartialEq, Eq)]
pub struct Caller {
    /// The MCP session, in the era that has sessions.
    pub session: Option<String>,
    /// The bearer credential of the request.
    pub credential: Option<String>,
    /// The network address, without port.
    pub address: String,
}

/// What a tool answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolReply {
    /// The text blocks.
    pub content: Vec<String>,
    /// The result's `structuredContent`, where the tool has an output schema.
    pub structured: Option<Value>,
    /// Whether the tool reports an error.
    pub is_error: bool,
}

/// A call that was executed and journalled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Performed {
    /// What the tool answered.
    pub reply: ToolReply,
    /// What the transport has to do with the answer.
    pub fate: Fate,
}

/// How a server introduces itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo<'m> {
    /// Its name.
    pub name: &'m str,
    /// Its version.
    pub version: &'m str,
    /// What it tells a model about itself.
    pub instructions: &'m str,
}

/// A mock server: a state machine that is told the time. `now` is milliseconds since the Unix epoch everywhere.
pub trait Mock: Send + fmt::Debug {
    /// The name scenario files use, `borealhost`.
    fn name(&self) -> &str;

    /// How it introduces itself.
    fn info(&self) -> ServerInfo<'_>;

    /// The definitions of `tools/list`, in order.
    fn tools(&self) -> &[Value];

    /// Plays one tool; transports go through [`Mock::perform`], which also keeps the journal and plays the faults.
    fn call(&mut self, now: u64, caller: &Caller, tool: &str, arguments: &Map<String, Value>) -> ToolReply;

    /// The words of the controls that it plays, see [`Control::VERBS`].
    fn plays(&self) -> &'static [&'static str];

    /// Does something from outside.
    ///
    /// # Errors
    /// Says that it does not play that, or which checkouts there are, in which state, and what would be allowed.
    fn control(&mut self, now: u64, control: &Control) -> Result<(), ControlError>;

    /// Lets everything happen that is due at `now`; call it before looking at the ledger.
    fn settle(&mut self, now: u64);

    /// What the human finds outside MCP, such as `stripe_checkout_url:<checkout>` and `claim_token:<slug>`.
    fn out_of_band(&self) -> BTreeMap<String, String>;

    /// A picture of the state without secrets, for people.
    fn state(&self) -> Value;

    /// The books.
    fn books(&self) -> &Books;

    /// The books, to write in.
    fn books_mut(&mut self) -> &mut Books;

    /// What the server answers when it did what it was asked and its backend then fails in that way.
    fn fail(&self, tool: &str, trouble: Trouble) -> ToolReply;

    /// Answers a request to another path than that of the MCP endpoint, such as a payment provider's webhook; `None`
    /// where the server has nothing there. The request is journalled already.
    fn elsewhere(&mut self, now: u64, request: &FaceRequest) -> Option<FaceResponse> {
        let _ = (now, request);
        None
    }

    /// Whether charges match the states of checkouts whatever happens, see [`Lifecycle::paid`](crate::Lifecycle::paid);
    /// some settings play a server where they do not.
    fn keeps_accounts_straight(&self) -> bool {
        true
    }

    /// What it did.
    fn ledger(&self) -> &Ledger {
        &self.books().ledger
    }

    /// What reached it.
    fn journal(&self) -> &Journal {
        &self.books().journal
    }

    /// In which ways its parser is careless.
    fn parser(&self) -> &[Leniency] {
        &self.books().desk.parser
    }

    /// Every secret it ever minted.
    fn secrets(&self) -> Vec<Secret> {
        self.books().secrets.clone()
    }

    /// Journals a request, headers and all, before anybody reads it.
    fn received(&mut self, now: u64, request: &FaceRequest) {
        let books = self.books_mut();
        let at = books.clock.look(now);
        books.journal.note_received(at, request);
    }

    /// Plays one tool, journals it, and says what becomes of the reply.
    fn perform(&mut self, now: u64, caller: &Caller, tool: &str, arguments: &Map<String, Value>) -> Performed {
        let reply = self.call(now, caller, tool, arguments);
        let books = self.books_mut();
        books.journal.note_executed(Executed {
            at: books.clock.look(now),
            tool: tool.to_owned(),
            arguments: canonical(arguments),
            caller: caller.clone(),
            outcome: if reply.is_error { Outcome::Error } else { Outcome::Ok },
        });
        match books.next_fate(tool) {
            (fate, None) => Performed { reply, fate },
            (fate, Some(trouble)) => Performed { reply: self.fail(tool, trouble), fate },
        }
    }
}

impl ToolReply {
    /// An error of one sentence.
    #[must_use]
    pub fn error(sentence: impl Into<String>) -> Self {
        Self { content: vec![sentence.into()], structured: None, is_error: true }
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credential = if self.credential.is_some() { "a credential" } else { "no credential" };
        write!(out, "Caller(session {:?}, {credential}, from {})", self.session, self.address)
    }
}
