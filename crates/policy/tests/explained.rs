//! Explaining is deciding: of every policy and history, what is explained is what is decided, the state is the same after
//! it, the finding that denies or asks is of the rule that did, no rule was both asked and not asked, and every value shown stands in the call.
//!
//! It is about G9 (one policy and one call have one decision): an explanation that could differ would be a second opinion.

// Clippy lets tests unwrap, and takes a module for tests when it says so.
#![cfg(test)]

use std::collections::BTreeSet;

use floorwalker_json::{DigestKey, Document, Format, Keys, Node, Value, canonical, scan};
use floorwalker_policy::{
    Answer, Call, Decision, Definition, Finding, GrantId, Moment, Plan, Policy, Profile, ServerName, State, Timestamp,
    decide, explain, observe,
};
use proptest::prelude::*;

const PROFILE: &str = include_str!("../../../profiles/borealhost.yaml");
const TOOLS: [&str; 5] =
    ["create_checkout", "complete_checkout", "get_checkout_status", "whoami", "no_rule_for_this_tool"];

/// One call: of whom, which tool, with what, after how much time, and what the server shows.
type Made = (&'static str, &'static str, String, u64, Option<String>);

fn word(words: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    prop::sample::select(words.to_vec())
}

fn condition() -> impl Strategy<Value = String> {
    let test = prop_oneof![
        (word(&["eq", "neq", "contains"]), word(&["1", "1.0", "\"a\"", "null", "[\"a\"]"])),
        (word(&["lt", "lte", "gt", "gte"]), word(&["0", "1", "2.50"])),
        (word(&["in", "not_in"]), word(&["[]", "[1]", "[\"a\",1.0]"])),
        (word(&["exists"]), word(&["true", "false"])),
        (word(&["regex"]), word(&["\"a\"", "\"^a.*$\""])),
    ];
    (word(&["args.x", "args.y", "args.y.0", "args.checkout_id"]), test)
        .prop_map(|(path, (op, value))| format!(r#"{{"path":"{path}","op":"{op}","value":{value}}}"#))
}

fn entries(least: usize) -> impl Strategy<Value = String> {
    let entry = prop::collection::vec(condition(), least..3)
        .prop_map(|conditions| format!(r#"{{"conditions":[{}]}}"#, conditions.join(",")));
    prop::collection::vec(entry, 0..2).prop_map(|entries| entries.join(","))
}

fn rule() -> impl Strategy<Value = String> {
    let limits = word(&[
        "",
        r#"{"counter":"a","window":3,"max":1}"#,
        r#"{"counter":"a","window":3,"max":2},{"counter":"b","window":9,"max":2.5,"increment_from":"args.x"}"#,
        r#"{"counter":"c","window":5,"max":3,"increment_from":"args.x","currency":"a","currency_from":"args.y"}"#,
        r#"{"counter":"d","window":5,"max":3,"scope":"session"}"#,
    ]);
    let schema = word(&["", r#""schema":"published","#, r#""schema":{"properties":{"x":{"type":"number"}}},"#]);
    (schema, entries(0), entries(1), limits, asks()).prop_map(|(schema, require, deny_if, limits, asks)| {
        format!(r#"{{{schema}{asks}"require":[{require}],"deny_if":[{deny_if}],"limits":[{limits}]}}"#)
    })
}

/// `require_approval`, often with two entries that have no approver in common.
fn asks() -> impl Strategy<Value = String> {
    let who = word(&["", r#","approvers":["ann"]"#, r#","approvers":["bob"]"#]);
    let entry = (prop::collection::vec(condition(), 0..2), who)
        .prop_map(|(conditions, who)| format!(r#"{{"conditions":[{}]{who}}}"#, conditions.join(",")));
    prop::collection::vec(entry, 0..3).prop_map(|entries| match entries.is_empty() {
        true => String::new(),
        false => format!(r#""require_approval":[{}],"#, entries.join(",")),
    })
}

fn policy() -> impl Strategy<Value = String> {
    let ours = (prop::collection::vec(rule(), 4), word(&["allow", "deny"]), 1_u64..6, word(&["[]", r#"["whoami"]"#]))
        .prop_map(|(rules, default, max, hide)| {
            let tools: Vec<String> =
                TOOLS.iter().zip(&rules).map(|(tool, rule)| format!("\"{tool}\":{}", unshared(tool, rule))).collect();
            format!(
                r#"{{"version":"1","default":"{default}","hide":{hide},
                    "all_tools":{{"limits":[{{"counter":"all","window":4,"max":{max}}}]}},"tools":{{{}}}}}"#,
                tools.join(",")
            )
        });
    let theirs = (condition(), condition(), 1_u64..4).prop_map(|(one, other, max)| {
        format!(
            r#"{{"version":"1","default":"deny","tools":{{
                "create_checkout":{{"rules":[{{"name":"r","conditions":[{one},{other}]}},
                    {{"name":"s","conditions":[{{"path":"state.create_checkout.n","op":"lte","value":{max}}}],
                      "state":{{"counter":"n","window":"minute","increment_from":"args.x"}}}}]}},
                "whoami":{{"rules":[{{"name":"no","action":"deny"}}]}},
                "*":{{"rules":[{{"name":"all","rate_limit":"{max}/minute"}}]}}}}}}"#
        )
    });
    prop_oneof![3 => ours, 1 => theirs]
}

/// Tools that share a counter must agree on what it counts, so here none do.
fn unshared(tool: &str, rule: &str) -> String {
    rule.replace(r#""counter":""#, &format!(r#""counter":"{tool}_"#))
}

fn arguments() -> impl Strategy<Value = String> {
    let value = || prop::option::of(word(&["0", "1", "1.0", "2.5", "\"a\"", "\"ab\"", "null", "[\"a\",1]"]));
    let id = prop::option::of(word(&["\"c1\"", "\"c2\"", "7"]));
    (value(), value(), id, prop::option::of(word(&["X", "checkout_ID"]))).prop_map(|(x, y, id, confusable)| {
        let members =
            [("x", x), ("y", y), ("checkout_id", id), (confusable.unwrap_or_default(), confusable.map(|_| "1"))];
        let members = members.into_iter().filter_map(|(key, value)| Some(format!(r#""{key}":{}"#, value?)));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let reply = (word(&["c1", "c2"]), word(&["ready", "completed", "awaiting_payment"]))
        .prop_map(|(id, status)| format!(r#"{{"structuredContent":{{"id":"{id}","status":"{status}"}}}}"#));
    let call = (word(&["a", "b"]), word(&TOOLS), arguments(), 0_u64..6_000, prop::option::weighted(0.8, reply));
    prop::collection::vec(call, 1..14)
}

/// Every value in the arguments, as an explanation writes it, and what it writes where there is none.
fn values(node: &Node<'_>, found: &mut BTreeSet<String>) {
    let written = match &node.value {
        Value::Number(number) => number.text().to_owned(),
        _ => canonical(node),
    };
    found.insert(written);
    node.as_array().into_iter().flatten().for_each(|node| values(node, found));
    node.as_object().into_iter().flatten().for_each(|member| values(&member.value, found));
}

fn check(decision: &Decision<impl std::fmt::Debug>, findings: &[Finding], arguments: &Node<'_>) {
    let stops: Vec<(&str, Answer)> = findings
        .iter()
        .filter(|finding| matches!(finding.answer, Answer::Denies | Answer::Asks))
        .map(|finding| (finding.rule.as_str(), finding.answer))
        .collect();
    match decision {
        Decision::Deny(denial) => assert_eq!(stops, [(denial.rule.as_str(), Answer::Denies)]),
        Decision::Ask(ask) => assert_eq!(stops, [(ask.wanted.terms.rule.as_str(), Answer::Asks)]),
        Decision::Allow(_) => assert!(stops.is_empty(), "{decision:?}"),
    }
    let asked = findings.iter().take_while(|finding| finding.answer != Answer::NotAsked).count();
    assert!(findings.iter().skip(asked).all(|finding| finding.answer == Answer::NotAsked), "{findings:?}");
    assert!(stops.is_empty() || findings[asked - 1].answer == stops[0].1, "{findings:?}");
    let (were_asked, were_not) = findings.split_at(asked);
    assert!(!were_not.iter().any(|not| were_asked.iter().any(|was| was.rule == not.rule)), "{findings:?}");
    let mut known = BTreeSet::from(["nothing".to_owned(), "a key that can be taken for it".to_owned()]);
    values(arguments, &mut known);
    for look in findings.iter().flat_map(|finding| &finding.looks) {
        let is_of_arguments = look.wants.starts_with("args.") && look.holds.is_some();
        assert!(!is_of_arguments || known.contains(&look.saw), "{look:?} is not in {arguments:?}");
    }
}

proptest! {
    // What fails is told with its seed; there is no folder here to keep it in.
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_explained_is_what_is_decided(source in policy(), made in made()) {
        let document = Document::parse("policy", source.as_str(), Format::Json).unwrap();
        let policy = Policy::load(&document).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
        let profile = Profile::load(&Document::parse("profile", PROFILE, Format::Yaml).unwrap()).unwrap();
        let (server, key) = (ServerName::new("server").unwrap(), DigestKey::new([1; 32]));
        let definition = Definition::default();
        let (mut plain, mut explained, mut now) = (State::default(), State::default(), Moment::default());
        let mut both = |now, plan: &Plan, arguments: &Node<'_>| {
            let (decision, findings) = explained.commit_explained(now, plan);
            check(&decision, &findings, arguments);
            assert_eq!(plain.commit(now, plan), decision);
            assert_eq!(&plain, &explained);
            decision
        };
        for (grant, tool, written, wait, reply) in &made {
            let arguments = scan(written.as_bytes(), Keys::Distinct).unwrap();
            let grant = GrantId::new(grant).unwrap();
            let call = Call { grant: &grant, server: &server, session: None, tool, arguments: Some(&arguments) };
            now = Moment { at: Timestamp::from_millis(now.at.as_millis() + wait), turn: now.turn + 1 };
            let (decision, findings) = explain(Some(&policy), Some(&profile), Some(&definition), &call);
            check(&decision, &findings, &arguments);
            prop_assert_eq!(&decide(Some(&policy), Some(&profile), Some(&definition), &call), &decision);
            let Decision::Allow(plan) = decision else { continue };
            let asked = now.turn;
            if both(now, &plan, &arguments) != Decision::Allow(()) {
                continue;
            }
            now.turn += 1;
            let result = reply.as_ref().map(|reply| scan(reply.as_bytes(), Keys::Distinct).unwrap());
            let seen = result.map(|result| observe(&profile, &key, &call, &result, asked));
            let after = match seen {
                Some(Ok(seen)) => seen.plan,
                Some(Err(_)) | None => plan.unanswered(),
            };
            // A refused reply is withheld; what matters here is that both say so.
            let _ = both(now, &after, &arguments);
        }
    }
}
