//! What a policy says of one tool, or of every tool.

use std::sync::Arc;

use floorwalker_json::{Node, Span};

use crate::{
    Amount, ArgumentSchema, AskTerms, RuleName, Window,
    condition::{Condition, Confusable, Path},
    onlooker::Onlooker,
};

/// What a policy says of a tool: all of it must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// Where the tool is named.
    pub(crate) span: Span,
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
    pub(crate) span: Span,
}

/// Conditions that deny a call, without looking at any state.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) demand: Demand,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) rule: RuleName,
    /// What the agent is told.
    pub(crate) reason: Arc<str>,
    pub(crate) span: Span,
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
    pub(crate) span: Span,
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
    pub(crate) span: Span,
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

impl Rules {
    /// Where a rule of that name stands.
    pub(crate) fn place(&self, rule: &RuleName) -> Option<Span> {
        let checks = self.checks.iter().map(|check| (&check.rule, check.span));
        let schema = self.schema.iter().map(|schema| (&schema.rule, schema.span));
        let limits = self.limits.iter().map(|limit| (&limit.rule, limit.span));
        let asks = self.asks.iter().map(|ask| (&ask.terms.rule, ask.span));
        checks.chain(schema).chain(limits).chain(asks).find(|(name, _)| *name == rule).map(|(_, span)| span)
    }
}

impl AskRule {
    /// Whether it asks about a call with these arguments. Nobody can tell what a server takes a value for that a condition
    /// cannot compare, so a person looks at it.
    pub(crate) fn asks(&self, arguments: Option<&Node<'_>>, eyes: &mut impl Onlooker) -> Result<bool, Confusable> {
        all(&self.conditions, eyes, |condition, eyes| condition.may_hold(arguments, eyes))
    }
}

impl Check {
    /// Whether it denies a call with these arguments.
    pub(crate) fn denies(&self, arguments: Option<&Node<'_>>, eyes: &mut impl Onlooker) -> Result<bool, Confusable> {
        let all_hold = all(&self.conditions, eyes, |condition, eyes| condition.holds(arguments, eyes))?;
        Ok(all_hold == (self.demand == Demand::DenyIf))
    }
}

/// Whether that is so of all of them; after one of which it is not, no other is asked.
fn all<E: Onlooker>(
    conditions: &[Condition],
    eyes: &mut E,
    is_so: impl Fn(&Condition, &mut E) -> Result<bool, Confusable>,
) -> Result<bool, Confusable> {
    let mut rest = conditions.iter();
    for condition in rest.by_ref() {
        if !is_so(condition, eyes)? {
            rest.for_each(|condition| eyes.looks(|| condition.not_asked()));
            return Ok(false);
        }
    }
    Ok(true)
}
