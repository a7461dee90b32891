//! What an explanation says of each kind of rule, in its words, and that it says it of the rule that decided.
//!
//! That explaining decides alike is held by every table of `tests/table.rs`, and for random policies by
//! `tests/explained.rs`.

use floorwalker_json::{Document, Format, Keys, scan};

use super::{Answer, Finding, explain};
use crate::{
    Call, Decision, Definition, GrantId, Moment, Plan, Policy, Profile, RuleName, ServerName, SessionId, State,
    Timestamp, observe,
};

const BOREALHOST: &str = include_str!("../../../../profiles/borealhost.yaml");

/// A denial has one finding, the last one that was asked, and an answer of another kind has none.
#[track_caller]
pub(crate) fn consistent<T>(decision: &Decision<T>, findings: &[Finding]) {
    let stops = |finding: &&Finding| matches!(finding.answer, Answer::Denies | Answer::Asks);
    let denies: Vec<&Finding> = findings.iter().filter(stops).collect();
    let last = findings.iter().rfind(|finding| finding.answer != Answer::NotAsked);
    match decision {
        Decision::Deny(denial) => {
            assert_eq!(denies.iter().map(|finding| &finding.rule).collect::<Vec<_>>(), [&denial.rule]);
            assert_eq!(last, denies.first().copied());
        }
        Decision::Ask(ask) => {
            assert_eq!(denies.iter().map(|finding| &finding.rule).collect::<Vec<_>>(), [&ask.wanted.terms.rule]);
            assert_eq!(last, denies.first().copied());
        }
        _ => assert!(denies.is_empty() && findings.iter().all(|finding| finding.answer == Answer::Passes)),
    }
}

/// One line per finding about the last of these calls, without the four that come before any rule of the policy.
fn told(policy: &str, calls: &[&str]) -> String {
    let format = if policy.starts_with('{') { Format::Json } else { Format::Yaml };
    let policy = Policy::load(&Document::parse("policy", policy, format).unwrap()).unwrap();
    let profile = Profile::load(&Document::parse("profile", BOREALHOST, Format::Yaml).unwrap()).unwrap();
    let (grant, server) = (GrantId::new("a").unwrap(), ServerName::new("s").unwrap());
    let session = SessionId::new("s1").unwrap();
    let mut state = State::default();
    let mut last = Vec::new();
    for (turn, written) in (1_u64..).zip(calls) {
        let now = Moment { at: Timestamp::from_millis(turn * 1_000), turn };
        let (tool, arguments) = written.split_once(' ').unwrap_or((written, "{}"));
        let (arguments, reply) = arguments.split_once(" -> ").unwrap_or((arguments, ""));
        let arguments = scan(arguments.as_bytes(), Keys::Unconfusable).unwrap();
        let call = Call { grant: &grant, server: &server, session: Some(&session), tool, arguments: Some(&arguments) };
        let (decision, findings) = explain(Some(&policy), Some(&profile), Some(&Definition::default()), &call);
        last = findings;
        if let Decision::Allow(plan) = decision {
            let (_, more) = state.commit_explained(now, &plan);
            last.extend(more);
        }
        if !reply.is_empty() {
            let result = format!(r#"{{"structuredContent":{reply}}}"#);
            let result = scan(result.as_bytes(), Keys::Distinct).unwrap();
            let seen = observe(&profile, &floorwalker_json::DigestKey::new([1; 32]), &call, &result, turn).unwrap();
            assert_eq!(state.commit(now, &Plan { changes: seen.plan.changes }), Decision::Allow(()));
        }
    }
    let before = ["(hidden)", "(unknown tool)", "(default deny)", "/arguments/confusable"];
    let is_of_the_policy =
        |finding: &&Finding| finding.answer == Answer::Denies || !before.contains(&finding.rule.as_str());
    last.iter().filter(is_of_the_policy).map(line).collect()
}

fn line(finding: &Finding) -> String {
    let looks: Vec<String> = finding
        .looks
        .iter()
        .map(|look| match look.holds {
            Some(holds) => format!("{} | {} | {holds}", look.wants, look.saw),
            None => format!("{} | not asked", look.wants),
        })
        .collect();
    format!("{:?} {}: {}\n", finding.answer, finding.rule, looks.join("; "))
}

const OURS: &str = r#"{"version":"1","default":"deny","hide":["wipe"],
    "all_tools":{"limits":[{"counter":"calls","window":"minute","max":2}]},
    "tools":{"buy":{
        "require":[{"conditions":[
            {"path":"args.units","op":"lte","value":1e2},{"path":"args.sku","op":"regex","value":"^bh_.*"}]}],
        "deny_if":[{"conditions":[{"path":"args.discount","op":"exists","value":true}]}],
        "schema":{"type":"object"},
        "limits":[{"counter":"units","window":"hour","max":100,"increment_from":"args.units"},
                  {"counter":"here","window":"hour","max":9,"scope":"session"}]},
      "list":{}}}"#;

#[test]
fn each_kind_of_rule_says_what_it_wants_and_saw() {
    let buy = r#"buy {"units":60,"sku":"bh_site"}"#;
    assert_eq!(
        told(OURS, &[buy]),
        "\
Passes /tools/buy/require/args.units-lte: args.units lte 1e2 | 60 | true; args.sku regex \"^bh_.*\" for the whole text | \"bh_site\" | true
Passes /tools/buy/deny_if/args.discount-exists: args.discount exists true | nothing | false
Passes /tools/buy/schema: arguments that fit the schema that the policy gives | that they fit | true
Passes /tools/buy/limits/units: args.units is an amount | 60 | true
Passes /tools/buy/limits/here: a session, because it counts per session | s1 | true
Passes /tools/buy/limits/units: room for 60 of 100 per 3600 s for a | 0 used | true
Passes /tools/buy/limits/here: room for 1 of 9 per 3600 s for session s1 | 0 used | true
Passes /all_tools/limits/calls: room for 1 of 2 per 60 s for a | 0 used | true
"
    );
    assert_eq!(
        told(OURS, &[buy, buy]),
        told(OURS, &[buy])
            .replace(
                "Passes /tools/buy/limits/units: room for 60 of 100 per 3600 s for a | 0 used | true",
                "Denies /tools/buy/limits/units: room for 60 of 100 per 3600 s for a | 60 used | false"
            )
            .replace(
                "Passes /tools/buy/limits/here: room for 1 of 9 per 3600 s for session s1 | 0 used | true",
                "NotAsked /tools/buy/limits/here: "
            )
            .replace(
                "Passes /all_tools/limits/calls: room for 1 of 2 per 60 s for a | 0 used | true",
                "NotAsked /all_tools/limits/calls: "
            )
    );
}

#[test]
fn what_comes_after_the_rule_that_decided_was_not_asked() {
    let rest = "\
NotAsked /tools/buy/deny_if/args.discount-exists: 
NotAsked /tools/buy/schema: 
NotAsked /tools/buy/limits/units: 
NotAsked /tools/buy/limits/here: 
NotAsked /all_tools/limits/calls: 
";
    let first = "Denies /tools/buy/require/args.units-lte: args.units lte 1e2";
    assert_eq!(
        told(OURS, &[r#"buy {"units":100.1}"#]),
        format!("{first} | 100.1 | false; args.sku regex \"^bh_.*\" for the whole text | not asked\n{rest}")
    );
    assert_eq!(
        told(OURS, &[r#"buy {"units":"60"}"#]),
        format!("{first} | \"60\" | false; args.sku regex \"^bh_.*\" for the whole text | not asked\n{rest}")
    );
    let confusable = told(OURS, &[r#"buy {"Units":60}"#]);
    let says = "Denies /arguments/confusable: args.units lte 1e2 | a key that can be taken for it | false\n";
    assert!(confusable.starts_with(says), "{confusable}");
}

#[test]
fn names_decide_before_rules() {
    assert_eq!(
        told(OURS, &["wipe"]).lines().next().unwrap(),
        "Denies (hidden): a tool that `hide` does not hide | one that it hides | false"
    );
    assert_eq!(
        told(OURS, &["sell"]).lines().next().unwrap(),
        "Denies (default deny): a tool that `tools` names, or `default: allow` | one that it does not name, and `default: deny` | false"
    );
}

#[test]
fn intercept_says_the_same_of_its_rules() {
    let policy = "
version: '1'
default: deny
tools:
  charge:
    rules:
      - { name: cap, conditions: [{ path: args.amount, op: lte, value: 50 }] }
      - name: daily
        conditions: [{ path: state.charge.spent, op: lte, value: 60 }]
        state: { counter: spent, window: day, increment_from: args.amount }
  '*':
    rules: [{ name: everything, rate_limit: 2/minute }]
";
    let charge = r#"charge {"amount":40}"#;
    assert_eq!(
        told(policy, &[charge, charge]),
        "\
Passes /tools/charge/rules/cap: args.amount lte 50 | 40 | true
Passes /tools/charge/rules/daily: args.amount is an amount | 40 | true
Denies /tools/charge/rules/daily: room for 40 of 60 per calendar day for everybody | 40 used | false
NotAsked /tools/*/rules/everything: 
"
    );
}

#[test]
fn a_profile_says_what_it_saw_of_the_checkout() {
    let policy = r#"{"version":"1","default":"allow"}"#;
    let create = r#"create_checkout {"sku":"x"} -> {"id":"c1","status":"ready"}"#;
    let poll = r#"get_checkout_status {"checkout_id":"c1"}"#;
    assert_eq!(
        told(policy, &[create, poll, poll]),
        "\
Passes /checkout/id: the id of a checkout in args.checkout_id | \"c1\" | true
Passes /checkout/owner: checkout c1 to be a's | a's | true
Passes /checkout/done: a checkout that is not over | one that is ready | true
Denies /checkout/pace: a poll in its time, every 5 s until 60 s, every 15 s until 600 s | the first 1 s ago, the last 1 s ago | false
"
    );
    let complete = r#"complete_checkout {"checkout_id":"c1"}"#;
    assert_eq!(
        told(policy, &[create, complete, complete]),
        "\
Passes /checkout/id: the id of a checkout in args.checkout_id | \"c1\" | true
Passes /checkout/owner: checkout c1 to be a's | a's | true
Denies /checkout/completed: no completion before | one on its way | false
NotAsked /checkout/done: 
NotAsked /checkout/status: 
NotAsked /checkout/total: 
"
    );
    assert_eq!(
        told(policy, &["complete_checkout {}"]),
        "Denies /checkout/id: the id of a checkout in args.checkout_id | nothing | false\n"
    );
}

/// In one explanation a rule has one answer: what was asked already is not called not asked, whoever denies later.
#[test]
fn what_was_asked_is_not_called_not_asked() {
    let who = |name: &str| format!(r#"{{"approvers":["{name}"]}}"#);
    let nobody = format!(
        r#"{{"version":"1","default":"deny","tools":{{"t":{{"require_approval":[{},{}],
        "limits":[{{"counter":"c","window":9,"max":9,"increment_from":"args.x"}}]}}}}}}"#,
        who("ann"),
        who("bob")
    );
    let unreadable = r#"{"version":"1","default":"deny","tools":{"t":{"limits":[
        {"counter":"c","window":9,"max":9,"increment_from":"args.x"},
        {"counter":"d","window":9,"max":9,"increment_from":"args.y"}]}}}"#;
    for source in [nobody.as_str(), unreadable] {
        let policy = Policy::load(&Document::parse("policy", source, Format::Json).unwrap()).unwrap();
        let (grant, server) = (GrantId::new("a").unwrap(), ServerName::new("s").unwrap());
        let arguments = scan(br#"{"x":1}"#, Keys::Distinct).unwrap();
        let call = Call { grant: &grant, server: &server, session: None, tool: "t", arguments: Some(&arguments) };
        let (decision, findings) = explain(Some(&policy), None, Some(&Definition::default()), &call);
        assert!(matches!(decision, Decision::Deny(_)), "{source}");
        let was_asked = |rule: &RuleName| {
            findings.iter().any(|finding| finding.rule == *rule && finding.answer != Answer::NotAsked)
        };
        let not_asked = findings.iter().filter(|finding| finding.answer == Answer::NotAsked);
        assert_eq!(not_asked.filter(|finding| was_asked(&finding.rule)).count(), 0, "{findings:?}");
        for finding in findings.iter().filter(|finding| finding.rule.as_str().contains("/require_approval/")) {
            assert!(policy.place("t", &finding.rule).is_some(), "{finding:?}");
        }
    }
}

#[test]
fn a_rule_is_found_where_it_stands() {
    let document = Document::parse("policy", OURS, Format::Json).unwrap();
    let policy = Policy::load(&document).unwrap();
    let at = |rule: &str| {
        let span = policy.place("buy", &crate::RuleName::placed(rule.to_owned()));
        span.map(|span| span.text(OURS).lines().next().unwrap())
    };
    assert_eq!(at("/tools/buy/schema"), Some(r#"{"type":"object"}"#));
    assert_eq!(at("/tools/buy/limits/here"), Some(r#"{"counter":"here","window":"hour","max":9,"scope":"session"}"#));
    assert_eq!(at("/tools/buy/require/args.units-lte"), Some(r#"{"conditions":["#));
    assert_eq!(at("/all_tools/limits/calls"), Some(r#"{"counter":"calls","window":"minute","max":2}"#));
    assert_eq!(at("(default deny)"), Some(r#""deny""#));
    assert_eq!(at("/checkout/owner"), None);
}
