//! The words of a case: policies as somebody would write them, calls, and what happens between them.
//!
//! A policy here is a small tree of its own. It is rendered as a document for the engine, and read as it stands by the
//! model, so that the two share no loader.

use serde_json::{Value, json};

/// The seconds of Intercept's three windows, and their words.
pub(crate) const UNITS: [(u64, &str); 3] = [(60, "minute"), (3_600, "hour"), (86_400, "day")];

/// What every tool of the catalogue lists as its parameters.
pub(crate) const PARAMETERS: [&str; 4] = ["x", "y", "a.b", "currency"];

/// A policy.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) dialect: Dialect,
    pub(crate) allows_unlisted: bool,
    pub(crate) hide: Vec<&'static str>,
    /// What holds for every tool that may be called.
    pub(crate) every: Rules,
    pub(crate) tools: Vec<(&'static str, Rules)>,
    /// A sentence that means nothing, so that two documents can differ without saying different things.
    pub(crate) description: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Dialect {
    /// PolicyLayer JSON v1, with the catalogue's shorthand.
    Json,
    Intercept {
        is_calendar: bool,
    },
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) checks: Vec<Check>,
    pub(crate) schema: Option<Schema>,
    pub(crate) limits: Vec<Limit>,
}

#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) demand: Demand,
    pub(crate) conditions: Vec<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Demand {
    /// All conditions must hold. In Intercept, a rule that evaluates.
    Require,
    /// Not all conditions may hold. In Intercept, a rule that denies: it has none.
    DenyIf,
    /// The shorthand `action: deny`, beside which nothing else stands.
    Action,
}

#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) path: &'static str,
    pub(crate) op: &'static str,
    pub(crate) value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Schema {
    Published,
    Own(&'static str),
}

#[derive(Clone, Debug)]
pub(crate) struct Limit {
    pub(crate) counter: &'static str,
    pub(crate) window_secs: u64,
    pub(crate) max: &'static str,
    /// Intercept's `lt`: what is counted stays below `max`.
    pub(crate) is_below: bool,
    pub(crate) takes: Takes,
    pub(crate) scope: Scope,
    /// What the agent is told when there is no room.
    pub(crate) on_deny: Option<&'static str>,
    /// The catalogue's `rate_limit`, whose counter is called after the tool.
    pub(crate) is_shorthand: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Takes {
    Each(u64),
    Argument { path: &'static str, currency: Option<Currency> },
}

/// The only currency that counts, and where a call names it, if that is not `args.currency`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Currency {
    pub(crate) code: &'static str,
    pub(crate) from: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scope {
    Grant,
    Session,
    Policy,
}

/// Policies, and what happens under them. The first holds for everybody until something else is said.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) policies: Vec<Written>,
    pub(crate) steps: Vec<Step>,
}

/// Something happens, so many milliseconds after the step before.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) pause: i64,
    pub(crate) deed: Deed,
}

#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A call is decided at once, committed after `stall` more steps, and over after `lag` more.
    Ask { asked: Asked, stall: usize, lag: usize, ended: Ended },
    /// From now on another policy holds: for one grant, or for all.
    Reload { grant: Option<&'static str>, policy: usize },
    /// The gateway ends, and starts anew from what it has written down.
    Restart,
    /// Nothing.
    Rest,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) grant: &'static str,
    pub(crate) session: Option<&'static str>,
    pub(crate) server: &'static str,
    pub(crate) tool: &'static str,
    pub(crate) arguments: Option<Value>,
}

/// How a call that was let through ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ended {
    Answered,
    /// By an error of the tool or of its server.
    Failed,
    /// No reply came.
    Lost,
    /// Not a byte was sent.
    NotSent,
}

impl Written {
    /// The policy as a document. JSON is YAML, too, so this is how both dialects are written.
    pub(crate) fn source(&self) -> String {
        let default = if self.allows_unlisted { "allow" } else { "deny" };
        let tools: Vec<(&str, Value)> =
            self.tools.iter().map(|(name, rules)| (*name, self.rules(name, rules))).collect();
        let mut root = json!({ "version": "1", "default": default, "hide": self.hide, "tools": map(tools) });
        if let Some(description) = self.description {
            root["description"] = json!(description);
        }
        match self.dialect {
            Dialect::Json if !self.every.limits.is_empty() => {
                let limits: Vec<Value> = self.every.limits.iter().map(json_limit).collect();
                root["all_tools"] = json!({ "limits": limits });
            }
            Dialect::Json => {}
            Dialect::Intercept { is_calendar } => {
                root["windows"] = json!(if is_calendar { "calendar" } else { "rolling" });
                root["tools"]["*"] = self.rules("*", &self.every);
            }
        }
        root.to_string()
    }

    pub(crate) fn rules_of(&self, tool: &str) -> Option<&Rules> {
        self.tools.iter().find(|(name, _)| *name == tool).map(|(_, rules)| rules)
    }

    fn rules(&self, tool: &str, rules: &Rules) -> Value {
        match self.dialect {
            Dialect::Json => json_rules(rules),
            Dialect::Intercept { .. } => {
                let checks = rules.checks.iter().map(intercept_check);
                let limits = rules.limits.iter().map(|limit| intercept_limit(tool, limit));
                json!({ "rules": checks.chain(limits).collect::<Vec<_>>() })
            }
        }
    }
}

fn json_rules(rules: &Rules) -> Value {
    if rules.checks.iter().any(|check| check.demand == Demand::Action) {
        return json!({ "action": "deny", "reason": "No." });
    }
    let entries = |demand| -> Vec<Value> {
        let checks = rules.checks.iter().filter(|check| check.demand == demand);
        checks.map(|check| json!({ "conditions": conditions(check) })).collect()
    };
    let limits: Vec<Value> = rules.limits.iter().filter(|limit| !limit.is_shorthand).map(json_limit).collect();
    let mut rule = json!({ "require": entries(Demand::Require), "deny_if": entries(Demand::DenyIf), "limits": limits });
    match rules.schema {
        Some(Schema::Published) => rule["schema"] = json!("published"),
        Some(Schema::Own(source)) => rule["schema"] = parsed(source),
        None => {}
    }
    if let Some(limit) = rules.limits.iter().find(|limit| limit.is_shorthand) {
        rule["rate_limit"] = json!({ "max": parsed(limit.max), "window": limit.window_secs });
    }
    rule
}

fn json_limit(limit: &Limit) -> Value {
    let unit = UNITS.iter().find(|(secs, _)| *secs == limit.window_secs);
    let window = unit.map_or(json!(limit.window_secs), |(_, word)| json!(word));
    let scope = match limit.scope {
        Scope::Grant => "grant",
        Scope::Session => "session",
        Scope::Policy => "policy",
    };
    let mut written = json!({ "counter": limit.counter, "window": window, "max": parsed(limit.max), "scope": scope });
    match &limit.takes {
        Takes::Each(each) => written["increment"] = json!(each),
        Takes::Argument { path, currency } => {
            written["increment_from"] = json!(path);
            if let Some(Currency { code, from }) = currency {
                written["currency"] = json!(code);
                from.iter().for_each(|from| written["currency_from"] = json!(from));
            }
        }
    }
    limit.on_deny.iter().for_each(|text| written["on_deny"] = json!(text));
    written
}

fn intercept_check(check: &Check) -> Value {
    match check.demand {
        Demand::Require => json!({ "name": "check", "conditions": conditions(check) }),
        Demand::DenyIf | Demand::Action => json!({ "name": "deny", "action": "deny" }),
    }
}

fn intercept_limit(tool: &str, limit: &Limit) -> Value {
    let unit = UNITS.iter().find(|(secs, _)| *secs == limit.window_secs).map(|(_, word)| *word);
    let unit = unit.expect("the generator gives this dialect no other windows");
    if limit.is_shorthand {
        return json!({ "name": "rate", "rate_limit": format!("{}/{unit}", limit.max) });
    }
    let scope = if tool == "*" { "_global" } else { tool };
    let bound = json!({
        "path": format!("state.{scope}.{}", limit.counter),
        "op": if limit.is_below { "lt" } else { "lte" },
        "value": parsed(limit.max),
    });
    let mut state = json!({ "counter": limit.counter, "window": unit });
    match &limit.takes {
        Takes::Each(each) => state["increment"] = json!(each),
        Takes::Argument { path, .. } => state["increment_from"] = json!(path),
    }
    let mut rule = json!({ "name": "limit", "conditions": [bound], "state": state });
    limit.on_deny.iter().for_each(|text| rule["on_deny"] = json!(text));
    rule
}

fn conditions(check: &Check) -> Vec<Value> {
    let one = |condition: &Condition| json!({ "path": condition.path, "op": condition.op, "value": condition.value });
    check.conditions.iter().map(one).collect()
}

/// A value from its text, every digit kept.
pub(crate) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("the words of cases are JSON")
}

fn map(members: Vec<(&str, Value)>) -> Value {
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<serde_json::Map<_, _>>().into()
}
