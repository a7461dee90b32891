//! The one line of a problem, and the nearest word.

use super::*;

#[test]
fn a_problem_is_one_line() {
    let problem = Problem::new(Span::new(3, 4), "no such thing");
    assert_eq!(problem.line("a.yaml", "x:\n- y"), "a.yaml:2:1: no such thing");
    let problem = problem.with_help("try another");
    assert_eq!(problem.line("a.yaml", "x:\n- y"), "a.yaml:2:1: no such thing; try another");
}

#[test]
fn the_nearest_word_is_near() {
    let known = ["default", "hide", "tools", "version", "max"];
    for (written, expected) in [
        ("defualt", Some("default")),
        ("Default", Some("default")),
        ("tool", Some("tools")),
        ("verison", Some("version")),
        ("mx", Some("max")),
        ("hidden", Some("hide")),
        ("elephant", None),
        ("", None),
    ] {
        assert_eq!(nearest(written, known), expected, "{written}");
    }
}
