//! The dialects' own cases, held as they are documented, but for those of which a ruling of ours says otherwise.
//!
//! The cases are data, in `data/cases.json`. Two lists below name the exceptions, and both are held to: a case that is
//! listed as ruled otherwise must fail, and one that is listed as somebody else's must have nothing for an engine in it.

// Clippy lets tests unwrap, and takes a module for tests when it says so.
#![cfg(test)]

use std::collections::BTreeSet;

use floorwalker_json::{Document, Format, Node};

use crate::run::Outcome;

#[path = "conformance/calls.rs"]
mod calls;
#[path = "conformance/documents.rs"]
mod documents;
#[path = "conformance/run.rs"]
mod run;
#[path = "conformance/store.rs"]
mod store;

const CASES: &str = include_str!("data/cases.json");

const SENTENCE: &str =
    "ruling 9: a visible denial is one sentence for the model, in our words where the policy has none";
const NO_REFUND: &str = "ruling 5: what is charged is taken back only when nothing was sent, and then exactly that";

/// Cases of which a ruling says otherwise, and which.
const RULED: [(&str, &str); 6] = [
    ("hide-02", "ruling 2: nothing tells it from the JSON dialect, in which a missing `default` is an error"),
    ("default-01", SENTENCE),
    ("spend-02", SENTENCE),
    ("spend-03", SENTENCE),
    ("store-07", NO_REFUND),
    ("store-10", NO_REFUND),
];

/// Cases that no engine decides, and who does.
const ELSEWHERE: [(&str, &str); 12] = [
    ("wire-02", "the gateway: ruling 15, no message but `tools/call` reaches the engine"),
    ("store-22", "nobody: it only remarks on something"),
    ("store-23", "the gateway: trouble of the store denies"),
    ("pl-15", "the gateway: identity and framing come before any decision"),
    ("flt-04", "the gateway: a list that cannot be read is an error"),
    ("flt-07", "the gateway: an error is no list"),
    ("flt-08", "the gateway: ids are compared exactly"),
    ("flt-10", "the gateway: it asks upstreams for no content coding"),
    ("flt-11", "the gateway: every transport is filtered"),
    ("flt-12", "the gateway: batches are refused"),
    ("flt-13", "the gateway: confusable keys are refused"),
    ("flt-14", "the gateway: a list is edited as text"),
];

#[test]
fn intercept_decides_as_documented() {
    hold("intercept_conformance", |case| calls::run(case, run::NamedBy::Rule));
}

#[test]
fn policylayer_decides_as_documented() {
    hold("policylayer_dialect", |case| calls::run(case, run::NamedBy::Place));
}

#[test]
fn counters_count_as_documented() {
    hold("store_ops", store::run);
}

#[test]
fn what_must_not_load_says_why() {
    hold("validation", documents::refused);
    hold("rate_limit_parse", documents::refused_rate);
}

#[test]
fn hidden_names_are_hidden_from_lists() {
    hold("tools_list_filter", documents::filtered);
}

#[test]
fn every_exception_is_a_case() {
    let document = Document::parse("cases", CASES, Format::Json).unwrap();
    let sections = document.root.as_object().unwrap().iter().filter_map(|section| section.value.as_array());
    let known: BTreeSet<&str> = sections.flatten().map(id).collect();
    for (listed, reason) in RULED.iter().chain(&ELSEWHERE) {
        assert!(known.contains(listed), "{listed} ({reason}) is no case");
    }
}

/// Every case of the section passes, or is listed and does what the list says.
fn hold(section: &str, run: impl Fn(&Node<'_>) -> Outcome) {
    let document = Document::parse("cases", CASES, Format::Json).unwrap();
    let cases = document.root.get(section).and_then(Node::as_array).unwrap();
    assert!(cases.len() > 4, "{section}");
    for case in cases {
        let (outcome, id) = (run(case), id(case));
        match (reason(&RULED, id), reason(&ELSEWHERE, id)) {
            (None, None) => assert_eq!(outcome, Outcome::Held, "{section} {id}"),
            (Some(reason), _) => {
                assert!(matches!(outcome, Outcome::Differs(_)), "{id} is listed ({reason}), but: {outcome:?}");
            }
            (None, Some(reason)) => assert_eq!(outcome, Outcome::NotHere, "{id} is listed ({reason})"),
        }
    }
}

fn id<'n>(case: &'n Node<'_>) -> &'n str {
    case.get("id").or_else(|| case.get("input")).and_then(Node::as_str).unwrap()
}

fn reason(list: &[(&str, &'static str)], id: &str) -> Option<&'static str> {
    list.iter().find(|(listed, _)| *listed == id).map(|(_, reason)| *reason)
}
