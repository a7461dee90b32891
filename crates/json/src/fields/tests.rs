//! Members that are asked for, missing, or unknown.

use super::*;
use crate::{Document, Format};

fn complaints(source: &str) -> Vec<String> {
    let document = Document::parse("a.yaml", source, Format::Yaml).expect(source);
    let mut problems = Vec::new();
    let mut fields = Fields::of(&document.root, "the limit", &mut problems);
    fields.required("max", &mut problems);
    fields.optional("window");
    fields.finish(&mut problems);
    problems.iter().map(|problem| problem.line("a.yaml", source)).collect()
}

#[test]
fn every_problem_is_collected() {
    assert_eq!(complaints("max: 1\nwindow: day\n"), [""; 0]);
    assert_eq!(
        complaints("windwo: day\nelephant: 1\n"),
        [
            "a.yaml:1:1: the limit has no `max`",
            "a.yaml:1:1: the limit has no key `windwo`; did you mean `window`?",
            "a.yaml:2:1: the limit has no key `elephant`; it may have `max` or `window`",
        ]
    );
    assert_eq!(complaints("- max: 1\n"), ["a.yaml:1:1: the limit must be a map, but here is a list"]);
}

#[test]
fn unknown_keys_are_shown_safely() {
    assert_eq!(
        complaints("max: 1\n\"a\\u200Bb\": 1\n"),
        ["a.yaml:2:1: the limit has no key `a\\u{200b}b`; it may have `max` or `window`"]
    );
}
