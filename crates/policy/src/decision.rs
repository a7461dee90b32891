//! The answers. A denial is an answer, not an error, so no `?` can swallow it; so is that a person is asked.

use std::{
    borrow::Cow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use crate::{AskId, Change, Plan, Wanted};

/// What was decided.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Decision<T> {
    /// Yes, and what follows from it.
    Allow(T),
    /// No, and why.
    Deny(Denial),
    /// Not before a person says yes to exactly this call.
    Ask(Box<Ask>),
}

/// Why a call waits for a person, and for which yes.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// What must be approved, by whom, and by which rule.
    pub wanted: Arc<Wanted>,
    /// The ask that waits for an answer already.
    pub open: Option<OpenAsk>,
    /// Opens the ask where none waits; empty where one does.
    pub plan: Plan,
}

impl Ask {
    /// What its plan opened, when it was committed in that turn.
    #[must_use]
    pub fn opened(&self, turn: u64) -> Option<OpenAsk> {
        self.plan.changes.iter().find_map(|change| match change {
            Change::Open { wanted, totals } => {
                let id = AskId::new(&wanted.call, totals, turn);
                Some(OpenAsk { id, expires_in: wanted.terms.expires })
            }
            _ => None,
        })
    }
}

/// An ask that waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenAsk {
    /// Which one.
    pub id: AskId,
    /// How long it waits yet.
    pub expires_in: Duration,
}

/// Why something was denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The rule that decided.
    pub rule: RuleName,
    /// One sentence for the agent; it holds no other grant's data and no secret.
    pub reason: Cow<'static, str>,
    /// When a limit caused it: how long until the same call may pass.
    pub retry_after: Option<Duration>,
    /// How it shows outside.
    pub outward: Outward,
}

/// How a denial shows outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outward {
    /// As a denial that the agent can read and act on.
    Visible,
    /// As if there were no such tool: hidden and unknown names are told apart by nothing.
    UnknownTool,
}

/// The name of a rule, as the log and the reply show it: a JSON pointer into the policy such as
/// `/tools/start_checkout/limits/start_checkout_rate`, or `(hidden)`, `(default deny)`, `(no policy)`, `/checkout/<rule>`.
///
/// Cloning one does not copy its text: every charge of every call carries one.
#[derive(Clone)]
pub struct RuleName(Text);

#[derive(Clone)]
enum Text {
    Fixed(&'static str),
    Placed(Arc<str>),
}

impl<T> Decision<T> {
    /// The same answer about something else.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Decision<U> {
        match self {
            Self::Allow(inner) => Decision::Allow(change(inner)),
            Self::Deny(denial) => Decision::Deny(denial),
            Self::Ask(ask) => Decision::Ask(ask),
        }
    }
}

impl Denial {
    /// A denial that the agent can read, by a rule that is not a limit.
    pub(crate) fn visible(rule: RuleName, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { rule, reason: reason.into(), retry_after: None, outward: Outward::Visible }
    }
}

impl RuleName {
    /// A rule that has the same name in every policy.
    pub const fn fixed(name: &'static str) -> Self {
        Self(Text::Fixed(name))
    }

    /// A rule named after its place in a document.
    #[must_use]
    pub fn placed(name: String) -> Self {
        Self(Text::Placed(Arc::from(name)))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Fixed(name) => name,
            Text::Placed(name) => name,
        }
    }
}

// Two names are the same when their text is, however they came about.

impl PartialEq for RuleName {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RuleName {}

impl PartialOrd for RuleName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RuleName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for RuleName {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.as_str().hash(hasher);
    }
}

impl fmt::Debug for RuleName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("RuleName").field(&self.as_str()).finish()
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
