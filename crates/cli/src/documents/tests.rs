//! A problem is shown with its place, its lines and its way out.

use floorwalker_json::{Problem, Span};
use miette::{GraphicalTheme, Severity};

use super::{Shown, Source, first_line, report};

const SOURCE: &str = "{\n  \"ä\": 1, \"max\": -3,\n  \"more\": {\n    \"a\": 1\n  }\n}\n";

fn shown(span: Span) -> String {
    let problem = Problem::new(span, "`max` is -3").with_help("write a whole number");
    let text = Source { name: "policy.json", text: SOURCE, span: first_line(span, SOURCE) };
    report(&Shown { severity: Severity::Error, code: None, problem: &problem, text }, GraphicalTheme::none())
}

fn span_of(text: &str) -> Span {
    let start = SOURCE.find(text).unwrap();
    Span::new(start, start + text.len())
}

#[test]
fn the_place_is_a_line_and_a_column_in_characters() {
    let shown = shown(span_of("-3"));
    for part in ["`max` is -3", "policy.json:2:18", "\"max\": -3", "write a whole number"] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
}

#[test]
fn of_a_long_span_the_first_line_is_marked() {
    let shown = shown(span_of("{\n    \"a\": 1\n  }"));
    assert!(shown.contains("policy.json:3:11"), "{shown}");
    assert!(shown.lines().count() < 12, "{shown}");
}

#[test]
fn a_span_that_does_not_fit_loses_its_lines_only() {
    for span in [Span::default(), Span::new(SOURCE.len(), SOURCE.len()), Span::new(9_999, 10_000)] {
        let shown = shown(span);
        assert!(shown.contains("`max` is -3") && shown.contains("policy.json:"), "{shown}");
    }
    let problem = Problem::new(Span::default(), "the document is empty");
    let text = Source { name: "empty.json", text: "", span: first_line(problem.span, "") };
    let shown =
        report(&Shown { severity: Severity::Error, code: None, problem: &problem, text }, GraphicalTheme::none());
    assert!(shown.contains("the document is empty"), "{shown}");
}
