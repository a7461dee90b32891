//! What people are shown of the calls that wait: the arguments, whole, as text in which nothing can hide.
//!
//! INVARIANT: what is here is for people's eyes. It reaches no log and no error, and goes when the ask does.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use floorwalker_json::{Digest, Node, Value};
use floorwalker_mcp::quote;
use floorwalker_policy::{AskId, GrantId, OpenAsk, Timestamp, Wanted};

/// The arguments of the calls that wait, each with the ask that it is for.
#[derive(Default)]
pub(crate) struct Desk {
    shown: Mutex<BTreeMap<(GrantId, Digest), Shown>>,
}

struct Shown {
    ask: AskId,
    arguments: Arc<[String]>,
    expires: Timestamp,
}

impl Desk {
    /// Puts a call on the desk. One that asks again takes its own place, and what is over goes with the next one.
    pub(crate) fn show(&self, open: OpenAsk, wanted: &Wanted, arguments: Option<&Node<'_>>, now: Timestamp) {
        let mut lines = Vec::new();
        match arguments {
            Some(arguments) => describe("args", arguments, &mut lines),
            None => lines.push("no arguments".to_owned()),
        }
        let shown = Shown { ask: open.id, arguments: lines.into(), expires: now.after(open.expires_in) };
        let mut desk = self.lock();
        desk.retain(|_, shown| now < shown.expires);
        desk.insert((wanted.grant.clone(), wanted.call), shown);
    }

    /// The arguments of that ask, if somebody has asked it since the start.
    pub(super) fn arguments(&self, ask: AskId, wanted: &Wanted) -> Option<Arc<[String]>> {
        let desk = self.lock();
        let shown = desk.get(&(wanted.grant.clone(), wanted.call)).filter(|shown| shown.ask == ask)?;
        Some(Arc::clone(&shown.arguments))
    }

    /// As after a restart.
    #[cfg(test)]
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(GrantId, Digest), Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Desk").field("shown", &self.lock().len()).finish_non_exhaustive()
    }
}

/// One line for every value, with the way to it, in the order of the call.
fn describe(path: &str, node: &Node<'_>, lines: &mut Vec<String>) {
    match &node.value {
        Value::Object(object) if !object.is_empty() => {
            for member in object {
                describe(&format!("{path}.{}", step(&member.key)), &member.value, lines);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (index, element) in elements.iter().enumerate() {
                describe(&format!("{path}[{index}]"), element, lines);
            }
        }
        Value::Object(_) => lines.push(format!("{path} = {{}}")),
        Value::Array(_) => lines.push(format!("{path} = []")),
        Value::Null => lines.push(format!("{path} = null")),
        Value::Bool(flag) => lines.push(format!("{path} = {flag}")),
        Value::Number(number) => lines.push(format!("{path} = {}", number.decimal())),
        Value::String(text) => lines.push(format!("{path} = {}", quote(text))),
    }
}

/// A key as it is when nobody can take it for anything else, in quotes otherwise.
fn step(key: &str) -> String {
    let is_plain =
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_plain { key.to_owned() } else { quote(key) }
}
