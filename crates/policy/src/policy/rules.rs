//! What a policy says of one tool, or of every tool.

use std::sync::Arc;

use floorwalker_json::Node;

use crate::{
    Amount, ArgumentSchema, AskTerms, RuleName, Window,
    condition::{Condition, Confusable, Path},
};

/// What a policy says of a tool: all of it must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) checks: Vec<Check>,
    pub(crate) schema: Option<SchemaRule>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) asks: Vec<AskRule>,
}

/// When a person is asked, and on what terms.
#[derive(Clone, Debug)]
pub(crate) struct AskRule {
    /// All of them must hold; without any, every call is asked about.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) terms: Arc<AskTerms>,
}

/// Conditions that deny a call, without looking at any state.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) demand: Demand,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) rule: RuleName,
    /// What the agent is told.
    pub(crate) reason: Arc<str>,
}

/// When a check denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Unless all of its conditions hold.
    Require,
    /// When all of its conditions hold; so always, when there are none.
    DenyIf,
}

/// The arguments must fit a schema.
#[derive(Clone, Debug)]
pub(crate) struct SchemaRule {
    /// The policy's own; otherwise the one that the tool publishes.
    pub(crate) own: Option<ArgumentSchema>,
    pub(crate) rule: RuleName,
}

/// At most `max` in any window.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    pub(crate) counter: Arc<str>,
    pub(crate) window: Window,
    pub(crate) max: Amount,
    pub(crate) takes: Takes,
    pub(crate) shared_by: SharedBy,
    pub(crate) rule: RuleName,
    /// What the agent is told when there is no room.
    pub(crate) on_deny: Option<Arc<str>>,
}

/// How much one call takes of a limit.
#[derive(Clone, Debug)]
pub(crate) enum Takes {
    /// Each as much.
    Same(Amount),
    /// What one of its arguments says.
    Argument(Argument),
}

/// The argument that says how much a call takes.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) path: Path,
    pub(crate) zero: ZeroAmount,
    /// Where the call names its currency, and the only one that counts.
    pub(crate) currency: Option<(Path, String)>,
}

/// What an amount of nothing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ZeroAmount {
    /// An amount that always fits.
    Fits,
    /// No amount: what it buys, a server may decide by itself.
    Denied,
}

/// Whose calls a limit counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SharedBy {
    Grant,
    Session,
    Policy,
}

impl AskRule {
    /// Whether it asks about a call with these arguments.
    pub(crate) fn asks(&self, arguments: Option<&Node<'_>>) -> Result<bool, Confusable> {
        all_hold(&self.conditions, arguments)
    }
}

impl Check {
    /// Whether it denies a call with these arguments.
    pub(crate) fn denies(&self, arguments: Option<&Node<'_>>) -> Result<bool, Confusable> {
        Ok(all_hold(&self.conditions, arguments)? == (self.demand == Demand::DenyIf))
    }
}

fn all_hold(conditions: &[Condition], arguments: Option<&Node<'_>>) -> Result<bool, Confusable> {
    for condition in conditions {
        if !condition.holds(arguments)? {
            return Ok(false);
        }
    }
    Ok(true)
}
