//! What YAML means, where it stood, and what is refused.

use super::*;
use crate::canonical;

fn accepted(source: &str) -> Node<'static> {
    parse(source).unwrap_or_else(|problem| panic!("{source:?}: {}", problem.line("y", source)))
}

fn complaint(source: &str) -> String {
    parse(source).map(|root| canonical(&root)).expect_err(source).line("y", source)
}

#[test]
fn documents_mean_the_same_as_json() {
    let table = [
        ("a: b\nc:\n  - d\n  - e: f\n    g: 1\n", r#"{"a":"b","c":["d",{"e":"f","g":1}]}"#),
        ("a:\r\n- b\r\n- 'c'\r\nd: |\r\n  x\r\n  y\r\n", r#"{"a":["b","c"],"d":"x\ny\n"}"#),
        ("---\n{a: [1, 2, ], \"b\": {}}\n...\n", r#"{"a":[1,2],"b":{}}"#),
        ("# only\n- a # c\n-\n- ~\n", r#"["a",null,null]"#),
        ("a: >-\n  one\n  two\n\n  three\nb: |+\n  x\n\n", r#"{"a":"one two\nthree","b":"x\n\n"}"#),
        ("a: one\n  two\nb: \"tab\\t\\u00e9 \\\n  x\"\n", "{\"a\":\"one two\",\"b\":\"tab\\té x\"}"),
        ("text", r#""text""#),
        ("---\n", "null"),
        ("a:\nb: {c, d: }\n", r#"{"a":null,"b":{"c":null,"d":null}}"#),
        ("'1': a\n\"<<\": b\n\"\": c\n", r#"{"":"c","1":"a","<<":"b"}"#),
        ("on: yes\nno: off\n", r#"{"no":"off","on":"yes"}"#),
        ("{\"a\":1,\"b\":[true,null,\"x\\n\"]}", r#"{"a":1,"b":[true,null,"x\n"]}"#),
        ("- [a: b]\n- - c\n  - d\n", r#"[[{"a":"b"}],["c","d"]]"#),
    ];
    for (source, json) in table {
        assert_eq!(canonical(&accepted(source)), json, "{source:?}");
    }
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    let table = [
        ("null", "null"),
        ("Null", "null"),
        ("NULL", "null"),
        ("~", "null"),
        ("nULL", "\"nULL\""),
        ("true", "true"),
        ("True", "true"),
        ("TRUE", "true"),
        ("tRUE", "\"tRUE\""),
        ("false", "false"),
        ("False", "false"),
        ("FALSE", "false"),
        ("yes", "\"yes\""),
        ("No", "\"No\""),
        ("on", "\"on\""),
        ("off", "\"off\""),
        ("y", "\"y\""),
        ("0", "0"),
        ("-0", "0"),
        ("12", "12"),
        ("-12", "-12"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("-1.5E-2", "-0.015"),
        ("1_000", "\"1_000\""),
        ("1,000", "\"1,000\""),
        ("0b11", "\"0b11\""),
        ("12:30", "\"12:30\""),
        ("1.2.3", "\"1.2.3\""),
        ("2026-07-28", "\"2026-07-28\""),
        ("1e", "\"1e\""),
        ("e1", "\"e1\""),
        (".", "\".\""),
        ("0x", "\"0x\""),
        ("0xg", "\"0xg\""),
        ("0o8", "\"0o8\""),
        ("-0x1", "\"-0x1\""),
        ("1 2", "\"1 2\""),
        ("--1", "\"--1\""),
        ("5s", "\"5s\""),
        ("'1'", "\"1\""),
        ("\"true\"", "\"true\""),
        ("|-\n 1", "\"1\""),
        (">-\n ~", "\"~\""),
        ("''", "\"\""),
        ("$checkout", "\"$checkout\""),
        ("a b: c", "{\"a b\":\"c\"}"),
        ("+", "\"+\""),
        ("-", "[null]"),
        ("inf", "\"inf\""),
    ];
    for (source, json) in table {
        assert_eq!(canonical(&accepted(source)), json, "{source:?}");
    }
}

#[test]
fn numbers_that_json_cannot_write_must_be_quoted() {
    for text in
        ["0o17", "0x1F", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "007", "-01", "+1", ".5", "1.", "1.e3", "-.5e1"]
    {
        let expected = format!(
            "y:2:5: `{text}` is a number to YAML, but not as JSON writes it; \
             quote it if it is a string; numbers are written like 0, -1, 0.5 or 1e3"
        );
        assert_eq!(complaint(&format!("é: ü\nb:  {text}\n")), expected);
    }
    assert_eq!(complaint("- 1e999"), "y:1:3: number too large for a double; quote it if it is a string");
    assert_eq!(complaint("- 1e-9999"), "y:1:3: number of over 1,000 digits; quote it if it is a string");
}

#[test]
fn what_another_reader_might_skip_is_refused() {
    let table = [
        ("", "y:1:1: the document is empty"),
        ("# nothing\n", "y:2:1: the document is empty"),
        ("a: 1\n---\nb: 2\n", "y:2:1: a second document begins here; put it into a file of its own"),
        ("a: 1\n...\nb: 2\n", "y:3:1: a second document begins here; put it into a file of its own"),
        ("%YAML 1.1\n---\na: yes\n", "y:1:1: directives are not accepted; take the line away; YAML 1.2 is meant"),
        ("é: 1\nü: &x 2\n", "y:2:4: anchors are not accepted; write the value out where it is needed"),
        ("&x a: 2\n", "y:1:1: anchors are not accepted; write the value out where it is needed"),
        ("a: &x [1]\n", "y:1:4: anchors are not accepted; write the value out where it is needed"),
        ("a: *x\n", "y:1:4: aliases are not accepted; write the value out; quote text that begins with `*`"),
        ("a: *\n", "y:1:4: aliases are not accepted; write the value out; quote text that begins with `*`"),
        ("a: !!str 1\n", "y:1:4: tags are not accepted; take the tag away, and quote the value if it is a string"),
        ("a: !x {b: c}\n", "y:1:4: tags are not accepted; take the tag away, and quote the value if it is a string"),
        ("a: b\0c\n", "y:1:5: character U+0000 is not accepted; in double quotes it can be written as an escape"),
        ("a: b # \u{1b}\n", "y:1:8: character U+001B is not accepted; in double quotes it can be written as an escape"),
        ("\u{FEFF}a: b\n", "y:1:1: character U+FEFF is not accepted; save the file as UTF-8 without a byte order mark"),
    ];
    for (source, expected) in table {
        assert_eq!(complaint(source), expected, "{source:?}");
    }
}

#[test]
fn keys_are_distinct_strings() {
    let table = [
        ("a: {}\n<<: {b: 1}\n", "y:2:1: merge keys are not accepted; write the value out where it is needed"),
        ("a: 1\n1: b\n", "y:2:1: key `1` is a number, not a string; quote it: \"1\""),
        ("a: 1\ntrue: b\n", "y:2:1: key `true` is true or false, not a string; quote it: \"true\""),
        ("~: b\n", "y:1:1: key `~` is nothing, not a string; quote it: \"~\""),
        (": b\n", "y:1:1: a key is nothing, not a string"),
        ("? [a]\n: b\n", "y:1:3: a key is a list, not a string"),
        ("? {a: 1}\n: b\n", "y:1:3: a key is a map, not a string"),
        ("a: 1\nb: 2\na: 3\n", "y:3:1: duplicate key `a`; keep one of them"),
        ("é: [{a: 1, 'a': 3}]\n", "y:1:12: duplicate key `a`; keep one of them"),
        (
            "amount: 1\nAmount: 3\n",
            "y:2:1: key `Amount` can be taken for `amount` beside it; keep one of them, or rename one",
        ),
        (
            "$serde_json::private::Number: '1'\n",
            "y:1:1: key `$serde_json::private::Number` is private to a JSON library; rename it",
        ),
    ];
    for (source, expected) in table {
        assert_eq!(complaint(source), expected, "{source:?}");
    }
}

#[test]
fn syntax_errors_keep_their_place() {
    let table = [
        ("é: ü\na: b: c\n", "y:2:5: not YAML: ", "; quote text that holds a colon and a space"),
        ("a: [1, 2\nb: c\n", "y:2:2: not YAML: ", "; quote text that holds a colon and a space"),
        ("é: ü\r\na: 'it\r\n", "y:2:4: not YAML: ", ""),
        ("a:\n    b: 1\n  c: 2\n", "y:3:3: not YAML: ", ""),
        ("a:\n\tb: 1\n", "y:2:2: not YAML: ", "; indent with spaces"),
        ("a: @b\n", "y:1:4: not YAML: ", "; quote text that begins with a sign of YAML"),
        ("a: {b: 1\n", "y:2:1: not YAML: ", ""),
    ];
    for (source, start, end) in table {
        let complaint = complaint(source);
        assert!(complaint.starts_with(start) && complaint.ends_with(end), "{source:?}: {complaint}");
    }
}

/// The text of every node and key, in order.
fn texts<'s>(source: &'s str, node: &Node<'_>, texts: &mut Vec<&'s str>) {
    texts.push(node.span.text(source));
    for element in node.as_array().unwrap_or_default() {
        self::texts(source, element, texts);
    }
    for member in node.as_object().into_iter().flatten() {
        texts.push(member.key_span.text(source));
        self::texts(source, &member.value, texts);
    }
}

#[test]
fn spans_cover_what_was_written() {
    let table: [(&str, &[&str]); 6] = [
        ("é: ü # c\nb: 'é é'  \n\n", &["é: ü # c\nb: 'é é'", "é", "ü", "b", "'é é'"]),
        (
            "a:\r\n  - b\r\n  - [c, {d: 1}]\r\ne: f\r\n",
            &[
                "a:\r\n  - b\r\n  - [c, {d: 1}]\r\ne: f",
                "a",
                "- b\r\n  - [c, {d: 1}]",
                "b",
                "[c, {d: 1}]",
                "c",
                "{d: 1}",
                "d",
                "1",
                "e",
                "f",
            ],
        ),
        (
            "a:\n- - b\n  - c\n- d\ne: \n",
            &["a:\n- - b\n  - c\n- d\ne", "a", "- - b\n  - c\n- d", "- b\n  - c", "b", "c", "d", "e", ""],
        ),
        ("[a, [ ], { b: 1, } ] # c\n", &["[a, [ ], { b: 1, } ]", "a", "[ ]", "{ b: 1, }", "b", "1"]),
        (
            "a: |\n  x\n  y\n\nb: two\n  lines\n",
            &["a: |\n  x\n  y\n\nb: two\n  lines", "a", "x\n  y", "b", "two\n  lines"],
        ),
        ("{a, b: }\n", &["{a, b: }", "a", "", "b", ""]),
    ];
    for (source, expected) in table {
        let mut found = Vec::new();
        texts(source, &accepted(source), &mut found);
        assert_eq!(found, expected, "{source:?}");
    }
}

#[test]
fn depth_is_bounded() {
    let flow = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let block = |levels: usize| format!("{}1", "- ".repeat(levels));
    for nested in [flow, block] {
        accepted(&nested(DEPTH_MAX));
        assert!(complaint(&nested(DEPTH_MAX + 1)).ends_with("nesting over 128 levels"));
    }
    for open in ["[", "{a: ", "- ", "? "] {
        assert!(parse(&open.repeat(100_000)).is_err());
    }
}
