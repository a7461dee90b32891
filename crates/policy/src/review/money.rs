//! Arguments that say how much is bought or paid, on tools that may be called, and which nothing in the policy bounds.
//!
//! Which arguments those are is told by their names and descriptions, so only words that hardly mean anything else count, and
//! tools that are classified as reading are left alone. What a server bounds by itself is its own word: it counts once
//! the policy holds the call to the published schema.

use floorwalker_json::{Span, listed, shown};

use super::{KnownServer, rules::lets_in, walk::Walk};
use crate::{
    Policy, Warning, WarningCode,
    condition::{Path, allowed::Allowed, facts::Facts},
    policy::{Rules, Takes},
    profile::{Role, Step},
    schema::outline::Outline,
};

mod found;

use found::{Found, found};

/// How many arguments or tools a warning names.
const NAMED_MAX: usize = 3;

pub(super) fn review(policy: &Policy, server: &KnownServer, warnings: &mut Vec<Warning>) {
    let mut unnamed = Vec::new();
    for (tool, known) in server.tools.iter().flatten() {
        let is_spent_here = !known.reads && lets_in(policy, tool) && !is_approved_later(policy, server, tool);
        let Some(schema) = known.schema.as_ref().filter(|_| is_spent_here) else { continue };
        let rules = policy.tool(tool);
        let published = Outline::of(schema);
        let found = found(&published);
        let caps = Caps::of(rules, policy.every(), &published);
        let open: Vec<String> = found.into_iter().filter(|found| !caps.hold(found)).map(path).collect();
        match rules {
            _ if open.is_empty() => {}
            Some(rules) => warnings.push(of_tool(tool, rules.span, &open)),
            None => unnamed.push(tool.as_str()),
        }
    }
    if !unnamed.is_empty() {
        let says = format!("`default` allows {}, and nothing says how much may be spent there", some(&unnamed));
        let help = "name them in `tools`, with a cap on their amounts, or write `default: deny`";
        warnings.push(Warning::new(WarningCode::UncappedMoney, policy.default_span(), says, help));
    }
}

fn of_tool(tool: &str, span: Span, open: &[String]) -> Warning {
    let names: Vec<&str> = open.iter().map(String::as_str).collect();
    let says = format!("nothing bounds {} of `{}`", some(&names), shown(tool));
    let help = match open.iter().any(|path| path.contains("[]")) {
        true => "hold the call to a `schema` that has a `maximum` there",
        false => "`require` it with `lte`, or add it up with `increment_from` in a limit",
    };
    Warning::new(WarningCode::UncappedMoney, span, says, help)
}

fn path(found: Found) -> String {
    let keys: String = found.keys.iter().map(|key| format!(".{key}")).collect();
    format!("args{}", keys.replace(".[]", "[]"))
}

/// Some of these in words, and how many more there are.
fn some(names: &[&str]) -> String {
    let named: Vec<String> = names.iter().take(NAMED_MAX).map(|name| shown(name)).collect();
    let words = listed(named.iter().map(String::as_str)).replace(" or ", " and ");
    match names.len().saturating_sub(NAMED_MAX) {
        0 => words,
        more => format!("{words} and {more} more"),
    }
}

fn always_asks(rules: &Rules) -> bool {
    rules.asks.iter().any(|ask| ask.conditions.is_empty())
}

/// Whether what a checkout is filled with costs nothing before a person has seen the total: every tool that completes one asks.
fn is_approved_later(policy: &Policy, server: &KnownServer, tool: &str) -> bool {
    let Some(profile) = server.profile.as_deref() else { return false };
    let completes = |role: &Role| matches!(role, Role::On { step: Step::Complete, .. });
    let fills = |role: &Role| matches!(role, Role::Create { .. } | Role::On { step: Step::Update, .. });
    let asks = |tool: &str| policy.tool(tool).into_iter().chain([policy.every()]).any(always_asks);
    let mut completing = profile.roles().filter(|(tool, role)| completes(role) && lets_in(policy, tool)).peekable();
    profile.role(tool).is_some_and(fills) && completing.peek().is_some() && completing.all(|(tool, _)| asks(tool))
}

/// What a policy and the schemas that it holds a call to say of how much.
struct Caps<'r, 'o> {
    /// The rules that are asked of a call: the tool's own, if it is named, and those of every tool.
    rules: Vec<&'r Rules>,
    facts: Facts<'r>,
    held_to: Option<HeldTo<'r, 'o>>,
}

/// The schema that a call must fit.
enum HeldTo<'r, 'o> {
    Own(Outline<'r>),
    Published(&'o Outline<'r>),
}

impl<'r, 'o> Caps<'r, 'o> {
    fn of(own: Option<&'r Rules>, every: &'r Rules, published: &'o Outline<'r>) -> Self {
        let rules: Vec<&Rules> = own.into_iter().chain([every]).collect();
        let held_to = own.and_then(|rules| rules.schema.as_ref()).map(|rule| match &rule.own {
            Some(own) => HeldTo::Own(Outline::of(own.written())),
            None => HeldTo::Published(published),
        });
        let facts = Walk::past(rules.iter().flat_map(|rules| &rules.checks)).facts;
        Self { rules, facts, held_to }
    }

    fn hold(&self, found: &Found) -> bool {
        // A person who sees every call sees every amount.
        if self.rules.iter().any(|rules| always_asks(rules)) {
            return true;
        }
        let held_to = self.held_to.as_ref().map(HeldTo::outline);
        if held_to.is_some_and(|schema| found.is_capped_by(schema)) {
            return true;
        }
        let Some(path) = found.path() else { return false };
        let mut limits = self.rules.iter().flat_map(|rules| &rules.limits);
        let is_added_up = limits.any(|limit| match &limit.takes {
            Takes::Argument(argument) => argument.path == path,
            Takes::Same(_) => false,
        });
        is_added_up || self.bind(&path, held_to)
    }

    fn bind(&self, path: &Path, held_to: Option<&Outline<'_>>) -> bool {
        match held_to {
            Some(schema) => self.facts.and_fits(path, Allowed::in_outline(schema, path)).bound(path),
            None => self.facts.bound(path),
        }
    }
}

impl<'r> HeldTo<'r, '_> {
    fn outline(&self) -> &Outline<'r> {
        match self {
            Self::Own(outline) => outline,
            Self::Published(outline) => outline,
        }
    }
}
