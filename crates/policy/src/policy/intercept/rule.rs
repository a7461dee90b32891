//! One rule: it denies always, unless its conditions hold, or when its counter is full; or it asks a person.

use std::sync::Arc;

use floorwalker_json::{Fields, Node, Span};

use super::OfTool;
use crate::{
    Amount, RuleName,
    condition::{Condition, Stands, conditions},
    policy::{
        Check, Demand, Takes,
        approvals::{Own, asking, refuse_without_ask, span},
        load::WINDOWS,
    },
};

pub(super) const ACTIONS: [(&str, Action); 3] =
    [("evaluate", Action::Evaluate), ("deny", Action::Deny), ("require_approval", Action::RequireApproval)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Evaluate,
    Deny,
    RequireApproval,
}

/// What was written of a rule, each key with its value.
struct Written<'n, 's> {
    span: Span,
    conditions: Option<&'n Node<'s>>,
    state: Option<&'n Node<'s>>,
    rate_limit: Option<&'n Node<'s>>,
}

/// A rule's name, and what the agent is told when it denies.
pub(super) struct Named<'n> {
    pub(super) name: &'n str,
    pub(super) rule: RuleName,
    pub(super) on_deny: Option<&'n str>,
}

impl OfTool<'_, '_> {
    pub(super) fn rule(&mut self, node: &Node<'_>) {
        let mut fields = Fields::of(node, "a rule", &mut self.reading.problems);
        let name = self.reading.required(&mut fields, "name", "every rule needs a name; write what it is for");
        let name = name.and_then(|node| self.reading.name(node, "`name`"));
        let action = match fields.optional("action") {
            Some(node) => self.reading.one_of(node, "`action`", &ACTIONS),
            None => Some(Action::Evaluate),
        };
        let on_deny = fields.optional("on_deny").and_then(|node| self.reading.text(node, "`on_deny`"));
        let written = Written {
            span: node.span,
            conditions: fields.optional("conditions"),
            state: fields.optional("state"),
            rate_limit: fields.optional("rate_limit"),
        };
        let timeout = fields.optional("approval_timeout");
        self.reading.finish(fields, node, &[]);
        if action != Some(Action::RequireApproval) {
            refuse_without_ask(self.reading, "approval_timeout", timeout.map(|node| node.span));
        }
        // Without a name the rest is read all the same, so that all of its problems are told.
        let rule = self.naming.name(&["rules", name.unwrap_or_default()]);
        let named = Named { name: name.unwrap_or_default(), rule, on_deny };
        match action {
            Some(Action::Deny) => self.deny(&written, named),
            Some(Action::Evaluate) if written.rate_limit.is_some() => self.rate_limit(&written, &named),
            Some(Action::Evaluate) => self.evaluate(&written, named),
            Some(Action::RequireApproval) => self.ask(&written, named, timeout),
            None => {}
        }
    }

    fn deny(&mut self, written: &Written<'_, '_>, named: Named<'_>) {
        let others = [("conditions", written.conditions), ("state", written.state), ("rate_limit", written.rate_limit)];
        self.refuse_beside("action: deny", &others);
        self.check(written.span, Demand::DenyIf, Vec::new(), named);
    }

    /// Asks when its conditions hold, other than a rule that evaluates; without any, always.
    fn ask(&mut self, written: &Written<'_, '_>, named: Named<'_>, timeout: Option<&Node<'_>>) {
        self.refuse_beside("action: require_approval", &[("state", written.state), ("rate_limit", written.rate_limit)]);
        let expires = timeout.and_then(|node| span(self.reading, node, "`approval_timeout`"));
        let own = Own { expires, reason: named.on_deny, ..Own::default() };
        if let Some(conditions) = asking(self.reading, written.conditions) {
            self.asks.push(self.asked.rule(named.rule, conditions, own, written.span));
        }
    }

    fn evaluate(&mut self, written: &Written<'_, '_>, named: Named<'_>) {
        let entries = written.conditions.map_or(&[][..], |node| self.reading.list(node, "`conditions`"));
        if entries.is_empty() {
            let help = "add a condition; to deny always, write `action: deny`";
            self.reading.complain(written.span, "a rule that evaluates needs conditions", help);
        }
        let is_of_state =
            |entry: &&Node<'_>| entry.get("path").and_then(Node::as_str).is_some_and(|path| path.starts_with("state."));
        let (of_state, of_arguments): (Vec<_>, Vec<_>) = entries.iter().partition(is_of_state);
        self.counted(written.span, written.state, &of_state, &named);
        let conditions = conditions(self.reading, &of_arguments, Stands::Evaluate);
        if let Some(conditions) = conditions.filter(|conditions| !conditions.is_empty()) {
            self.check(written.span, Demand::Require, conditions, named);
        }
    }

    fn check(&mut self, span: Span, demand: Demand, conditions: Vec<Condition>, named: Named<'_>) {
        let reason = named.on_deny.map_or_else(|| format!("Denied by rule \"{}\"", named.name), str::to_owned);
        self.checks.push(Check { demand, conditions, rule: named.rule, reason: Arc::from(reason), span });
    }

    /// `5/hour` counts calls in a counter of its own.
    fn rate_limit(&mut self, written: &Written<'_, '_>, named: &Named<'_>) {
        self.refuse_beside("rate_limit", &[("conditions", written.conditions), ("state", written.state)]);
        let Some(node) = written.rate_limit else { return };
        let parts = node.as_str().and_then(|text| text.split_once('/'));
        let count = parts.and_then(|(count, _)| count.parse::<u64>().ok()).filter(|count| *count > 0);
        let unit = parts.and_then(|(_, word)| WINDOWS.iter().find(|(known, _)| *known == word));
        let (Some(count), Some((word, unit))) = (count, unit) else {
            let says = format!("`rate_limit` is {}", self.reading.written(node));
            let help = "write a whole number above 0, a slash, and `minute`, `hour` or `day`, such as `5/hour`";
            self.reading.complain(node.span, says, help);
            return;
        };
        let reached = format!("Rate limit of {count} per {word} reached. Try again later.");
        let window = self.window(node.span, *unit);
        let on_deny = named.on_deny.unwrap_or(&reached);
        let (counter, takes) = (format!("_rate_{word}"), Takes::Same(Amount::whole(1)));
        self.limit(node.span, &counter, (window, Amount::whole(count), takes), (named.rule.clone(), on_deny));
    }

    fn refuse_beside(&mut self, beside: &str, keys: &[(&str, Option<&Node<'_>>)]) {
        for (key, node) in keys {
            if let Some(node) = node {
                let says = format!("`{key}` has no place beside `{beside}`");
                self.reading.complain(node.span, says, "take one of them out, or make two rules of it");
            }
        }
    }
}
