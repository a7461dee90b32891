//! What PolicyLayer's dialect and the catalogue's shorthand may say, and how their rules are called.

use super::{limited, loaded, refused};

/// A policy whose only tool has this rule.
fn ruled(rule: &str) -> String {
    format!(r#"{{"version":"1","default":"deny","tools":{{"t":{rule}}}}}"#)
}

/// The names of the tool's rules, in the order in which they are asked.
#[track_caller]
fn names(rule: &str) -> Vec<String> {
    let (policy, _) = loaded(&ruled(rule));
    let rules = policy.tool("t").unwrap();
    let checks = rules.checks.iter().map(|check| check.rule.to_string());
    let schema = rules.schema.iter().map(|schema| schema.rule.to_string());
    checks.chain(schema).chain(rules.limits.iter().map(|limit| limit.rule.to_string())).collect()
}

#[test]
fn rules_are_called_after_their_place() {
    let condition = |path: &str| format!(r#"{{"path":"{path}","op":"gt","value":1}}"#);
    let (amount, odd) = (condition("args.amount"), condition(r"args.a/b\\.c"));
    let rule = format!(
        r#"{{"deny_if":[{{"conditions":[{amount}]}},{{"conditions":[{amount},{odd}]}},{{"conditions":[{odd}]}},{{"conditions":[]}}],
            "require":[{{"conditions":[{amount}]}}],"schema":"published","rate_limit":{{"max":1,"window":60}},
            "limits":[{{"counter":"a/b","window":"day","max":1}}]}}"#
    );
    assert_eq!(
        names(&rule),
        [
            "/tools/t/require/args.amount-gt",
            "/tools/t/deny_if/args.amount-gt",
            "/tools/t/deny_if/args.amount-gt#2",
            r"/tools/t/deny_if/args.a~1b\.c-gt",
            "/tools/t/deny_if/always",
            "/tools/t/schema",
            "/tools/t/limits/a~1b",
            "/tools/t/rate_limit",
        ]
    );
    assert_eq!(names(r#"{"action":"deny","reason":"No."}"#), ["/tools/t/action"]);
    assert_eq!(names(r#"{"action":"allow"}"#), [""; 0]);
}

#[test]
fn a_rule_that_contradicts_itself_is_refused() {
    refused(
        &ruled(r#"{"action":"deny","rate_limit":{"max":1,"window":60},"require":[]}"#),
        &[
            "1:76: `rate_limit` contradicts `action: deny` of `t`; take one of them out",
            "1:108: `require` contradicts `action: deny` of `t`; take one of them out",
        ],
    );
    refused(
        &ruled(r#"{"action":"allow","deny_if":[{"conditions":[]}]}"#),
        &["1:75: `deny_if` contradicts `action: allow` of `t`; take one of them out"],
    );
    refused(
        &ruled(r#"{"action":"allow","reason":"No."}"#),
        &[
            "1:73: `reason` says why a call is denied or asked about, but there is no `action` here that does either; add the action; a rule's own words stand in its `on_deny`",
        ],
    );
    refused(
        &ruled(r#"{"rate_limit":{"max":1,"window":60},"limits":[{"counter":"t_rate","window":60,"max":1}]}"#),
        &[
            "1:60: `rate_limit` counts in `t_rate`, which stands in `limits` too; take one of them out, or give the limit another counter",
        ],
    );
}

#[test]
fn amounts_have_a_place_and_one_currency() {
    loaded(&limited(
        r#"{"counter":"c","window":"day","max":99.50,"increment_from":"args.units","currency":"EUR","currency_from":"args.pay.currency"}"#,
    ));
    refused(
        &limited(
            r#"{"counter":"c","window":"day","max":-1,"increment_from":"units","increment":2,"currency_from":"args.c"}"#,
        ),
        &[
            "1:93: `max` is `-1`; write an amount of at least `0`, with at most nine digits behind the point",
            "1:113: `increment_from` is `\"units\"`; a path begins with `args.`, followed by an argument's name",
            "1:133: `increment` contradicts `increment_from`; take one of them out",
            "1:151: `currency_from` says where, but not which; add `currency`, or take this out",
        ],
    );
    refused(
        &limited(r#"{"counter":"c","window":"day","max":1.5,"currency":"EUR"}"#),
        &[
            "1:93: `max` is `1.5`; write a whole number, `0` or more",
            "1:108: only amounts have a currency; add `increment_from`, or take this out",
        ],
    );
}

#[test]
fn tools_that_share_a_counter_count_the_same() {
    let tools = |second: &str| {
        format!(
            r#"{{"version":"1","default":"deny","all_tools":{{"limits":[{{"counter":"all","window":60,"max":9}}]}},"tools":{{
                "t":{{"limits":[{{"counter":"c","window":60,"max":1,"increment_from":"args.n","currency":"EUR"}}]}},
                "u":{{"limits":[{second}]}}}}}}"#
        )
    };
    let unit = "3:56: the counter `c` counts something else in `t`; count calls in both, or amounts of one currency; or use another counter";
    refused(&tools(r#"{"counter":"c","window":60,"max":1}"#), &[unit]);
    refused(&tools(r#"{"counter":"c","window":60,"max":1,"increment_from":"args.n"}"#), &[unit]);
    refused(
        &tools(r#"{"counter":"all","window":60,"max":1}"#),
        &[
            "3:58: the counter `all` stands in `all_tools` too, so a call would charge it twice; give this limit a counter of its own",
        ],
    );
    loaded(&tools(r#"{"counter":"c","window":60,"max":2,"increment_from":"args.m","currency":"EUR"}"#));
}

#[test]
fn limits_of_all_tools_count_calls() {
    refused(
        r#"{"version":"1","default":"deny","all_tools":{"limits":[{"counter":"c","window":60,"max":1,"increment_from":"args.n"}]}}"#,
        &[
            "1:108: a limit of `all_tools` counts calls, not what an argument says; write this limit for each tool that has the argument",
        ],
    );
    refused(
        r#"{"version":"1","default":"deny","all_tools":{}}"#,
        &["1:45: `all_tools` says nothing; add `limits`, what all calls together may use up, or `require_approval`"],
    );
}

#[test]
fn a_list_of_asks_asks_about_something() {
    loaded(&ruled(r#"{"require_approval":[{}]}"#));
    refused(
        r#"{"version":"1","default":"deny","tools":{"t":{"require_approval":[]}}}"#,
        &[
            "1:66: `require_approval` is empty, so nobody is ever asked; add an entry, `{}` to ask about every call, or take it out",
        ],
    );
}

#[test]
fn a_schema_is_published_or_whole() {
    loaded(&ruled(r#"{"schema":{"type":"object","required":["sku"]}}"#));
    refused(
        &ruled(r#"{"schema":"publishd"}"#),
        &["1:56: `schema` is `\"publishd\"`; write `published`, or a JSON Schema as a map"],
    );
    for schema in [r#"{"$ref":"https://elsewhere.test/s"}"#, r#"{"type":"strin"}"#] {
        let document = ruled(&format!(r#"{{"schema":{schema}}}"#));
        let document = floorwalker_json::Document::parse("p", document, floorwalker_json::Format::Json).unwrap();
        let problems = super::Policy::load(&document).unwrap_err();
        assert!(problems[0].says.starts_with("`schema` is no JSON Schema that can be used: "), "{problems:?}");
    }
}

#[test]
fn conditions_that_deserve_a_second_look() {
    let (_, warnings) = loaded(&ruled(
        r#"{"require":[{"conditions":[]},{"conditions":[{"path":"args.a","op":"regex","value":"^a|b$"}]}],"deny_if":[{"conditions":[{"path":"args.a","op":"regex","value":"b"}]}]}"#,
    ));
    assert_eq!(
        warnings,
        [
            "p:1:58: without conditions this `require` is always met; add a condition, or take it out [no-conditions]",
            "p:1:129: the pattern `\"^a|b$\"` must match the whole text here, though it does not say so; begin it with `^` and end it with `$` [unanchored-pattern]",
        ]
    );
}

#[test]
fn misspelt_keys_of_rules_name_the_nearest() {
    refused(
        &ruled(r#"{"requires":[],"deny_if":[{"condition":[]}]}"#),
        &[
            "1:47: a tool's rule has no key `requires`; did you mean `require`?",
            "1:72: an entry of `deny_if` has no `conditions`; add a list of conditions",
            "1:73: an entry of `deny_if` has no key `condition`; did you mean `conditions`?",
        ],
    );
}
