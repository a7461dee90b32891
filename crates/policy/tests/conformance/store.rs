//! Cases that are operations on one counter with a calendar window.

use std::sync::Arc;

use floorwalker_json::Node;
use floorwalker_policy::{
    Change, Charge, CounterKey, Decision, Moment, Plan, Row, RowKey, RuleName, Scope, ServerName, State, Timestamp,
    Unit, Window,
};

use crate::run::{Outcome, begin, time};

pub(crate) fn run(case: &Node<'_>) -> Outcome {
    let steps = case.get("steps").and_then(Node::as_array).unwrap();
    if steps.iter().any(|step| matches!(word(step, "op"), "note" | "backend_down")) {
        return Outcome::NotHere;
    }
    let (mut state, mut now) = (State::default(), begin());
    let windows: Vec<Window> = steps.iter().filter(|step| step.get("window").is_some()).map(window).collect();
    let window = windows.first().copied().unwrap_or(Window::Calendar(Unit::Minute));
    let mut outcomes = Vec::new();
    for step in steps {
        now = time(step, now);
        let plan = Plan { changes: vec![Change::Charge(charge(step, window))] };
        let ok = match word(step, "op") {
            "reserve" => Some(state.commit(moment(now), &plan) == Decision::Allow(())),
            "rollback" => {
                let back = Plan { changes: vec![Change::TakeBack { at: now, plan }] };
                assert_eq!(state.commit(moment(now), &back), Decision::Allow(()));
                None
            }
            // Nothing here resets a counter, and a path to one is a rule's own.
            "reset" | "get" | "resolve" => None,
            other => panic!("`{other}` is no operation"),
        };
        let Some(expect) = step.get("expect") else { continue };
        outcomes.push(compared(expect, ok, &state, now, window));
    }
    Outcome::first(outcomes)
}

fn compared(expect: &Node<'_>, ok: Option<bool>, state: &State, now: Timestamp, window: Window) -> Outcome {
    let held = |now| match state.row(&RowKey::Counter(key())) {
        Some(Row::Counter(row)) => row.held(now, window).to_string(),
        _ => "0".to_owned(),
    };
    let value = expect.get("value").and_then(Node::as_u64).unwrap().to_string();
    let mut outcomes = vec![Outcome::of(&value, &held(now))];
    if let (Some(expected), Some(ok)) = (expect.get("ok").and_then(Node::as_bool), ok) {
        outcomes.push(Outcome::of(&expected.to_string(), &ok.to_string()));
    }
    if let Some(start) = expect.get("window_start").and_then(Node::as_str) {
        let source = format!(r#"{{"t":"{start}"}}"#);
        let node = floorwalker_json::scan(source.as_bytes(), floorwalker_json::Keys::Distinct).unwrap();
        let end = time(&node, now).after(window.length());
        let last = Timestamp::from_millis(end.as_millis() - 1);
        outcomes.extend([Outcome::of(&value, &held(last)), Outcome::of("0", &held(end))]);
    }
    Outcome::first(outcomes)
}

fn charge(step: &Node<'_>, window: Window) -> Charge {
    let number = |key| step.get(key).and_then(Node::as_u64).unwrap_or_default();
    let (amount, max) = (number("amount").into(), number("limit").into());
    Charge { counter: key(), amount, max, window, rule: RuleName::fixed("/k"), on_deny: None }
}

fn moment(at: Timestamp) -> Moment {
    Moment { at, turn: 0 }
}

fn key() -> CounterKey {
    CounterKey { server: ServerName::new("server").unwrap(), counter: Arc::from("k"), scope: Scope::Policy }
}

fn window(step: &Node<'_>) -> Window {
    let units = [Unit::Minute, Unit::Hour, Unit::Day];
    let unit = units.into_iter().find(|unit| unit.word() == word(step, "window")).unwrap();
    Window::Calendar(unit)
}

fn word<'n>(node: &'n Node<'_>, key: &str) -> &'n str {
    node.get(key).and_then(Node::as_str).unwrap()
}
