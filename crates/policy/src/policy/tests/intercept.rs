//! What Intercept's dialect may say, and what it becomes.

use floorwalker_json::Format;

use super::{Policy, loaded_in, refused_in};

/// A policy in YAML whose only tool has these rules, each on lines of its own.
fn ruled(rules: &str) -> String {
    format!("version: \"1\"\ndefault: deny\ntools:\n  t:\n    rules:\n{rules}")
}

#[track_caller]
fn refused(rules: &str, expect: &[&str]) {
    refused_in(Format::Yaml, &ruled(rules), expect);
}

/// Each limit of the tool, in words.
fn limits(policy: &Policy) -> Vec<String> {
    let limits = policy.tool("t").unwrap().limits.iter();
    limits.map(|limit| format!("{} {} {} per {}", limit.rule, limit.counter, limit.max, limit.window)).collect()
}

const LIMITED: &str = "
    - name: a
      rate_limit: 5/hour
    - name: a
      conditions:
        - { path: args.x, op: eq, value: 1 }
        - { path: state.t.spent, op: lt, value: 10 }
      state: { counter: spent, window: day, increment_from: args.x }
    - { name: b, conditions: [{ path: state.t.n, op: lt, value: 10 }], state: { counter: n, window: minute } }
";

#[test]
fn counters_become_limits_of_everybody() {
    let (policy, warnings) = loaded_in(Format::Yaml, &ruled(LIMITED));
    assert_eq!(
        limits(&policy),
        [
            "/tools/t/rules/a t/_rate_hour 5 per calendar hour",
            "/tools/t/rules/a#2 t/spent 9.999999999 per calendar day",
            "/tools/t/rules/b t/n 9 per calendar minute",
        ]
    );
    assert_eq!(
        warnings,
        ["p:8:19: windows of the calendar let twice as much pass around the instant at which one ends; \
             write `windows: rolling` beside `tools` [calendar-window]",]
    );
}

#[test]
fn rolling_windows_override_those_of_the_calendar() {
    let (policy, warnings) = loaded_in(Format::Yaml, &format!("windows: rolling\n{}", ruled(LIMITED)));
    assert_eq!(limits(&policy)[0], "/tools/t/rules/a t/_rate_hour 5 per 3600 s");
    // Counters of this dialect know no grants, so others may fill them: nothing is said of which is full first.
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn a_missing_default_allows_with_a_warning() {
    let (_, warnings) = loaded_in(Format::Yaml, "version: \"1\"\ntools:\n  t: { rules: [] }\n");
    assert_eq!(
        warnings,
        ["p:1:1: without `default`, this dialect allows every tool that `tools` does not name; \
             write `default: deny`, or `default: allow` if it is meant so [missing-default]",]
    );
}

#[test]
fn rules_that_say_too_much_or_too_little_are_refused() {
    refused(
        "    - { action: deny, conditions: [] }\n    - { name: b }\n    - { name: c, rate_limit: 1/day, state: {} }\n",
        &[
            "6:7: a rule has no `name`; every rule needs a name; write what it is for",
            "6:35: `conditions` has no place beside `action: deny`; take one of them out, or make two rules of it",
            "7:7: a rule that evaluates needs conditions; add a condition; to deny always, write `action: deny`",
            "8:44: `state` has no place beside `rate_limit`; take one of them out, or make two rules of it",
        ],
    );
    refused(
        "    - { name: a, action: require_approval, rate_limit: 1/day }\n    - { name: b, rate_limit: 0/day }\n    - { name: c, limits: [] }\n",
        &[
            "6:56: `rate_limit` has no place beside `action: require_approval`; take one of them out, or make two rules of it",
            "7:30: `rate_limit` is `0/day`; write a whole number above 0, a slash, and `minute`, `hour` or `day`, such as `5/hour`",
            "8:7: a rule that evaluates needs conditions; add a condition; to deny always, write `action: deny`",
            "8:18: a rule has no key `limits`; it may have `name`, `action`, `on_deny`, `conditions`, `state`, `rate_limit` or `approval_timeout`",
        ],
    );
}

#[test]
fn a_counter_is_bounded_by_its_own_rule() {
    let state = "state: { counter: n, window: day }";
    refused(
        &format!(
            "    - {{ name: a, conditions: [{{ path: state.t.n, op: lte, value: 1 }}] }}
    - {{ name: b, conditions: [{{ path: state.u.n, op: lte, value: 1 }}], {state} }}
    - {{ name: c, conditions: [{{ path: state.t.n, op: gt, value: -1 }}], {state} }}
    - {{ name: d, conditions: [{{ path: args.x, op: gt, value: 1 }}], {state} }}
    - {{ name: e, conditions: [{{ path: state.t.n, op: lt, value: 0 }}], {state} }}
"
        ),
        &[
            "6:31: a condition on a counter needs a `state` with that counter in the same rule; add `state`, with `counter` and `window`",
            "7:39: `path` is `state.u.n`, which is not this rule's counter; write `state.t.n`",
            "8:54: `op` on a counter is `gt`; did you mean `lt`?",
            "9:7: nothing bounds this counter, so it would never move; compare the rule's own counter, once, by `lt` or `lte`",
            "10:7: no call fits below this bound; write a number above `0`",
        ],
    );
}

#[test]
fn no_two_tools_share_a_counter_whatever_their_names_hold() {
    let rule = "{ rules: [{ name: r, rate_limit: 1/day }, { name: s, conditions: [{ path: PATH, op: lte, value: 1 }], state: { counter: c, window: day } }] }";
    let tool = |name: &str, path: &str| format!("  \"{name}\": {}\n", rule.replace("PATH", &format!("\"{path}\"")));
    let source = format!(
        "version: \"1\"\ndefault: deny\ntools:\n{}{}{}{}",
        tool("a", "state.a.c"),
        tool("a/c", "state.a/c.c"),
        tool("_global", "state._global.c"),
        tool("*", "state._global.c")
    );
    let (policy, _) = loaded_in(Format::Yaml, &source);
    let rules = ["a", "a/c", "_global"].map(|tool| policy.tool(tool).unwrap());
    let counters: Vec<&str> = rules
        .into_iter()
        .chain([policy.every()])
        .flat_map(|rules| &rules.limits)
        .map(|limit| &*limit.counter)
        .collect();
    let expect =
        ["a/_rate_day", "a/c", "a~1c/_rate_day", "a~1c/c", "_global/_rate_day", "_global/c", "*/_rate_day", "*/c"];
    assert_eq!(counters, expect);
}

#[test]
fn an_unanchored_pattern_is_warned_about() {
    let (_, warnings) = loaded_in(
        Format::Yaml,
        &ruled("    - { name: a, conditions: [{ path: args.x, op: regex, value: \"^a\" }] }\n"),
    );
    assert_eq!(
        warnings,
        [
            "p:6:65: the pattern `\"^a\"` may match anywhere in the text, so text around it passes; begin it with `^` and end it with `$` [unanchored-pattern]"
        ]
    );
}
