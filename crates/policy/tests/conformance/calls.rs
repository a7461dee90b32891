//! Cases that are a policy and calls under it.

use floorwalker_json::{Node, canonical};
use floorwalker_policy::{
    Call, Decision, Definition, Denial, GrantId, Moment, Policy, ServerName, State, Timestamp, decide,
};

use crate::run::{NamedBy, Outcome, begin, load, time};

struct Table {
    policy: Option<Policy>,
    state: State,
    now: Timestamp,
}

pub(crate) fn run(case: &Node<'_>, named_by: NamedBy) -> Outcome {
    let calls = case.get("calls").and_then(Node::as_array).unwrap();
    if calls.iter().any(|call| call.get("tool").is_none()) {
        return Outcome::NotHere;
    }
    let policy = match case.get("policy").filter(|policy| policy.as_object().is_some()) {
        None => None,
        Some(policy) => match load(&canonical(policy)) {
            Ok(policy) => Some(policy),
            // A case without calls is about a policy that does not load.
            Err(_) if calls.is_empty() => return Outcome::Held,
            Err(problems) => return Outcome::Differs(problems.join("\n")),
        },
    };
    if calls.is_empty() {
        return Outcome::Differs("it loads".to_owned());
    }
    let mut table = Table { policy, state: State::default(), now: begin() };
    Outcome::first(calls.iter().flat_map(|call| table.calls(call, named_by)).collect::<Vec<_>>())
}

impl Table {
    fn calls(&mut self, call: &Node<'_>, named_by: NamedBy) -> Vec<Outcome> {
        self.now = time(call, self.now);
        let times = call.get("repeat").and_then(Node::as_u64).unwrap_or(1);
        let expect = call.get("expect").unwrap();
        (0..times).map(|_| compared(expect, &self.call(call), named_by)).collect()
    }

    fn call(&mut self, call: &Node<'_>) -> Decision<()> {
        let grant = call.get("grant").and_then(Node::as_str).unwrap_or("anybody");
        let (grant, server) = (GrantId::new(grant).unwrap(), ServerName::new("server").unwrap());
        let tool = call.get("tool").and_then(Node::as_str).unwrap();
        let asked = Call { grant: &grant, server: &server, session: None, tool, arguments: call.get("args") };
        match decide(self.policy.as_ref(), None, Some(&Definition::default()), &asked) {
            Decision::Deny(denial) => Decision::Deny(denial),
            Decision::Ask(ask) => Decision::Ask(ask),
            Decision::Allow(plan) => self.state.commit(Moment { at: self.now, turn: 0 }, &plan),
        }
    }
}

fn compared(expect: &Node<'_>, decision: &Decision<()>, named_by: NamedBy) -> Outcome {
    let text = |key| expect.get(key).and_then(Node::as_str);
    let wanted = text("decision").unwrap();
    let Decision::Deny(denial) = decision else { return Outcome::of(wanted, "allow") };
    let rule = rule(denial, named_by);
    Outcome::first([
        Outcome::of(wanted, "deny"),
        Outcome::of(text("rule").unwrap_or(&rule), &rule),
        Outcome::of(text("message").unwrap_or(&denial.reason), &denial.reason),
    ])
}

fn rule(denial: &Denial, named_by: NamedBy) -> String {
    let name = denial.rule.as_str();
    match named_by {
        NamedBy::Rule if name.starts_with('/') => {
            name.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~")
        }
        NamedBy::Rule | NamedBy::Place => name.to_owned(),
    }
}
