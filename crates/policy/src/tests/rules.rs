//! Rules on arguments, schemas and amounts: what is asked first, and what is said.

use floorwalker_json::{Document, Format, Keys, scan};

use crate::{
    ArgumentSchema, Call, Decision, Definition, GrantId, Moment, Policy, Profile, ServerName, State, Timestamp, decide,
};

const BOREALHOST: &str = include_str!("../../../../profiles/borealhost.yaml");

/// The rule that denies each call to `get_checkout_status`, one a second; `allow` when none does.
fn rules(policy: &str, published: Option<&str>, calls: &[&str]) -> Vec<String> {
    let policy = Policy::load(&Document::parse("p", policy, Format::Json).unwrap()).unwrap();
    let profile = Profile::load(&Document::parse("p", BOREALHOST, Format::Yaml).unwrap()).unwrap();
    let schema = published.map(|text| ArgumentSchema::new(&scan(text.as_bytes(), Keys::Distinct).unwrap()));
    let definition = Definition { schema, ..Definition::default() };
    let (grant, server) = (GrantId::new("a").unwrap(), ServerName::new("s").unwrap());
    let mut state = State::default();
    let mut rule = |(at, arguments): (usize, &&str)| {
        let arguments = scan(arguments.as_bytes(), Keys::Unconfusable).unwrap();
        let tool = "get_checkout_status";
        let call = Call { grant: &grant, server: &server, session: None, tool, arguments: Some(&arguments) };
        let decision = match decide(Some(&policy), Some(&profile), Some(&definition), &call) {
            Decision::Deny(denial) => Decision::Deny(denial),
            Decision::Ask(_) => panic!("nobody is asked here"),
            Decision::Allow(plan) => {
                let now = Moment { at: Timestamp::from_millis(at as u64 * 1_000), turn: at as u64 };
                state.commit(now, &plan)
            }
        };
        match decision {
            Decision::Allow(()) => "allow".to_owned(),
            Decision::Ask(_) => panic!("nobody is asked here"),
            Decision::Deny(denial) => denial.rule.to_string().replace("/tools/get_checkout_status", ""),
        }
    };
    calls.iter().enumerate().map(&mut rule).collect()
}

fn ruled(top: &str, rule: &str) -> String {
    format!(r#"{{"version":"1","default":"deny",{top}"tools":{{"get_checkout_status":{rule}}}}}"#)
}

#[test]
fn what_is_asked_first() {
    let rule = r#"{"require":[{"conditions":[{"path":"args.r","op":"eq","value":1}]}],
        "deny_if":[{"conditions":[{"path":"args.d","op":"eq","value":1}]}],
        "schema":{"properties":{"s":{"const":1}}},
        "limits":[{"counter":"c","window":60,"max":0,"increment_from":"args.n"}]}"#;
    let calls = [
        r#"{"R":1,"d":1,"s":2}"#,
        r#"{"d":1,"s":2}"#,
        r#"{"r":1,"d":1,"s":2}"#,
        r#"{"r":1,"s":2}"#,
        r#"{"r":1,"s":1}"#,
        r#"{"r":1,"checkout_id":"c1"}"#,
        r#"{"r":1,"checkout_id":"c1","n":1}"#,
    ];
    let expect = [
        "/arguments/confusable",
        "/require/args.r-eq",
        "/deny_if/args.d-eq",
        "/schema",
        "/checkout/id",
        "/limits/c",
        "/checkout/owner",
    ];
    assert_eq!(rules(&ruled("", rule), None, &calls), expect);
    assert_eq!(rules(&ruled(r#""hide":["get_checkout_status"],"#, rule), None, &calls[..2]), ["(hidden)"; 2]);
    assert_eq!(
        rules(&ruled("", rule).replace("get_checkout_status", "other"), None, &calls[..2]),
        ["(default deny)"; 2]
    );
}

#[test]
fn a_published_schema_is_held_to() {
    let policy = ruled("", r#"{"schema":"published","deny_if":[]}"#);
    let published = r#"{"type":"object","properties":{"checkout_id":{"type":"string","maxLength":3}},"additionalProperties":false}"#;
    let calls = [r#"{"checkout_id":"long"}"#, r#"{"checkout_id":"c1","price":1}"#, r#"{"checkout_id":"c1"}"#];
    assert_eq!(rules(&policy, Some(published), &calls), ["/schema", "/schema", "/checkout/owner"]);
    assert_eq!(rules(&policy, None, &calls[2..]), ["/schema"]);
    assert_eq!(rules(&policy, Some(r#"{"$ref":"https://elsewhere.test"}"#), &calls[2..]), ["/schema"]);
}

/// Calls of the tool `pay`, which no profile knows.
fn paid(limit: &str, calls: &[&str]) -> Vec<String> {
    let source = format!(r#"{{"version":"1","default":"deny","tools":{{"pay":{{"limits":[{limit}]}}}}}}"#);
    let policy = Policy::load(&Document::parse("p", source, Format::Json).unwrap()).unwrap();
    let (grant, server) = (GrantId::new("a").unwrap(), ServerName::new("s").unwrap());
    let mut state = State::default();
    let mut said = |arguments: &&str| {
        let arguments = scan(arguments.as_bytes(), Keys::Unconfusable).unwrap();
        let call = Call { grant: &grant, server: &server, session: None, tool: "pay", arguments: Some(&arguments) };
        let decision = match decide(Some(&policy), None, Some(&Definition::default()), &call) {
            Decision::Deny(denial) => Decision::Deny(denial),
            Decision::Ask(_) => panic!("nobody is asked here"),
            Decision::Allow(plan) => state.commit(Moment::default(), &plan),
        };
        match decision {
            Decision::Allow(()) => "allow".to_owned(),
            Decision::Ask(_) => panic!("nobody is asked here"),
            Decision::Deny(denial) => denial.reason.into_owned(),
        }
    };
    calls.iter().map(&mut said).collect()
}

#[test]
fn amounts_of_another_shape_sign_or_size_are_denied_and_count_nothing() {
    let limit = r#"{"counter":"units","window":"hour","max":100.5,"increment_from":"args.pay.units"}"#;
    let wrong = [
        "{}",
        r#"{"pay":{"units":null}}"#,
        r#"{"pay":{"units":"1"}}"#,
        r#"{"pay":{"units":true}}"#,
        r#"{"pay":{"units":[1]}}"#,
        r#"{"pay":{"units":{"v":1}}}"#,
        r#"{"pay":{"units":-100000}}"#,
        r#"{"pay":{"units":0}}"#,
        r#"{"pay":{"units":0.0000000001}}"#,
        r#"{"pay":{"units":18446744073709551616}}"#,
    ];
    let denied = "This tool is limited by args.pay.units, which must be a number above zero with at most nine digits behind the point.";
    assert_eq!(paid(limit, &wrong), [denied; 10]);
    let calls = [
        r#"{"pay":{"units":-100000}}"#,
        r#"{"pay":{"units":9223372036854775807}}"#,
        r#"{"pay":{"units":100.4}}"#,
        r#"{"pay":{"units":0.1}}"#,
        r#"{"pay":{"units":1e-9}}"#,
        r#"{"pay":{"Units":1}}"#,
    ];
    let full = "The limit units allows 100.5 per 3600 s, and that is used up; try again in 3600 s.";
    let expect = [
        denied,
        "The limit units allows 100.5 per 3600 s, and this call needs 9223372036854775807.",
        "allow",
        "allow",
        full,
        "An argument's name can be mistaken for a parameter of this tool; write the names exactly as the tool lists them.",
    ];
    assert_eq!(paid(limit, &calls), expect);
}

#[test]
fn only_the_pinned_currency_passes() {
    let limit =
        r#"{"counter":"c","window":"hour","max":9,"increment_from":"args.n","currency":"USD","on_deny":"Enough."}"#;
    let calls = [
        r#"{"n":1,"currency":"JPY"}"#,
        r#"{"n":1,"currency":"usd"}"#,
        r#"{"n":1,"currency":"USD "}"#,
        r#"{"n":1}"#,
        r#"{"n":1,"currency":["USD"]}"#,
        r#"{"n":9,"currency":"USD"}"#,
        r#"{"n":1,"currency":"USD"}"#,
    ];
    let other = "This tool is limited in USD, which must stand in args.currency.";
    assert_eq!(paid(limit, &calls), [other, other, other, other, other, "allow", "Enough."]);
}
