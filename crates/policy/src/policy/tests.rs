//! Which documents are policies, and what is said of those that are not.

use floorwalker_json::{Document, Format, Problem};

use super::Policy;
use crate::review;

mod intercept;
mod policylayer;

fn lines(document: &Document, problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|problem| problem.line("p", &document.source)).collect()
}

/// The document is refused with exactly these lines, each `line:column: what is wrong; the way out`.
#[track_caller]
fn refused(source: &str, expect: &[&str]) {
    refused_in(Format::Json, source, expect);
}

#[track_caller]
fn refused_in(format: Format, source: &str, expect: &[&str]) {
    let document = Document::parse("p", source, format).unwrap();
    let problems = Policy::load(&document).expect_err("the document must not load");
    let expect: Vec<String> = expect.iter().map(|line| format!("p:{line}")).collect();
    assert_eq!(lines(&document, &problems), expect, "{source}");
}

#[track_caller]
fn loaded(source: &str) -> (Policy, Vec<String>) {
    loaded_in(Format::Json, source)
}

#[track_caller]
fn loaded_in(format: Format, source: &str) -> (Policy, Vec<String>) {
    let document = Document::parse("p", source, format).unwrap();
    let policy = Policy::load(&document).unwrap_or_else(|problems| panic!("{:?}", lines(&document, &problems)));
    let warnings = review(&policy, &[]).iter().map(|warning| warning.line("p", &document.source)).collect();
    (policy, warnings)
}

/// A policy whose only limit is this.
fn limited(limit: &str) -> String {
    format!(r#"{{"version":"1","default":"deny","tools":{{"t":{{"limits":[{limit}]}}}}}}"#)
}

#[test]
fn the_policies_of_this_repository_load() {
    for source in [
        include_str!("../../../../policies/seed-borealhost.json"),
        include_str!("../../../../policies/seed-forage.json"),
        include_str!("../../../../policies/seed-toofi.json"),
        include_str!("../../../../policies/checkout-aware.json"),
    ] {
        let (_, warnings) = loaded(source);
        assert_eq!(warnings, [""; 0]);
    }
}

#[test]
fn a_policy_of_another_shape_is_refused() {
    refused("[]", &["1:1: the policy must be a map, but here is a list"]);
    refused(
        "{}",
        &[
            r#"1:1: the policy has no `version`; add `"version": "1"`"#,
            r#"1:1: the policy has no `default`; add `"default": "deny"`, or `"allow"`"#,
        ],
    );
    refused(
        r#"{"version":1,"default":true}"#,
        &[
            r#"1:12: `version` is `1`; write `"1"`, in quotes: it is the only version there is"#,
            "1:24: `default` is `true`; write `allow` or `deny`",
        ],
    );
    refused(
        r#"{"version":"2","default":"Deny"}"#,
        &[
            r#"1:12: `version` is `"2"`; write `"1"`, in quotes: it is the only version there is"#,
            r#"1:26: `default` is `"Deny"`; did you mean `deny`?"#,
        ],
    );
}

#[test]
fn all_problems_are_told_at_once_from_top_to_bottom() {
    refused(
        "{\n  \"version\": \"1\",\n  \"tool\": {},\n  \"hide\": [\"a\", \"a\"],\n  \"tools\": {\n    \"t\": { \"limits\": [{ \"window\": \"Minute\", \"max\": -1 }] }\n  }\n}",
        &[
            r#"1:1: the policy has no `default`; add `"default": "deny"`, or `"allow"`"#,
            "3:3: the policy has no key `tool`; did you mean `tools`?",
            "4:17: `a` stands in `hide` twice; take one of them out",
            "6:23: a limit has no `counter`; add a name for what is counted",
            r#"6:35: `window` is `"Minute"`; did you mean `minute`?"#,
            "6:52: `max` is `-1`; write a whole number, `0` or more",
        ],
    );
}

#[test]
fn names_are_not_blank() {
    refused(
        r#"{"version":"1","default":"deny","hide":["", " a", 7, "b\u0007"],"tools":{" ":{},"*":{}}}"#,
        &[
            "1:41: a name in `hide` is blank; write a name",
            "1:45: a name in `hide` ` a` has blanks around it; write `a`",
            "1:51: a name in `hide` is `7`, not text; write a name in quotes",
            r"1:54: a name in `hide` is `b\u{7}`; a name must not hold control characters",
            "1:74: a tool's name is blank; write a name",
            "1:81: `*` is not a tool; limits for every tool stand in `all_tools`",
        ],
    );
}

#[test]
fn lists_and_maps_are_not_interchangeable() {
    refused(
        r#"{"version":"1","default":"deny","hide":"*","tools":[]}"#,
        &[
            r#"1:40: `hide` is `"*"`, not a list; write a list in `[` and `]`"#,
            "1:52: `tools` is a list, not a map; write the tools' names as keys in `{` and `}`",
        ],
    );
    refused(
        r#"{"version":"1","default":"deny","tools":{"a":null,"b":{"limits":{}},"c":{"limits":["x"]}}}"#,
        &[
            "1:46: a tool's rule must be a map, but here is nothing",
            "1:65: `limits` is a map, not a list; write a list in `[` and `]`",
            "1:84: a limit must be a map, but here is a string",
        ],
    );
}

#[test]
fn numbers_are_whole_and_not_text() {
    let cases = [
        (r#""10""#, r#"`"10"`; write the number without quotes: `10`"#),
        (r#""ten""#, r#"`"ten"`; write a whole number, `0` or more"#),
        ("1.5", "`1.5`; write a whole number, `0` or more"),
        ("-1", "`-1`; write a whole number, `0` or more"),
        ("null", "`null`; write a whole number, `0` or more"),
        ("1e300", "`1e300`; write a whole number of at most `18446744073709551615`"),
        ("[1]", "a list; write a whole number, `0` or more"),
    ];
    for (max, expect) in cases {
        let source = limited(&format!(r#"{{"counter":"c","window":"day","max":{max}}}"#));
        refused(&source, &[&format!("1:93: `max` is {expect}")]);
    }
}

#[test]
fn a_window_is_a_word_or_whole_seconds() {
    let words = "write `minute`, `hour` or `day`, or a whole number of seconds, `1` or more";
    let cases = [
        (r#""Hour""#, r#"`"Hour"`; did you mean `hour`?"#.to_owned()),
        (r#""60""#, r#"`"60"`; write the seconds without quotes: `60`"#.to_owned()),
        (r#""fortnight""#, format!(r#"`"fortnight"`; {words}"#)),
        ("0", format!("`0`; {words}")),
        ("0.5", format!("`0.5`; {words}")),
        ("-60", format!("`-60`; {words}")),
    ];
    for (window, expect) in cases {
        let source = limited(&format!(r#"{{"counter":"c","max":1,"window":{window}}}"#));
        refused(&source, &[&format!("1:89: `window` is {expect}")]);
    }
}

#[test]
fn numbers_beyond_all_bounds_do_not_even_parse() {
    let source = limited(r#"{"counter":"c","window":"day","max":1e309}"#);
    assert!(Document::parse("p", source, Format::Json).is_err());
}

#[test]
fn a_counter_stands_once_in_a_tool() {
    refused(
        &limited(r#"{"counter":"c","window":"day","max":1},{"counter":"c","window":"hour","max":"1"}"#),
        &[
            "1:107: the counter `c` stands twice in `t`; give each limit of a tool a counter of its own",
            r#"1:133: `max` is `"1"`; write the number without quotes: `1`"#,
        ],
    );
}

#[test]
fn tools_that_share_a_counter_share_its_window() {
    let tools = |second: &str| {
        format!(
            r#"{{"version":"1","default":"deny","tools":{{
                "t":{{"limits":[{{"counter":"c","window":"minute","max":1}}]}},
                "u":{{"limits":[{second}]}}}}}}"#
        )
    };
    refused(
        &tools(r#"{"counter":"c","window":"hour","max":1}"#),
        &[
            "3:56: the counter `c` has another window in `t`; write the same window, or give this limit a counter of its own",
        ],
    );
    loaded(&tools(r#"{"counter":"c","window":60,"max":2}"#));
    loaded(&tools(r#"{"counter":"c","window":"hour","max":1,"scope":"policy"}"#));
    loaded(&tools(r#"{"counter":"d","window":"hour","max":1}"#));
}

#[test]
fn unknown_keys_name_the_nearest_known_one() {
    refused(
        &limited(r#"{"counter":"c","window":"day","max":1,"scop":"grant","burst":2}"#),
        &[
            "1:95: a limit has no key `scop`; did you mean `scope`?",
            "1:110: a limit has no key `burst`; it may have `counter`, `window`, `increment`, `increment_from`, `currency`, `currency_from`, `max`, `scope` or `on_deny`",
        ],
    );
    refused(
        &limited(r#"{"counter":"c","window":"day","max":1,"scope":"user"}"#),
        &[r#"1:103: `scope` is `"user"`; write `grant`, `session` or `policy`"#],
    );
}

#[test]
fn keys_of_the_dialect_that_are_not_done_yet_stop_the_document() {
    let later = "is not supported yet; without it the document would mean something else, so it does not load; take the key out";
    refused(
        r#"{"version":"1","default":"deny","approvals":{"notify":{}},"all_tools":{"limits":[],"require":[]}}"#,
        &[&format!("1:46: `notify` {later}"), &format!("1:84: `require` {later}")],
    );
}

#[test]
fn what_loads_but_deserves_a_second_look_is_a_warning() {
    let (_, warnings) = loaded(
        r#"{"version":"1","default":"deny","hide":["t"],"tools":{"t":{"limits":[{"counter":"c","window":60,"max":1,"scope":"session"}]}}}"#,
    );
    assert_eq!(
        warnings,
        [
            "p:1:55: `t` is hidden, so its rule never applies; take it out of `tools` if nobody may call it, or out of `hide` if somebody may [hidden-and-allowed]",
            "p:1:113: an agent that opens a new session starts a limit of `scope` `session` anew; \
             write `grant`; a call without a session is denied by this limit [session-scope]",
        ]
    );
}

#[test]
fn a_star_hides_everything() {
    let (policy, warnings) = loaded(r#"{"version":"1","default":"allow","hide":["*", "a"]}"#);
    assert!(policy.hides("a") && policy.hides("anything"));
    assert_eq!(
        warnings,
        ["p:1:41: `*` in `hide` hides every tool, so the other names do nothing; take them out [never-fires]"]
    );
    let (policy, _) = loaded(r#"{"version":"1","default":"allow","hide":["a"]}"#);
    assert!(policy.hides("a") && !policy.hides("A") && !policy.hides("b"));
}

#[test]
fn the_digest_is_that_of_the_content() {
    let (one, _) =
        loaded(r#"{"version":"1","default":"deny","tools":{"t":{"limits":[{"counter":"c","window":60,"max":1}]}}}"#);
    let (same, _) = loaded(
        "{ \"default\": \"deny\", \"version\": \"\\u0031\",\n\"tools\":{\"t\":{\"limits\":[{\"max\":1.0,\"window\":6e1,\"counter\":\"c\"}]}}}",
    );
    let (other, _) =
        loaded(r#"{"version":"1","default":"deny","tools":{"t":{"limits":[{"counter":"c","window":60,"max":2}]}}}"#);
    assert_eq!(one.digest(), same.digest());
    assert_ne!(one.digest(), other.digest());
}
