//! Counters: a rule's `state` says what a call adds, and its first `lt` or `lte` on that counter how much fits.
//!
//! A counter is read only by the rule that moves it: what another has counted is not supported, nor is any other operator,
//! because nothing is charged that is not bounded.

use std::sync::Arc;

use floorwalker_json::{Fields, Node, Span, shown};

use super::{EVERY, OfTool, rule::Named};
use crate::{
    Amount, RuleName, Unit, Window,
    condition::argument_path,
    policy::{Argument, Limit, SharedBy, Takes, ZeroAmount, load::WINDOWS},
    profile::pointer_part,
    reading::NotYet,
};

/// What paths call the tool that stands for every tool.
const EVERY_IN_PATHS: &str = "_global";

const BOUND_HELP: &str = "compare the rule's own counter, once, by `lt` or `lte`";
const NOT_YET: NotYet = &[];

/// The operators that bound a counter, and whether what it holds must stay below the value.
pub(super) const BOUNDS: [(&str, bool); 2] = [("lte", false), ("lt", true)];

/// A bound of a counter: what may be in it at most, before it is known in what steps it moves.
struct Bound {
    number: Amount,
    is_below: bool,
}

/// What a `state` block says.
struct State<'n> {
    counter: &'n str,
    window: Window,
    takes: Takes,
    span: Span,
}

impl OfTool<'_, '_> {
    /// The limit that a rule's `state` and its conditions on it make, if it has any of both.
    pub(super) fn counted(
        &mut self,
        span: Span,
        state: Option<&Node<'_>>,
        conditions: &[&Node<'_>],
        named: &Named<'_>,
    ) {
        let Some(node) = state else {
            for condition in conditions {
                let says = "a condition on a counter needs a `state` with that counter in the same rule";
                self.reading.complain(condition.span, says, "add `state`, with `counter` and `window`");
            }
            return;
        };
        let state = self.state(node);
        let bounds: Vec<Bound> =
            conditions.iter().filter_map(|node| self.bound(node, state.as_ref().map(|state| state.counter))).collect();
        if conditions.is_empty() {
            let says = "nothing bounds this counter, so it would never move";
            self.reading.complain(span, says, BOUND_HELP);
        }
        if let (Some(state), [bound]) = (state, &bounds[..]) {
            let full = format!("Rate limit exceeded for {}", named.name);
            let on_deny = named.on_deny.unwrap_or(&full);
            match bound.max(&state.takes) {
                Some(max) => {
                    let counts = (state.window, max, state.takes);
                    self.limit(state.span, state.counter, counts, (named.rule.clone(), on_deny));
                }
                None => self.reading.complain(span, "no call fits below this bound", "write a number above `0`"),
            }
        } else if bounds.len() > 1 {
            self.reading.complain(span, "a counter has one bound", BOUND_HELP);
        }
    }

    /// Puts a limit on a counter of this tool; each has one rule.
    pub(super) fn limit(
        &mut self,
        span: Span,
        counter: &str,
        (window, max, takes): (Window, Amount, Takes),
        (rule, on_deny): (RuleName, &str),
    ) {
        // No two tools share a counter, whatever characters their names and those of the counters hold.
        let key: Arc<str> = Arc::from(format!("{}/{}", pointer_part(self.tool), pointer_part(counter)));
        if self.limits.iter().any(|limit| limit.counter == key) {
            let says = format!("the counter `{}` stands twice in `{}`", shown(counter), shown(self.tool));
            self.reading.complain(span, says, "give each rule of a tool a counter of its own");
            return;
        }
        let (shared_by, on_deny) = (SharedBy::Policy, Some(Arc::from(on_deny)));
        self.limits.push(Limit { counter: key, window, max, takes, shared_by, rule, on_deny, span });
    }

    fn state<'n>(&mut self, node: &'n Node<'_>) -> Option<State<'n>> {
        let mut fields = Fields::of(node, "`state`", &mut self.reading.problems);
        let counter = self.reading.required(&mut fields, "counter", "add a name for what is counted");
        let counter = counter.and_then(|node| self.reading.name(node, "`counter`"));
        let written = self.reading.required(&mut fields, "window", "add `minute`, `hour` or `day`");
        let unit: Option<Unit> = written.and_then(|node| self.reading.one_of(node, "`window`", &WINDOWS));
        let takes = self.takes(&mut fields);
        self.reading.finish(fields, node, NOT_YET);
        let window = self.window(written?.span, unit?);
        Some(State { counter: counter?, window, takes: takes?, span: node.span })
    }

    fn takes(&mut self, fields: &mut Fields<'_, '_>) -> Option<Takes> {
        let increment = fields.optional("increment");
        let Some(from) = fields.optional("increment_from") else {
            let each = increment.map_or(Some(1), |node| self.reading.whole(node, "`increment`", 0));
            return each.map(|each| Takes::Same(Amount::whole(each)));
        };
        if let Some(node) = increment {
            let help = "take one of them out";
            self.reading.complain(node.span, "`increment` contradicts `increment_from`", help);
        }
        let path = argument_path(self.reading, from, "`increment_from`")?;
        Some(Takes::Argument(Argument { path, zero: ZeroAmount::Fits, currency: None }))
    }

    /// What `{ path: state.<tool>.<counter>, op: lte, value: N }` bounds the rule's own counter by.
    fn bound(&mut self, node: &Node<'_>, counter: Option<&str>) -> Option<Bound> {
        let mut fields = Fields::of(node, "a condition", &mut self.reading.problems);
        let path = fields.optional("path");
        let operator = self.reading.required(&mut fields, "op", BOUND_HELP);
        let value = self.reading.required(&mut fields, "value", "add how much the counter may hold");
        self.reading.finish(fields, node, NOT_YET);
        let tool = if self.tool == EVERY { EVERY_IN_PATHS } else { self.tool };
        let own = format!("state.{tool}.{}", counter?);
        if let Some(path) = path.filter(|path| path.as_str() != Some(&own)) {
            let says = format!("`path` is {}, which is not this rule's counter", self.reading.written(path));
            self.reading.complain(path.span, says, format!("write `{}`", shown(&own)));
            return None;
        }
        let is_below = self.reading.one_of(operator?, "`op` on a counter", &BOUNDS)?;
        let number = value?.as_number().and_then(|number| Amount::of(&number.decimal()));
        if let (None, Some(value)) = (number, value) {
            let says = format!("`value` is {}", self.reading.written(value));
            self.reading.complain(value.span, says, "write a number, `0` or more");
        }
        Some(Bound { number: number?, is_below })
    }
}

impl Bound {
    /// The most that the counter may hold. Below a number lies the next lower whole one where whole ones are counted.
    fn max(&self, takes: &Takes) -> Option<Amount> {
        match (self.is_below, takes) {
            (false, _) => Some(self.number),
            (true, Takes::Same(_)) => self.number.just_below().map(Amount::floor),
            (true, Takes::Argument(_)) => self.number.just_below(),
        }
    }
}
