//! The reference: what a policy says of a call, and a list of everything that was ever charged, added up each time.
//!
//! It is to be read at a glance, so it is as slow and as plain as can be: nothing is indexed, forgotten or cached. It shares
//! nothing with the engine, not even the reading of numbers; keys that look alike are a list here.

use std::cmp::Ordering;

use floorwalker_policy::Moment;
use serde_json::{Map, Value};

use crate::{
    generate::words::{CATALOGUE, LOOK_ALIKES, PATTERNS, PUBLISHED, SCHEMAS},
    play::Side,
    written::{
        Asked, Check, Condition, Currency, Demand, Dialect, Ended, Limit, PARAMETERS, Rules, Schema, Scope, Takes,
        Written,
    },
};

/// Numbers are counted in trillionths: finer ones are no amounts, and no condition here has any.
const ONE: i128 = 1_000_000_000_000;
const BILLIONTH: i128 = ONE / 1_000_000_000;

/// Which counter: of which server, called how, and whose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Counter {
    pub(crate) server: &'static str,
    /// The tool that it belongs to, where tools have counters of their own.
    pub(crate) tool: Option<&'static str>,
    pub(crate) name: String,
    pub(crate) whose: Whose,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    Grant(&'static str),
    Session(&'static str),
    Everybody,
}

/// What a call takes of one counter, and what the counter's window may hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Charge {
    pub(crate) counter: Counter,
    pub(crate) amount: i128,
    pub(crate) max: i128,
    pub(crate) window: Window,
}

/// In milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Window {
    Rolling(u64),
    Calendar(u64),
}

/// A charge that was made.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) charge: Charge,
    at: u64,
    /// From when on it counts: a counter's time never runs backwards.
    pub(crate) counted: u64,
    is_taken_back: bool,
}

/// Everything that was ever charged.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) made: Vec<Made>,
}

impl Ledger {
    /// What a window that ends at `until` holds.
    pub(crate) fn held(&self, counter: &Counter, until: u64, window: Window) -> i128 {
        let counts = |made: &&Made| made.charge.counter == *counter && !made.is_taken_back;
        let within = |made: &&Made| made.counted <= until && window.holds(made.counted, until);
        self.made.iter().filter(counts).filter(within).map(|made| made.charge.amount).sum()
    }

    /// Whether all of the charges find room.
    pub(crate) fn has_room(&self, now: u64, charges: &[Charge]) -> bool {
        charges.iter().all(|Charge { counter, amount, max, window }| {
            *amount == 0 || self.held(counter, self.counted(counter, now), *window) + amount <= *max
        })
    }

    pub(crate) fn make(&mut self, now: u64, charges: &[Charge]) {
        for charge in charges {
            let counted = self.counted(&charge.counter, now);
            self.made.push(Made { charge: charge.clone(), at: now, counted, is_taken_back: false });
        }
    }

    /// Charges of one amount in one instant are told apart by nothing, so any of them will do.
    pub(crate) fn take_back(&mut self, then: u64, charges: &[Charge]) {
        for charge in charges {
            let is_it = |made: &&mut Made| made.charge == *charge && made.at == then && !made.is_taken_back;
            if let Some(made) = self.made.iter_mut().find(is_it) {
                made.is_taken_back = true;
            }
        }
    }

    fn counted(&self, counter: &Counter, now: u64) -> u64 {
        let of_counter = self.made.iter().filter(|made| made.charge.counter == *counter);
        of_counter.map(|made| made.at).max().map_or(now, |latest| latest.max(now))
    }
}

impl Window {
    /// Whether what counts from `counted` on counts at `until`, which is not earlier.
    pub(crate) fn holds(self, counted: u64, until: u64) -> bool {
        match self {
            Self::Rolling(length) => counted + length > until,
            Self::Calendar(length) => counted / length == until / length,
        }
    }

    pub(crate) fn length(self) -> u64 {
        match self {
            Self::Rolling(length) | Self::Calendar(length) => length,
        }
    }
}

/// The model at play.
pub(crate) struct Model<'c> {
    pub(crate) policies: &'c [Written],
    pub(crate) ledger: Ledger,
}

impl<'c> Model<'c> {
    pub(crate) fn new(policies: &'c [Written]) -> Self {
        Self { policies, ledger: Ledger::default() }
    }
}

impl Side for Model<'_> {
    type Plan = Vec<Charge>;

    fn decide(&mut self, policy: usize, asked: &Asked) -> Option<Vec<Charge>> {
        charges(&self.policies[policy], asked)
    }

    fn commit(&mut self, now: Moment, plan: &Vec<Charge>) -> bool {
        let (now, has_room) = (now.at.as_millis(), self.ledger.has_room(now.at.as_millis(), plan));
        if has_room {
            self.ledger.make(now, plan);
        }
        has_room
    }

    fn end(&mut self, ended: Ended, then: Moment, _now: Moment, plan: &Vec<Charge>) {
        if ended == Ended::NotSent {
            self.ledger.take_back(then.at.as_millis(), plan);
        }
    }

    fn reload(&mut self, _before: usize, after: usize) -> usize {
        after
    }

    fn restart(&mut self) {}
}

/// What a call takes, if the policy lets it through.
pub(crate) fn charges(policy: &Written, asked: &Asked) -> Option<Vec<Charge>> {
    let own = policy.rules_of(asked.tool);
    let is_listed = own.is_some() || policy.allows_unlisted;
    if !is_listed || hides(policy, asked.tool) || !CATALOGUE.contains(&asked.tool) {
        return None;
    }
    let nothing = Map::new();
    let arguments = asked.arguments.as_ref().and_then(Value::as_object).unwrap_or(&nothing);
    if PARAMETERS.iter().any(|parameter| has_look_alike(arguments, parameter)) {
        return None;
    }
    let of_tool = own.map(|rules| (Some(asked.tool), rules));
    let rules: Vec<(Option<&'static str>, &Rules)> = of_tool.into_iter().chain([(None, &policy.every)]).collect();
    for check in rules.iter().flat_map(|(_, rules)| &rules.checks) {
        if denies(policy.dialect, check, arguments) {
            return None;
        }
    }
    match own.and_then(|rules| rules.schema) {
        Some(Schema::Published) if asked.tool != CATALOGUE[0] || !fits(PUBLISHED, arguments) => return None,
        Some(Schema::Own(source)) if !fits(source, arguments) => return None,
        _ => {}
    }
    let limits = rules.iter().flat_map(|(tool, rules)| rules.limits.iter().map(|limit| (*tool, limit)));
    limits.map(|(tool, limit)| charge(policy.dialect, tool, limit, asked, arguments)).collect()
}

pub(crate) fn hides(policy: &Written, tool: &str) -> bool {
    policy.hide.iter().any(|name| *name == "*" || *name == tool)
}

fn charge(
    dialect: Dialect,
    tool: Option<&'static str>,
    limit: &Limit,
    asked: &Asked,
    arguments: &Map<String, Value>,
) -> Option<Charge> {
    let max = number(limit.max).expect("a maximum is a number");
    let step = if matches!(limit.takes, Takes::Each(_)) { ONE } else { BILLIONTH };
    let max = if limit.is_below { max - step } else { max };
    let amount = match &limit.takes {
        Takes::Each(each) => i128::from(*each) * ONE,
        Takes::Argument { path, currency } => amount(dialect, path, *currency, arguments)?,
    };
    let length = limit.window_secs * 1_000;
    let (window, owner) = match dialect {
        Dialect::Json => (Window::Rolling(length), None),
        Dialect::Intercept { is_calendar: false } => (Window::Rolling(length), Some(tool.unwrap_or("*"))),
        Dialect::Intercept { is_calendar: true } => (Window::Calendar(length), Some(tool.unwrap_or("*"))),
    };
    let whose = match (dialect, limit.scope) {
        (Dialect::Intercept { .. }, _) | (_, Scope::Policy) => Whose::Everybody,
        (Dialect::Json, Scope::Grant) => Whose::Grant(asked.grant),
        (Dialect::Json, Scope::Session) => Whose::Session(asked.session?),
    };
    let name = match (limit.is_shorthand, dialect) {
        (false, _) => limit.counter.to_owned(),
        (true, Dialect::Json) => format!("{}_rate", asked.tool),
        (true, Dialect::Intercept { .. }) => format!("_rate_{}", limit.window_secs),
    };
    Some(Charge { counter: Counter { server: asked.server, tool: owner, name, whose }, amount, max, window })
}

fn amount(dialect: Dialect, path: &str, currency: Option<Currency>, arguments: &Map<String, Value>) -> Option<i128> {
    if let Some(Currency { code, from }) = currency {
        match find(from.unwrap_or("args.currency"), arguments) {
            Found::Value(Value::String(named)) if named == code => {}
            _ => return None,
        }
    }
    let Found::Value(Value::Number(written)) = find(path, arguments) else { return None };
    let amount = number(&written.to_string())?;
    let is_amount = amount >= 0 && amount <= i128::from(u64::MAX) * ONE && amount % BILLIONTH == 0;
    let may_be_zero = dialect != Dialect::Json;
    (is_amount && (amount > 0 || may_be_zero)).then_some(amount)
}

fn denies(dialect: Dialect, check: &Check, arguments: &Map<String, Value>) -> bool {
    for condition in &check.conditions {
        match find(condition.path, arguments) {
            Found::LookAlike => return true,
            found if !holds(dialect, check.demand, condition, found) => return check.demand == Demand::Require,
            _ => {}
        }
    }
    check.demand != Demand::Require
}

fn holds(dialect: Dialect, demand: Demand, condition: &Condition, found: Found<'_>) -> bool {
    let wanted = &condition.value;
    let Found::Value(value) = found else { return condition.op == "exists" && *wanted == Value::Bool(false) };
    let any_is = |values: &Value| values.as_array().is_some_and(|values| values.iter().any(|one| same(value, one)));
    match condition.op {
        "eq" => same(value, wanted),
        "neq" => !same(value, wanted),
        "lt" => order(value, wanted) == Some(Ordering::Less),
        "lte" => matches!(order(value, wanted), Some(Ordering::Less | Ordering::Equal)),
        "gt" => order(value, wanted) == Some(Ordering::Greater),
        "gte" => matches!(order(value, wanted), Some(Ordering::Greater | Ordering::Equal)),
        "in" => any_is(wanted),
        "not_in" => !any_is(wanted),
        "exists" => value.is_null() != (*wanted == Value::Bool(true)),
        "contains" => match (value, wanted) {
            (Value::String(text), Value::String(part)) => text.contains(part),
            (Value::Array(values), _) => values.iter().any(|one| same(one, wanted)),
            _ => false,
        },
        "regex" => {
            let (_, whole, part) = PATTERNS.iter().find(|(source, ..)| Some(*source) == wanted.as_str()).unwrap();
            let must_match_whole = dialect == Dialect::Json && demand == Demand::Require;
            value.as_str().is_some_and(if must_match_whole { whole } else { part })
        }
        other => panic!("`{other}` is no operator"),
    }
}

fn fits(schema: &str, arguments: &Map<String, Value>) -> bool {
    SCHEMAS.iter().find(|(source, _)| *source == schema).unwrap().1(arguments)
}

/// Whether two values are of one type and mean the same.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => order(one, other) == Some(Ordering::Equal),
        (Value::Array(ones), Value::Array(others)) => {
            ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| same(one, other))
        }
        (Value::Object(ones), Value::Object(others)) => {
            let is_there = |(key, one): (&String, &Value)| others.get(key).is_some_and(|other| same(one, other));
            ones.len() == others.len() && ones.iter().all(is_there)
        }
        _ => one == other,
    }
}

fn order(one: &Value, other: &Value) -> Option<Ordering> {
    let (Value::Number(one), Value::Number(other)) = (one, other) else { return None };
    Some(number(&one.to_string())?.cmp(&number(&other.to_string())?))
}

#[derive(Clone, Copy)]
enum Found<'v> {
    Value(&'v Value),
    Nothing,
    LookAlike,
}

fn find<'v>(path: &str, arguments: &'v Map<String, Value>) -> Found<'v> {
    let steps: &[&str] = match path {
        "args.x" => &["x"],
        "args.y" => &["y"],
        "args.currency" => &["currency"],
        "args.y.c" => &["y", "c"],
        "args.y.0" => &["y", "0"],
        r"args.a\.b" => &["a.b"],
        other => panic!("`{other}` is no path of these cases"),
    };
    let Some(mut value) = arguments.get(steps[0]) else { return Found::Nothing };
    for step in &steps[1..] {
        let next = match value {
            Value::Object(members) if has_look_alike(members, step) => return Found::LookAlike,
            Value::Object(members) => members.get(*step),
            Value::Array(values) => step.parse::<usize>().ok().and_then(|index| values.get(index)),
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return Found::Nothing,
        }
    }
    Found::Value(value)
}

/// Whether there is a key that could be taken for this one; both never stand in one map.
fn has_look_alike(members: &Map<String, Value>, key: &str) -> bool {
    LOOK_ALIKES.iter().any(|(look_alike, of)| *of == key && members.contains_key(*look_alike))
}

/// The number that a JSON text says, in trillionths; nothing when it is finer, or far too large.
pub(crate) fn number(text: &str) -> Option<i128> {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut places = 12 + exponent.parse::<i32>().ok()? - fraction.len() as i32;
    let mut value: i128 = format!("{whole}{fraction}").parse().ok()?;
    while places > 0 && value != 0 {
        (value, places) = (value.checked_mul(10)?, places - 1);
    }
    while places < 0 && value != 0 {
        (value, places) = ((value % 10 == 0).then_some(value / 10)?, places + 1);
    }
    Some(value)
}
