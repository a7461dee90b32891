//! A scenario file: who acts, step by step, and what two witnesses must have seen at the end.
//!
//! These are the meant things; `load` and its neighbours make them from what was written, and complain about everything
//! that is wrong with it at once. A scenario that nothing could fail does not load: it needs a witness, and a call that is
//! allowed.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use floorwalker_json::{DocumentShape, Span};
use floorwalker_mocks::SecretKind;
use floorwalker_policy::Timestamp;
use http::{HeaderName, Method};

use crate::answer::Verdict;
use crate::guarantee::Guarantee;
use crate::template::{Template, TextTemplate};

mod check;
mod door;
mod expect;
mod happening;
mod load;
pub(crate) mod mocks;
pub(crate) mod reading;
mod shape;
mod steps;
mod witness;

pub(crate) use self::door::{ApprovalStep, AtDoor};
pub(crate) use self::happening::{Edit, NewPolicy, Patience, ReloadEnd, ReloadStep, WallShift};
pub(crate) use self::mocks::MockSpec;

/// Whoever comes without a credential.
pub(crate) const NOBODY: &str = "nobody";

/// One case, as it is meant.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What happens, in one line.
    pub title: String,
    /// Why it matters.
    pub story: String,
    /// The guarantees it probes.
    pub guarantees: Vec<Guarantee>,
    /// The policy of each grant that an agent proves.
    pub policies: BTreeMap<String, FileName>,
    /// The mock servers.
    pub mocks: BTreeMap<String, MockSpec>,
    /// The checkout profile of each mock.
    pub profiles: BTreeMap<String, ProfileName>,
    /// Who acts, by name.
    pub agents: BTreeMap<String, AgentSpec>,
    /// Who approves, by name.
    pub approvers: BTreeSet<String>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// What the ledger and the inboxes must show in the end.
    pub witnesses: Witnesses,
    /// What an attack achieves when nothing stands in its way.
    pub harm: Option<Witnesses>,
    /// Chooses the sampled interleavings.
    pub seed: u64,
    /// How many interleavings are walked at most, and how many sampled beyond.
    pub bound: Option<u64>,
    /// When the scenario begins.
    pub start: Timestamp,
}

/// A file that a scenario names, without folder and extension, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    /// The name; absent where `none` was written.
    pub name: Option<String>,
    /// Where it was written.
    pub span: Span,
}

/// Which checkout profile a mock has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileName {
    /// The one of the mock's own name, which was written here.
    OfMock(Span),
    /// The one of the mock's own name, if there is such a file; a server of somebody else's need not have checkouts.
    IfThere,
    /// What was written.
    Written(FileName),
}

/// One agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentSpec {
    /// The grant that its bearer token proves.
    pub grant: String,
    /// Which MCP it speaks.
    pub era: Era,
    /// Which of the grant's tokens it holds; the first one unless named.
    pub token: Option<String>,
}

/// Which of the two wire eras.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// 2025-11-25: a handshake, then sessions.
    Legacy,
    /// 2026-07-28: no session, every request says all of it.
    Modern,
}

/// One action.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its place in the file: `4`, or `4.2` for the second one inside the fourth.
    pub number: String,
    /// Its line in the file.
    pub line: usize,
    /// What is done.
    pub action: Action,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// An agent calls a tool.
    Call(CallStep),
    /// Exact bytes are sent.
    Raw(RawStep),
    /// Something happens outside MCP.
    World(WorldStep),
    /// A person looks at what waits for an answer, or gives one.
    Approval(ApprovalStep),
    /// Time passes for everybody.
    Wait(Duration),
    /// The clocks of some mocks run ahead.
    Advance(Vec<(String, Duration)>),
    /// Several things happen at once.
    Together(TogetherStep),
    /// The same happens again and again.
    Repeat(RepeatStep),
    /// The gateway stops cleanly and starts from its log.
    Restart,
    /// The gateway ends where it stands and starts from its log.
    Crash,
    /// The gateway reads its policies again.
    Reload(ReloadStep),
    /// Somebody sets the wall clock.
    Clock(WallShift),
    /// An agent forgets its sessions, so that its next call begins a new one.
    Session(String),
}

/// An agent calls a tool.
#[derive(Clone, Debug, PartialEq)]
pub struct CallStep {
    /// Who.
    pub agent: String,
    /// Where.
    pub server: String,
    /// What.
    pub tool: String,
    /// The arguments; always an object.
    pub with: Template,
    /// Whether the agent stays for the answer.
    pub patience: Patience,
    /// What to make of the answer.
    pub handling: Handling,
}

/// Exact bytes are sent.
#[derive(Clone, Debug, PartialEq)]
pub struct RawStep {
    /// Whose headers go with them; nobody's when absent.
    pub agent: Option<String>,
    /// The HTTP method.
    pub method: Method,
    /// The path as it is sent.
    pub path: String,
    /// Added to the headers that an honest client sends, in place of those of the same name.
    pub headers: Vec<(HeaderName, HeaderChange)>,
    /// The tool that the mirrored headers name, where they are wanted.
    pub mirrors: Option<String>,
    /// The body.
    pub body: RawBody,
    /// What to make of the answer.
    pub handling: Handling,
}

/// What becomes of one header of a raw request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderChange {
    /// It is not sent.
    Removed,
    /// These values are sent, one line each.
    Sent(Vec<TextTemplate>),
}

/// The body of a raw request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawBody {
    /// A text in which `$names` are filled in.
    Text(TextTemplate),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// Something happens outside MCP.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldStep {
    /// To which mock.
    pub server: String,
    /// What.
    pub deed: Deed,
}

/// What can happen outside MCP.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// The mock is told, as on its control listener: `{"world": "pay", "checkout": "$checkout"}`.
    Control {
        /// The word for it.
        verb: &'static str,
        /// All of it, with names to fill in.
        control: Template,
    },
    /// The human finds something that MCP does not show, and tells.
    Find(Vec<(String, TextTemplate)>),
}

/// Several things happen at once.
#[derive(Clone, Debug, PartialEq)]
pub struct TogetherStep {
    /// What.
    pub steps: Vec<Step>,
    /// How many of the calls end how.
    pub outcome: Vec<(Verdict, Amount)>,
}

/// The same happens again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatStep {
    /// How often.
    pub times: u64,
    /// How long after the beginning of one round the next begins.
    pub every: Duration,
    /// What.
    pub steps: Vec<Step>,
    /// How many of the calls end how.
    pub outcome: Vec<(Verdict, Amount)>,
}

/// What to make of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Handling {
    /// What it must be.
    pub expect: Option<Expectation>,
    /// What of it later steps need: a name, and the path inside the answer.
    pub keep: Vec<(String, String)>,
    /// The name under which `like` finds it.
    pub label: Option<String>,
    /// The answer it must not be told apart from.
    pub like: Option<String>,
}

/// What an answer must be; what is absent may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    /// What was decided, as far as the agent can tell.
    pub verdict: Option<Verdict>,
    /// The rule that denied it.
    pub rule: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The JSON-RPC error code.
    pub code: Option<i64>,
    /// How long the agent is told to wait.
    pub retry_after: Option<Duration>,
    /// What the answer's text contains.
    pub text: Option<String>,
    /// What nothing in the answer contains.
    pub without: Option<String>,
    /// Whether the tool reports an error.
    pub is_error: Option<bool>,
}

/// What the witnesses say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Witnesses {
    /// What the mocks did.
    pub ledger: Vec<LedgerLine>,
    /// What the agents received.
    pub inbox: Vec<InboxLine>,
}

/// One number of one mock.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerLine {
    /// Which mock.
    pub server: String,
    /// What is counted.
    pub count: Count,
    /// How many there are.
    pub amount: Amount,
}

/// What is counted at a mock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// One of the counts of its ledger.
    Named(String),
    /// How often a tool was executed.
    Executed(String),
    /// The requests that reached it, without those by which the gateway reads its catalogue.
    Received,
}

/// The messages of one agent that hold a secret.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxLine {
    /// Whose inbox.
    pub agent: String,
    /// Which kind of secret.
    pub kind: SecretKind,
    /// How many messages hold one.
    pub amount: Amount,
}

/// How many there must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The least.
    pub least: u64,
    /// The most.
    pub most: u64,
}

impl Scenario {
    /// What a scenario file looks like, for editors.
    #[must_use]
    pub fn shape() -> DocumentShape {
        shape::scenario()
    }
}

impl Witnesses {
    /// Whether they say nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ledger.is_empty() && self.inbox.is_empty()
    }

    /// Whether some number here is impossible where the other witnesses are right.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        let in_ledger = self.ledger.iter().any(|line| {
            let same = other.ledger.iter().filter(|there| there.server == line.server && there.count == line.count);
            same.into_iter().any(|there| there.amount.excludes(line.amount))
        });
        let in_inbox = self.inbox.iter().any(|line| {
            let same = other.inbox.iter().filter(|there| there.agent == line.agent && there.kind == line.kind);
            same.into_iter().any(|there| there.amount.excludes(line.amount))
        });
        in_ledger || in_inbox
    }
}

impl Amount {
    /// Exactly so many.
    #[must_use]
    pub fn exactly(number: u64) -> Self {
        Self { least: number, most: number }
    }

    /// Whether so many are right.
    #[must_use]
    pub fn holds(self, number: u64) -> bool {
        (self.least..=self.most).contains(&number)
    }

    /// Whether no number is right for both.
    fn excludes(self, other: Self) -> bool {
        self.least.max(other.least) > self.most.min(other.most)
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least, self.most) {
            (least, most) if least == most => write!(out, "{least}"),
            (0, most) => write!(out, "at most {most}"),
            (least, u64::MAX) => write!(out, "at least {least}"),
            (least, most) => write!(out, "{least} to {most}"),
        }
    }
}

#[cfg(test)]
mod tests;
