//! When a person is asked: `require_approval`, the action of that name, and what `approvals` says for all of them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use floorwalker_json::{Fields, Node, Span, shown};

use super::{AskRule, naming::Naming};
use crate::{
    ApproverId, Approvers, AskTerms, RuleName,
    condition::{Condition, Stands, conditions},
    duration::duration,
    reading::{NotYet, Reading},
};

/// How long an ask and the yes to it are good for.
const EXPIRES: Duration = Duration::from_secs(15 * 60);
/// How long a no stands.
const COOL_DOWN: Duration = Duration::from_secs(5 * 60);
/// How many asks of a grant wait at a time.
const PENDING_MAX: u64 = 5;

const REASON: &str = "A person has to approve this call.";
const APPROVERS: &str = "`approvers`";
const SPAN_HELP: &str = "write a whole number of seconds, `1` or more, or a length of time such as `15m`";

/// What Intercept's document has here and this program does not do: an ask waits until an approver looks, and the same call
/// is one ask as long as it waits.
const ELSEWHERE: NotYet = &["notify", "webhook", "dedupe_window", "admin_api"];

/// What holds for every ask of a policy that does not say otherwise.
#[derive(Clone, Debug)]
pub(super) struct Defaults {
    approvers: Approvers,
    expires: Duration,
    pending_max: u64,
    cool_down: Duration,
}

/// What one rule says of its own.
#[derive(Debug, Default)]
pub(super) struct Own<'n> {
    pub(super) approvers: Option<Approvers>,
    pub(super) expires: Option<Duration>,
    pub(super) reason: Option<&'n str>,
}

impl Default for Defaults {
    fn default() -> Self {
        Self { approvers: Approvers::All, expires: EXPIRES, pending_max: PENDING_MAX, cool_down: COOL_DOWN }
    }
}

impl Defaults {
    /// The rule that asks when these conditions hold; it stands at the span.
    pub(super) fn rule(&self, rule: RuleName, conditions: Vec<Condition>, own: Own<'_>, span: Span) -> AskRule {
        let terms = AskTerms {
            rule,
            reason: Arc::from(own.reason.unwrap_or(REASON)),
            approvers: own.approvers.unwrap_or_else(|| self.approvers.clone()),
            expires: own.expires.unwrap_or(self.expires),
            pending_max: self.pending_max,
            cool_down: self.cool_down,
        };
        AskRule { conditions, terms: Arc::new(terms), span }
    }
}

/// `approvals` at the top of a policy.
pub(super) fn defaults(reading: &mut Reading<'_>, fields: &mut Fields<'_, '_>) -> Defaults {
    let known = Defaults::default();
    let Some(node) = fields.optional("approvals") else { return known };
    let mut fields = Fields::of(node, "`approvals`", &mut reading.problems);
    let approvers = fields.optional("approvers").and_then(|node| approvers(reading, node));
    let expires = fields.optional("expires").and_then(|node| span(reading, node, "`expires`"));
    let pending_max = fields.optional("pending_max").and_then(|node| reading.whole(node, "`pending_max`", 1));
    let cool_down = fields.optional("cool_down").and_then(|node| span(reading, node, "`cool_down`"));
    reading.finish(fields, node, ELSEWHERE);
    Defaults {
        approvers: approvers.unwrap_or(known.approvers),
        expires: expires.unwrap_or(known.expires),
        pending_max: pending_max.unwrap_or(known.pending_max),
        cool_down: cool_down.unwrap_or(known.cool_down),
    }
}

/// `require_approval`: entries that ask, each when all of its conditions hold.
pub(super) fn entries(
    reading: &mut Reading<'_>,
    fields: &mut Fields<'_, '_>,
    naming: &mut Naming,
    defaults: &Defaults,
) -> Vec<AskRule> {
    let Some(node) = fields.optional("require_approval") else { return Vec::new() };
    let entries = reading.list(node, "`require_approval`");
    if node.as_array().is_some_and(<[Node<'_>]>::is_empty) {
        let help = "add an entry, `{}` to ask about every call, or take it out";
        reading.complain(node.span, "`require_approval` is empty, so nobody is ever asked", help);
    }
    entries.iter().filter_map(|entry| self::entry(reading, entry, naming, defaults)).collect()
}

fn entry(reading: &mut Reading<'_>, node: &Node<'_>, naming: &mut Naming, defaults: &Defaults) -> Option<AskRule> {
    let mut fields = Fields::of(node, "an entry of `require_approval`", &mut reading.problems);
    let listed = fields.optional("conditions");
    let own = Own {
        approvers: fields.optional("approvers").and_then(|node| approvers(reading, node)),
        expires: fields.optional("expires").and_then(|node| span(reading, node, "`expires`")),
        reason: fields.optional("reason").and_then(|node| reading.text(node, "`reason`")),
    };
    reading.finish(fields, node, &[]);
    let conditions = asking(reading, listed)?;
    let name = conditions.first().map_or_else(|| "always".to_owned(), Condition::name);
    Some(defaults.rule(naming.name(&["require_approval", &name]), conditions, own, node.span))
}

/// The conditions under which a person is asked; a pattern asks wherever it matches, as it denies in `deny_if`.
pub(super) fn asking(reading: &mut Reading<'_>, listed: Option<&Node<'_>>) -> Option<Vec<Condition>> {
    let nodes: Vec<&Node<'_>> = listed.map_or(&[][..], |node| reading.list(node, "`conditions`")).iter().collect();
    conditions(reading, &nodes, Stands::DenyIf)
}

fn approvers(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Approvers> {
    let mut names = BTreeSet::new();
    for entry in reading.list(node, APPROVERS) {
        let Some(name) = reading.name(entry, "a name in `approvers`") else { continue };
        if let Ok(id) = ApproverId::new(name)
            && !names.insert(id)
        {
            let says = format!("`{}` stands in `approvers` twice", shown(name));
            reading.complain(entry.span, says, "take one of them out");
        }
    }
    if node.as_array().is_some_and(<[Node<'_>]>::is_empty) {
        reading.complain(node.span, "`approvers` is empty, so nobody could approve", "name somebody, or take it out");
    }
    node.as_array().map(|_| Approvers::Only(names))
}

/// Seconds, or a length of time with its units.
pub(super) fn span(reading: &mut Reading<'_>, node: &Node<'_>, what: &str) -> Option<Duration> {
    let secs = node.as_u64().map(Duration::from_secs);
    let span = secs.or_else(|| node.as_str().and_then(|text| duration(text).ok())).filter(|span| !span.is_zero());
    if span.is_none() {
        let says = format!("{what} is {}", reading.written(node));
        reading.complain(node.span, says, SPAN_HELP);
    }
    span
}

/// A key that says something of an ask, where nobody is asked.
pub(super) fn refuse_without_ask(reading: &mut Reading<'_>, key: &str, span: Option<Span>) {
    if let Some(span) = span {
        let says = format!("`{key}` says something of an approval, but there is no `action: require_approval` here");
        reading.complain(span, says, "add the action, or take this out");
    }
}
