//! What each operator says of each kind of value, where paths lead, and what patterns reach.

use floorwalker_json::{Document, Format, Keys, scan};

use super::{Confusable, Found, Path, Stands, conditions};
use crate::{onlooker::Nobody, reading::Reading};

/// What the condition says of these arguments.
#[track_caller]
fn holds_where(stands: Stands, condition: &str, arguments: &str) -> Result<bool, Confusable> {
    let document = Document::parse("c", condition, Format::Json).unwrap();
    let mut reading = Reading::of(&document);
    let conditions = conditions(&mut reading, &[&document.root], stands);
    let condition = conditions.unwrap_or_else(|| panic!("{condition}: {:?}", reading.problems)).remove(0);
    condition.holds(Some(&scan(arguments.as_bytes(), Keys::Unconfusable).unwrap()), &mut Nobody)
}

/// Each line: an operator, its value, and after `:` the values of `x` of which it holds, and after `!` those of which it
/// does not.
#[track_caller]
fn table(lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (operator, rest) = line.split_once(' ').unwrap();
        let (value, rest) = rest.split_once(" : ").unwrap();
        let (met, unmet) = rest.split_once(" ! ").unwrap();
        let condition = format!(r#"{{"path":"args.x","op":"{operator}","value":{value}}}"#);
        for (values, expect) in [(met, true), (unmet, false)] {
            for x in values.split_whitespace() {
                let arguments = if x == "absent" { "{}".to_owned() } else { format!(r#"{{"x":{x}}}"#) };
                assert_eq!(holds_where(Stands::Require, &condition, &arguments), Ok(expect), "{line}: {x}");
            }
        }
    }
}

#[test]
fn types_are_exact() {
    table(
        r#"eq 100 : 100 100.0 1e2 1.00E+2 ! "100" 100.0000000000000000000000001 true null [100] absent
           eq "false" : "false" "f\u0061lse" ! false "False" 0 absent
           eq false : false ! "false" 0 null "" absent
           eq null : null ! "null" 0 false absent
           eq {"a":1,"b":[2]} : {"b":[2.0],"a":1} ! {"a":1} {"a":1,"b":["2"]} absent
           eq 9007199254740993 : 9007199254740993 ! 9007199254740992 9007199254740994
           neq "a" : "b" 1 null ["a"] ! "a" absent
           neq 1 : "1" 2 ! 1.0 absent
           in ["a",1,null] : "a" 1.0 null ! "1" "A" ["a"] absent
           not_in ["a",1] : "b" "1" null ! "a" 1e0 absent"#,
    );
}

#[test]
fn numbers_compare_exactly_and_with_numbers_only() {
    table(
        r#"lt 10 : 9 9.999999999999999999999 -1e5 ! 10 10.0 "5" null true [1] absent
           lte 10 : 10 1e1 -0 ! 10.00000000000000000000001 "10" absent
           gt 9223372036854775807 : 9223372036854775808 1e300 ! 9223372036854775807 9223372036854775806.9 absent
           gte 0.1 : 0.1 0.10 1 ! 0.0999999999999999999999 "0.1" absent
           gt -0.5 : 0 -0.4 ! -0.5 -1 "0" absent"#,
    );
}

#[test]
fn only_exists_speaks_of_what_is_absent() {
    table(
        r#"exists true : 0 false "" [] ! null absent
           exists false : null absent ! 0 false """#,
    );
}

#[test]
fn contains_looks_into_texts_and_lists() {
    table(
        r#"contains "b" : "abc" ["a","b"] ! "B" ["abc"] 4 {"b":1} null absent
           contains 4 : [4] [1,4.0] ! 42 "4" ["4"] absent"#,
    );
}

#[test]
fn a_pattern_that_guards_matches_whole_texts() {
    let sku = r#"{"path":"args.sku","op":"regex","value":"^bh_site_(starter|pro)_(monthly|annual)$"}"#;
    let bare = r#"{"path":"args.sku","op":"regex","value":"bh_(a|ab)(?x) # any"}"#;
    let cases = [
        (sku, r#"{"sku":"bh_site_pro_monthly"}"#, true),
        (sku, r#"{"sku":"x bh_site_pro_monthly"}"#, false),
        (sku, r#"{"sku":"bh_site_pro_monthly\n"}"#, false),
        (sku, r#"{"sku":"bh_site_pro_monthly\nx"}"#, false),
        (sku, r#"{"sku":"BH_SITE_PRO_MONTHLY"}"#, false),
        (sku, r#"{"sku":["bh_site_pro_monthly"]}"#, false),
        (bare, r#"{"sku":"bh_ab"}"#, true),
        (bare, r#"{"sku":"bh_ab; rm"}"#, false),
        (bare, r#"{"sku":"x bh_ab"}"#, false),
    ];
    for (condition, arguments, expect) in cases {
        assert_eq!(holds_where(Stands::Require, condition, arguments), Ok(expect), "{arguments}");
    }
    let part = r#"{"path":"args.command","op":"regex","value":"[;&|]"}"#;
    for (stands, expect) in [(Stands::DenyIf, true), (Stands::Evaluate, true), (Stands::Require, false)] {
        assert_eq!(holds_where(stands, part, r#"{"command":"a; rm"}"#), Ok(expect), "{stands:?}");
    }
}

#[test]
fn paths_lead_into_maps_and_lists() {
    let arguments = r#"{"a":{"b":{"c":1}},"list":[{"p":2},[3]],"x.y":{"z\\":4},"0":5,"[k]":6,"deep":"{\"a\":1}"}"#;
    let arguments = scan(arguments.as_bytes(), Keys::Unconfusable).unwrap();
    let cases = [
        ("args.a.b.c", Some("1")),
        ("args.list.0.p", Some("2")),
        ("args.list.1.0", Some("3")),
        (r"args.x\.y.z\\", Some("4")),
        ("args.0", Some("5")),
        (r"args.\[k]", Some("6")),
        ("args.list.00.p", None),
        ("args.list.2", None),
        ("args.list.p", None),
        ("args.a.b.c.d", None),
        ("args.x.y", None),
        ("args.deep.a", None),
    ];
    for (path, expect) in cases {
        let found = match Path::parse(path).unwrap().find(Some(&arguments)) {
            Found::Value(node) => Some(node.as_number().unwrap().text().to_owned()),
            Found::Absent => None,
            Found::Confusable => panic!("{path}"),
        };
        assert_eq!(found.as_deref(), expect, "{path}");
    }
}

#[test]
fn a_key_that_can_be_taken_for_the_one_on_the_path_is_neither_there_nor_absent() {
    for (path, arguments) in [
        ("args.amount", r#"{"Amount":1}"#),
        ("args.pay.amount", r#"{"pay":{"amount ":1}}"#),
        (
            "args.pay.amount",
            r#"{"pay":{"аmount":1},"PAY":1}"#.replace("а", "\u{ff41}").replace(",\"PAY\":1", "").as_str(),
        ),
    ] {
        let condition = format!(r#"{{"path":"{path}","op":"exists","value":false}}"#);
        assert_eq!(holds_where(Stands::DenyIf, &condition, arguments), Err(Confusable), "{arguments}");
    }
}

/// What is said of a condition that does not load.
fn refusals(condition: &str) -> Vec<String> {
    let document = Document::parse("c", condition, Format::Json).unwrap();
    let mut reading = Reading::of(&document);
    assert!(conditions(&mut reading, &[&document.root], Stands::Require).is_none(), "{condition}");
    reading.problems.iter().map(|problem| problem.line("c", condition)).collect()
}

#[test]
fn what_no_condition_says() {
    let cases = [
        (
            r#"{"path":"amount","op":"eq","value":1}"#,
            "c:1:9: `path` is `\"amount\"`; a path begins with `args.`, followed by an argument's name",
        ),
        (
            r#"{"path":"args.a..b","op":"eq","value":1}"#,
            "c:1:9: `path` is `\"args.a..b\"`; a step of it is empty; to look for a key with a dot in it, write `\\.`",
        ),
        (
            r#"{"path":"args.a[0]","op":"eq","value":1}"#,
            "c:1:9: `path` is `\"args.a[0]\"`; write an element of a list as a step of its own, such as `args.items.0`; a bracket in a key is `\\[`",
        ),
        (
            r#"{"path":"args.a\\d","op":"eq","value":1}"#,
            r#"c:1:9: `path` is `"args.a\\d"`; a backslash stands before `.`, `[` or another backslash only"#,
        ),
        (
            r#"{"path":"args.a","op":"lessthan","value":1}"#,
            "c:1:23: `op` is `\"lessthan\"`; write `eq`, `neq`, `lt`, `lte`, `gt`, `gte`, `in`, `not_in`, `exists`, `regex` or `contains`",
        ),
        (
            r#"{"path":"args.a","op":"lt","value":"1"}"#,
            "c:1:36: `value` is `\"1\"`, and this operator compares numbers; write a number, without quotes",
        ),
        (
            r#"{"path":"args.a","op":"in","value":"a"}"#,
            "c:1:36: `value` of `in` or `not_in` is `\"a\"`, not a list; write a list in `[` and `]`",
        ),
        (
            r#"{"path":"args.a","op":"exists","value":"true"}"#,
            "c:1:40: `value` of `exists` is `\"true\"`; write `true` or `false`, without quotes",
        ),
        (r#"{"path":"args.a","op":"regex","value":"(a"}"#, "c:1:39: `value` of `regex` is `\"(a\"`; unclosed group"),
        (
            r#"{"path":"args.a","op":"regex","value":"(a)\\1"}"#,
            "c:1:39: `value` of `regex` is `\"(a)\\\\1\"`; backreferences are not supported",
        ),
        (
            r#"{"path":"args.a","op":"exists"}"#,
            "c:1:1: a condition has no `value`; add what is compared with; for `exists`, `true` or `false`",
        ),
    ];
    for (condition, expect) in cases {
        assert_eq!(refusals(condition), [expect]);
    }
}

#[test]
fn a_pattern_that_would_take_too_much_to_match_does_not_load() {
    let many = (0..50_000).map(|number| format!("word{number}x")).collect::<Vec<_>>().join("|");
    for pattern in [many, "(a{1000}){1000}".to_owned(), "(".repeat(300) + &")".repeat(300)] {
        let condition = format!(r#"{{"path":"args.a","op":"regex","value":"{pattern}"}}"#);
        assert_eq!(refusals(&condition).len(), 1);
    }
}
