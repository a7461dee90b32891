//! Policies by chance.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select, subsequence},
};

use super::words::{
    AMOUNT_MAXIMA, AMOUNT_PATHS, CATALOGUE, COMPARISONS, COUNTERS, COUNTERS_OF_ALL, MAXIMA, NUMBERS, PATHS, PATTERNS,
    SCHEMAS, Unit, VALUES,
};
use crate::written::{Check, Condition, Demand, Dialect, Limit, Rules, Schema, Scope, Takes, UNITS, Written, parsed};

/// What the policies of a property are about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct About {
    pub(crate) dialects: Dialects,
    /// Whether there are conditions, schemas, hidden names and tools that nothing lists.
    pub(crate) rules: bool,
    pub(crate) calls: bool,
    pub(crate) amounts: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Dialects {
    All,
    /// PolicyLayer JSON v1, and no counter that everybody shares.
    JsonUnshared,
}

pub(crate) const EVERYTHING: About = About { dialects: Dialects::All, rules: true, calls: true, amounts: true };
pub(crate) const CALLS: About = About { dialects: Dialects::All, rules: false, calls: true, amounts: false };
pub(crate) const AMOUNTS: About = About { dialects: Dialects::All, rules: false, calls: false, amounts: true };
pub(crate) const RULES: About = About { dialects: Dialects::All, rules: true, calls: false, amounts: false };

/// A limit before it is known on what and in which dialect.
#[derive(Clone, Debug)]
struct Bound {
    max: usize,
    each: u64,
    path: &'static str,
    scope: Scope,
    is_below: bool,
    on_deny: Option<&'static str>,
}

pub(crate) fn policy(about: About) -> BoxedStrategy<Written> {
    let dialect = match about.dialects {
        Dialects::JsonUnshared => Just(Dialect::Json).boxed(),
        Dialects::All => prop_oneof![
            3 => Just(Dialect::Json),
            1 => Just(Dialect::Intercept { is_calendar: true }),
            1 => Just(Dialect::Intercept { is_calendar: false }),
        ]
        .boxed(),
    };
    let tools = subsequence(CATALOGUE.to_vec(), if about.rules { 1..=3 } else { 3..=3 });
    let parts = (vec(rules(about), 3), every(about), prop::bool::weighted(0.2), hide(about));
    (dialect, tools, parts)
        .prop_map(move |(dialect, names, (rules, every, allows_unlisted, hide))| {
            let tools = names.into_iter().zip(rules.into_iter().map(|parts| parts.rules(dialect, about))).collect();
            let every = every.every(dialect, about);
            Written { dialect, allows_unlisted: allows_unlisted && about.rules, hide, every, tools, description: None }
        })
        .boxed()
}

fn hide(about: About) -> BoxedStrategy<Vec<&'static str>> {
    match about.rules {
        false => Just(Vec::new()).boxed(),
        true => prop_oneof![
            6 => Just(Vec::new()),
            3 => subsequence(vec!["buy", "look", "pay.bill", "Buy"], 1..=2),
            1 => Just(vec!["*"]),
        ]
        .boxed(),
    }
}

/// What a tool may have, before the dialect says what of it there is.
#[derive(Clone, Debug)]
struct Parts {
    checks: Vec<Check>,
    schema: Option<Schema>,
    counters: Vec<(&'static str, u64, Unit)>,
    bounds: Vec<Bound>,
    /// A `rate_limit`, by the place of its maximum and of its window.
    rate: Option<(usize, usize)>,
    is_denied: bool,
}

fn rules(about: About) -> impl Strategy<Value = Parts> {
    let is_wanted = move |counter: &&(&'static str, u64, Unit)| match counter.2 {
        Unit::Calls => about.calls,
        Unit::Amounts | Unit::AmountsOf(_) => about.amounts,
    };
    let counters: Vec<_> = COUNTERS.iter().filter(is_wanted).copied().collect();
    let most = counters.len().min(2);
    let counters = subsequence(counters, if about.rules { 0..=most } else { most.min(1)..=most });
    let rate = match about.calls {
        false => Just(None).boxed(),
        true => prop::option::weighted(0.3, (0..MAXIMA.len(), 0..UNITS.len())).boxed(),
    };
    let is_denied = prop::bool::weighted(0.05).prop_map(move |is_denied| is_denied && about.rules);
    (checks(about), schema(about), counters, vec(bound(), 2), rate, is_denied).prop_map(
        |(checks, schema, counters, bounds, rate, is_denied)| Parts {
            checks,
            schema,
            counters,
            bounds,
            rate,
            is_denied,
        },
    )
}

fn every(about: About) -> impl Strategy<Value = Parts> {
    let all: Vec<_> = COUNTERS_OF_ALL.iter().map(|(name, secs)| (*name, *secs, Unit::Calls)).collect();
    let counters = subsequence(all, 0..=usize::from(about.calls));
    (checks(about), counters, vec(bound(), 1), prop::bool::weighted(0.3)).prop_map(
        |(checks, counters, bounds, has_checks)| {
            let checks = if has_checks { checks } else { Vec::new() };
            Parts { checks, schema: None, counters, bounds, rate: None, is_denied: false }
        },
    )
}

fn bound() -> impl Strategy<Value = Bound> {
    let scope = prop_oneof![3 => Just(Scope::Grant), 1 => Just(Scope::Session), 2 => Just(Scope::Policy)];
    let on_deny = prop::option::weighted(0.3, Just("Enough for now."));
    (0..AMOUNT_MAXIMA.len(), 0_u64..3, select(AMOUNT_PATHS.to_vec()), scope, any::<bool>(), on_deny)
        .prop_map(|(max, each, path, scope, is_below, on_deny)| Bound { max, each, path, scope, is_below, on_deny })
}

fn checks(about: About) -> BoxedStrategy<Vec<Check>> {
    if !about.rules {
        return Just(Vec::new()).boxed();
    }
    let check = (prop_oneof![Just(Demand::Require), Just(Demand::DenyIf)], vec(condition(), 1..3), any::<Index>());
    let check = check.prop_map(|(demand, conditions, rare)| {
        // Without conditions it denies always.
        let conditions = if demand == Demand::DenyIf && rare.index(12) == 0 { Vec::new() } else { conditions };
        Check { demand, conditions }
    });
    vec(check, 0..3).boxed()
}

pub(crate) fn check(demand: Demand) -> impl Strategy<Value = Check> {
    vec(condition(), 1..3).prop_map(move |conditions| Check { demand, conditions })
}

pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    let value = || prop_oneof![2 => select(VALUES.to_vec()), 1 => select(NUMBERS.to_vec())].prop_map(parsed);
    let with = |ops: &[&'static str], values: BoxedStrategy<serde_json::Value>| (select(ops.to_vec()), values);
    let patterns: Vec<&str> = PATTERNS.iter().map(|(source, ..)| *source).collect();
    let test = prop_oneof![
        3 => with(&["eq", "neq", "contains"], value().boxed()),
        3 => with(&COMPARISONS, select(NUMBERS.to_vec()).prop_map(parsed).boxed()),
        2 => with(&["in", "not_in"], vec(value(), 0..3).prop_map(serde_json::Value::Array).boxed()),
        1 => with(&["exists"], any::<bool>().prop_map(serde_json::Value::Bool).boxed()),
        3 => with(&["regex"], select(patterns).prop_map(serde_json::Value::from).boxed()),
    ];
    (prop_oneof![Just(PATHS[0]), select(PATHS.to_vec())], test).prop_map(|(path, (op, value))| Condition {
        path,
        op,
        value,
    })
}

fn schema(about: About) -> BoxedStrategy<Option<Schema>> {
    if !about.rules {
        return Just(None).boxed();
    }
    let own: Vec<Schema> = SCHEMAS.iter().map(|(source, _)| Schema::Own(source)).collect();
    prop::option::weighted(0.2, prop_oneof![1 => Just(Schema::Published), 2 => select(own)]).boxed()
}

impl Parts {
    fn rules(self, dialect: Dialect, about: About) -> Rules {
        if self.is_denied {
            let demand = if dialect == Dialect::Json { Demand::Action } else { Demand::DenyIf };
            return Rules { checks: vec![Check { demand, conditions: Vec::new() }], ..Rules::default() };
        }
        let limits = self.limits(dialect, about);
        match dialect {
            Dialect::Json => Rules { checks: self.checks, schema: self.schema, limits },
            Dialect::Intercept { .. } => Rules { checks: evaluated(self.checks), schema: None, limits },
        }
    }

    /// Limits for every tool; only Intercept has conditions there, too.
    fn every(self, dialect: Dialect, about: About) -> Rules {
        match dialect {
            Dialect::Json => Rules { limits: self.limits(dialect, about), ..Rules::default() },
            Dialect::Intercept { .. } => {
                Rules { limits: self.limits(dialect, about), checks: evaluated(self.checks), schema: None }
            }
        }
    }

    fn limits(&self, dialect: Dialect, about: About) -> Vec<Limit> {
        let has_word = |secs: u64| UNITS.iter().any(|(unit, _)| *unit == secs);
        let counted = self.counters.iter().zip(&self.bounds).filter(|((_, secs, unit), _)| match dialect {
            Dialect::Json => true,
            Dialect::Intercept { .. } => has_word(*secs) && !matches!(unit, Unit::AmountsOf(_)),
        });
        let mut limits: Vec<Limit> = counted.map(|(counter, bound)| limit(dialect, about, *counter, bound)).collect();
        limits.extend(self.rate.map(|(max, unit)| rate(dialect, max, unit)));
        limits
    }
}

fn limit(
    dialect: Dialect,
    about: About,
    (counter, window_secs, unit): (&'static str, u64, Unit),
    bound: &Bound,
) -> Limit {
    let takes = match unit {
        Unit::Calls => Takes::Each(bound.each.max(1)),
        Unit::Amounts => Takes::Argument { path: bound.path, currency: None },
        Unit::AmountsOf(currency) => Takes::Argument { path: bound.path, currency: Some(currency) },
    };
    let max = match unit {
        Unit::Calls => MAXIMA[bound.max % MAXIMA.len()],
        Unit::Amounts | Unit::AmountsOf(_) => AMOUNT_MAXIMA[bound.max],
    };
    let is_below = dialect != Dialect::Json && bound.is_below;
    let scope = match (about.dialects, bound.scope) {
        (Dialects::JsonUnshared, Scope::Policy) => Scope::Grant,
        (_, scope) => scope,
    };
    // Nothing is below nothing, and no such limit loads.
    let max = if is_below && max == "0" { "1" } else { max };
    Limit { counter, window_secs, max, is_below, takes, scope, on_deny: bound.on_deny, is_shorthand: false }
}

fn rate(dialect: Dialect, max: usize, unit: usize) -> Limit {
    let (max, window_secs) = match dialect {
        Dialect::Json => (MAXIMA[max], UNITS[0].0),
        Dialect::Intercept { .. } => (MAXIMA[max.max(1)], UNITS[unit].0),
    };
    let (takes, scope) = (Takes::Each(1), Scope::Grant);
    Limit { counter: "", window_secs, max, is_below: false, takes, scope, on_deny: None, is_shorthand: true }
}

/// As Intercept has it: conditions that must hold, or a denial without any.
fn evaluated(checks: Vec<Check>) -> Vec<Check> {
    let evaluates = |check: Check| Check {
        demand: if check.conditions.is_empty() { Demand::DenyIf } else { Demand::Require },
        ..check
    };
    checks.into_iter().map(evaluates).collect()
}
