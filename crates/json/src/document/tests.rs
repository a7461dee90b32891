//! Documents that do not load, as a newcomer sees it.

use super::*;

fn complaint(source: &str) -> String {
    Document::parse("p.json", source, Format::Json).expect_err(source).line("p.json", source)
}

#[test]
fn json_problems_say_where_what_and_the_way_out() {
    let table = [
        ("{\"a\":1,\n \"a\":2}", "p.json:2:2: duplicate key `a`; keep one of them"),
        ("{\"a\":1,\n \"A\":2}", "p.json:2:2: key `A` can be taken for `a` beside it; keep one of them, or rename one"),
        ("{\"a\":1,\n}", "p.json:2:1: expected a key in double quotes, found `}`; take away the comma before it"),
        ("[1, ]", "p.json:1:5: expected a value, found `]`; take away the comma before it"),
        ("[1] // x", "p.json:1:5: something follows the value; a document is one value"),
        ("[1 // x\n]", "p.json:1:4: expected `,` or `]`, found `/`; JSON has no comments"),
        ("{'a':1}", "p.json:1:2: expected a key in double quotes, found `\\'`; JSON quotes with double quotes"),
        ("{\"a\":1", "p.json:1:7: unexpected end; close what was opened: a quote, a bracket or a brace"),
        ("[01]", "p.json:1:2: not a number as JSON writes it; numbers are written like 0, -1, 0.5 or 1e3"),
        ("[1e999]", "p.json:1:2: number too large for a double"),
        ("\u{FEFF}[]", "p.json:1:1: byte order mark; save the file as UTF-8 without a byte order mark"),
        ("[\"é\\q\"]", "p.json:1:4: escape that JSON does not have; a backslash itself is written `\\\\`"),
        (
            "[\"a\nb\"]",
            "p.json:1:4: control character U+000A in a string; close the string on its line, or write `\\n`",
        ),
        ("[yes]", "p.json:1:2: expected a value, found `y`"),
    ];
    for (source, expected) in table {
        assert_eq!(complaint(source), expected);
    }
}

#[test]
fn the_problem_covers_the_character() {
    let problem = Document::parse("p", "[é]", Format::Json).expect_err("no value begins with é");
    assert_eq!(problem.span.text("[é]"), "é");
}

#[test]
fn the_name_tells_the_format() {
    assert_eq!(Format::of_name("a/b.json"), Format::Json);
    assert_eq!(Format::of_name("a.yaml"), Format::Yaml);
    assert_eq!(Format::of_name("json"), Format::Yaml);
}

#[test]
fn both_formats_give_the_same_values() {
    let json = Document::parse("a", r#"{"a":[1,"x",null],"b":{"c":true}}"#, Format::Json).expect("JSON");
    let yaml = Document::parse("a", "a:\n- 1\n- x\n- ~\nb: {c: true}\n", Format::Yaml).expect("YAML");
    assert_eq!(crate::canonical(&json.root), crate::canonical(&yaml.root));
}
