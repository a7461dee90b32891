//! What is not as it must be, in words that somebody understands who sees the file for the first time.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::answer::{Answer, Verdict};
use crate::document::{Action, Amount, Count, Expectation, Step, Witnesses};
use crate::duration;
use crate::evidence::{Breach, Evidence, Leak};
use crate::run::{Line, Violation};
use crate::template::text_of;

/// The line of a transcript that shows an answer.
pub(crate) fn line(step: &Step, at: Duration, answer: &Answer) -> Line {
    Line {
        at,
        who: step.action.agent().unwrap_or("world").to_owned(),
        what: step.action.named(),
        verdict: answer.verdict.word().to_owned(),
        detail: detail(answer),
        told: match &step.action {
            // Ids and digests change with every word of a tool's definition.
            Action::Approval(_) => stands(answer),
            _ => told(answer),
        },
    }
}

fn stands(answer: &Answer) -> Vec<String> {
    answer.at("stands").map(text_of).into_iter().collect()
}

/// What must be and what is, for everything about an answer that is not as expected. `source` is the document that
/// decided.
pub(crate) fn expectation(
    expect: Option<&Expectation>,
    answer: &Answer,
    source: impl FnOnce() -> String,
) -> Vec<(String, String)> {
    if answer.verdict == Verdict::Garbled {
        let verdict = expect.and_then(|expect| expect.verdict);
        return vec![(verdict.map_or("an answer", Verdict::word).to_owned(), answer.happened())];
    }
    let Some(expect) = expect else { return Vec::new() };
    if let Some(verdict) = expect.verdict.filter(|verdict| *verdict != answer.verdict) {
        return vec![(verdict.word().to_owned(), format!("{}{}", answer.happened(), source()))];
    }
    let mut found = Vec::new();
    let mut compare = |what: &str, expected: Option<String>, happened: Option<String>| {
        if let Some(expected) = expected.filter(|expected| Some(expected) != happened.as_ref()) {
            let happened = happened.unwrap_or_else(|| "none".to_owned());
            found.push((format!("{what} {expected}"), format!("it was {happened}: {}", answer.happened())));
        }
    };
    compare("rule", expect.rule.clone(), answer.rule.clone());
    compare("status", text(expect.status), text(Some(answer.status)));
    compare("code", text(expect.code), text(answer.code));
    compare("retry after", expect.retry_after.map(duration::shown), answer.retry_after.map(duration::shown));
    compare("an error of the tool to be", text(expect.is_error), text(Some(answer.is_error)));
    if let Some(part) = expect.text.as_ref().filter(|part| !answer.text.contains(*part)) {
        found.push((format!("a text that contains `{part}`"), answer.happened()));
    }
    if let Some(part) = expect.without.as_ref().filter(|part| answer.face.contains(*part)) {
        found.push((format!("an answer without `{part}`"), "it is in there".to_owned()));
    }
    found
}

/// What the witnesses saw that they should not have, or should have and did not.
pub(crate) fn witnesses(witnesses: &Witnesses, evidence: &Evidence) -> Vec<Violation> {
    let mut found = Vec::new();
    for line in &witnesses.ledger {
        let number = evidence.count(&line.server, &line.count);
        if !line.amount.holds(number) {
            let what = match &line.count {
                Count::Named(name) => format!("{} to count {} {name}", line.server, line.amount),
                Count::Executed(tool) => format!("{} to have executed {tool} {} times", line.server, line.amount),
                Count::Received => format!("{} to have received {} requests", line.server, line.amount),
            };
            found.push(unplaced(format!("the ledger of {what}"), format!("it says {number}")));
        }
    }
    for line in &witnesses.inbox {
        let number = evidence.held(&line.agent, line.kind);
        if !line.amount.holds(number) {
            let expected =
                format!("{} messages with {} in the inbox of {}", line.amount, line.kind.as_str(), line.agent);
            found.push(unplaced(expected, format!("there were {number}")));
        }
    }
    found
}

/// What the witnesses saw of everything that `harm` names, and the harm where it is another number.
pub(crate) fn seen(harm: &Witnesses, evidence: &Evidence) -> String {
    let beside =
        |amount: Amount, number| if amount.holds(number) { String::new() } else { format!(" (harm: {amount})") };
    let ledger = harm.ledger.iter().map(|line| {
        let (server, number) = (&line.server, evidence.count(&line.server, &line.count));
        let what = match &line.count {
            Count::Named(name) => format!("{server} counted {number} {name}"),
            Count::Executed(tool) => format!("{server} executed {tool} {number} times"),
            Count::Received => format!("{server} received {number} requests"),
        };
        format!("{what}{}", beside(line.amount, number))
    });
    let inbox = harm.inbox.iter().map(|line| {
        let number = evidence.held(&line.agent, line.kind);
        format!("{} received {number} {}{}", line.agent, line.kind.as_str(), beside(line.amount, number))
    });
    ledger.chain(inbox).collect::<Vec<_>>().join("; ")
}

/// A credential or a secret where none may be.
pub(crate) fn leak(leak: &Leak) -> Violation {
    unplaced(format!("no {} in {}", leak.what, leak.place), "it is there".to_owned())
}

/// Something that no run may show.
pub(crate) fn breach(breach: &Breach) -> Violation {
    unplaced(breach.expected.clone(), breach.happened.clone())
}

fn unplaced(expected: String, happened: String) -> Violation {
    Violation { step: None, expected, happened, shown_at: None }
}

fn text<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn detail(answer: &Answer) -> String {
    match answer.verdict {
        Verdict::Deny => {
            let wait = answer.retry_after.map(|wait| format!(", retry after {}", duration::shown(wait)));
            format!("{}{}: {}", answer.rule.as_deref().unwrap_or("-"), wait.unwrap_or_default(), answer.text)
        }
        Verdict::Ask => format!("{}: {}", answer.rule.as_deref().unwrap_or("-"), answer.text),
        Verdict::Allow if answer.is_error => "error: ".to_owned(),
        Verdict::Allow => "ok: ".to_owned(),
        Verdict::Unknown | Verdict::Refused => {
            let code = answer.code.map(|code| format!(" {code}")).unwrap_or_default();
            format!("HTTP {}{code}: {}", answer.status, answer.text)
        }
        Verdict::Withheld | Verdict::Lost | Verdict::Garbled => answer.text.clone(),
    }
}

/// What a tool told: its status first, of an error its codes, then every other plain member but the id, which all of them
/// show. Where nothing is plain, how long its lists are.
fn told(answer: &Answer) -> Vec<String> {
    if answer.verdict != Verdict::Allow {
        return Vec::new();
    }
    let Some(Value::Object(members)) = &answer.told else {
        return vec![answer.text.split_whitespace().collect::<Vec<_>>().join(" ")];
    };
    let status = members.get("status").map(text_of);
    let codes = members.values().filter(|_| answer.is_error).flat_map(codes);
    let others = members
        .iter()
        .filter(|(key, value)| !matches!(key.as_str(), "status" | "id") && !value.is_object() && !value.is_array());
    let others = others.map(|(key, value)| format!("{key} {}", text_of(value)));
    let told: Vec<String> = status.into_iter().chain(codes).chain(others).collect();
    if told.is_empty() { lengths(members) } else { told }
}

/// The codes in a list of messages, as the Universal Commerce Protocol has them.
fn codes(list: &Value) -> Vec<String> {
    let codes = list.as_array().into_iter().flatten().filter_map(|entry| entry.get("code"));
    codes.map(text_of).collect()
}

fn lengths(members: &Map<String, Value>) -> Vec<String> {
    let lists = members.iter().filter_map(|(key, value)| Some((key, value.as_array()?)));
    lists.map(|(key, list)| format!("{key}: {}", list.len())).collect()
}
