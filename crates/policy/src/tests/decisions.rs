//! Policies, owners, pace and secrets, as tables.

use floorwalker_json::{Document, Format, Keys, scan};

use super::table::{BOREALHOST, check, said};
use crate::{Call, Decision, Definition, GrantId, Outward, Policy, Profile, ServerName, decide};

const CHECKOUT_AWARE: &str = include_str!("../../../../policies/checkout-aware.json");
const SEED_BOREALHOST: &str = include_str!("../../../../policies/seed-borealhost.json");
const SEED_FORAGE: &str = include_str!("../../../../policies/seed-forage.json");

#[test]
fn the_order_of_refusals() {
    check(
        SEED_BOREALHOST,
        "0 a call get_checkout_status {\"checkout_id\":\"c1\"} => deny (hidden) as unknown
         0 a call no_such_tool => deny (unknown tool) as unknown
         0 a call whoami => deny (default deny)",
    );
}

#[test]
fn hidden_and_unknown_tools_are_told_apart_by_nothing() {
    let hides = r#"{"version":"1","default":"allow","hide":["t"]}"#;
    let hides = Policy::load(&Document::parse("p", hides, Format::Json).unwrap()).unwrap();
    let open =
        Policy::load(&Document::parse("p", r#"{"version":"1","default":"allow"}"#, Format::Json).unwrap()).unwrap();
    let (grant, server) = (GrantId::new("a").unwrap(), ServerName::new("s").unwrap());
    let call = Call { grant: &grant, server: &server, session: None, tool: "t", arguments: None };
    let denials = [
        decide(Some(&hides), None, Some(&Definition::default()), &call),
        decide(Some(&hides), None, None, &call),
        decide(Some(&open), None, None, &call),
    ];
    for denial in denials {
        let Decision::Deny(denial) = denial else { panic!("must be denied") };
        assert_eq!(
            (&*denial.reason, denial.outward, denial.retry_after),
            ("Unknown tool: t", Outward::UnknownTool, None)
        );
    }
    let Decision::Deny(denial) = decide(None, None, Some(&Definition::default()), &call) else { panic!("no policy") };
    assert_eq!((denial.rule.as_str(), denial.outward), ("(no policy)", Outward::Visible));
}

#[test]
fn a_limit_at_its_edge() {
    let ten = "0 a call start_checkout => allow\n".repeat(10);
    check(
        SEED_FORAGE,
        &format!(
            "{ten}
             0 a call start_checkout => deny /tools/start_checkout/limits/start_checkout_rate after 60000 ms
             59.999 a call start_checkout => deny /tools/start_checkout/limits/start_checkout_rate after 1 ms
             59.999 b call start_checkout => allow
             60 a call start_checkout => allow"
        ),
    );
}

#[test]
fn a_burst_around_a_calendar_boundary_does_not_double_a_limit() {
    let burst = "59.9 a call start_checkout => allow\n".repeat(10);
    check(
        SEED_FORAGE,
        &format!(
            "{burst}
             60.1 a call start_checkout => deny /tools/start_checkout/limits/start_checkout_rate after 59800 ms
             119.899 a call start_checkout => deny /tools/start_checkout/limits/start_checkout_rate after 1 ms
             119.9 a call start_checkout => allow"
        ),
    );
}

#[test]
fn scopes_decide_who_shares() {
    let policy = r#"{"version":"1","default":"deny","tools":{
        "each":{"limits":[{"counter":"c","window":1,"max":1}]},
        "all":{"limits":[{"counter":"c","window":1,"max":1,"scope":"policy"}]},
        "none":{"limits":[{"counter":"a/b~c","window":1,"max":0}]},
        "session":{"limits":[{"counter":"c","window":1,"max":1,"scope":"session"}]}}}"#;
    check(
        policy,
        "0 a call each => allow
         0 b call each => allow
         0 a call each => deny /tools/each/limits/c after 1000 ms
         0 a call all => allow
         0 b call all => deny /tools/all/limits/c after 1000 ms
         0 a call none => deny /tools/none/limits/a~1b~0c
         0 a call session => deny /tools/session/limits/c",
    );
}

#[test]
fn all_limits_of_a_tool_are_charged_or_none() {
    let policy = r#"{"version":"1","default":"deny","tools":{
        "t":{"limits":[{"counter":"minute","window":60,"max":2},{"counter":"second","window":1,"max":1}]},
        "u":{"limits":[{"counter":"minute","window":60,"max":2}]}}}"#;
    check(
        policy,
        "0 a call t => allow
         0 a call t => deny /tools/t/limits/second after 1000 ms
         0.5 a call t => deny /tools/t/limits/second after 500 ms
         1 a call u => allow
         1 a call t => deny /tools/t/limits/minute after 59000 ms",
    );
}

#[test]
fn arguments_that_can_be_mistaken_are_refused() {
    check(
        CHECKOUT_AWARE,
        r#"0 a call create_checkout {"SKU":"x"} => deny /arguments/confusable
         0 a call create_checkout {"sku":"x","ѕku":"y"} => allow
         0 a call get_checkout_status {"Checkout_Id":"c1"} => deny /arguments/confusable"#,
    );
}

#[test]
fn a_call_on_a_checkout_must_name_it() {
    check(
        CHECKOUT_AWARE,
        r#"0 a call get_checkout_status => deny /checkout/id
         0 a call get_checkout_status {"checkout_id":7} => deny /checkout/id
         0 a call complete_checkout {"checkout_id":""} => deny /checkout/id
         0 a call update_checkout {"checkout_id":"a\nb"} => deny /checkout/id"#,
    );
}

#[test]
fn a_tool_without_a_role_is_no_way_around_ownership() {
    check(
        r#"{"version":"1","default":"allow"}"#,
        r#"0 buyer reply create_checkout {"id":"c1","status":"not_ready"} => allow
         1 thief call cancel_checkout {"checkout_id":"c1"} => deny /checkout/owner
         1 thief call create_checkout {"sku":"x","checkout_id":"c1"} => deny /checkout/owner
         1 buyer call cancel_checkout {"checkout_id":7} => deny /checkout/id
         1 buyer call cancel_checkout {"checkout_id":null} => deny /checkout/id
         1 thief call cancel_checkout {"Checkout_ID":"c1"} => deny /arguments/confusable
         1 buyer call cancel_checkout {"checkout_id":"c1"} => allow
         1 thief call cancel_checkout {"note":{"checkout_id":"c1"}} => allow
         1 thief call list_plans => allow"#,
    );
}

#[test]
fn a_cart_id_is_needed_only_by_the_tool_whose_role_names_it() {
    let profile = BOREALHOST.replace("update, id: checkout_id", "update, id: cart");
    let profile = Profile::load(&Document::parse("p", profile, Format::Yaml).unwrap()).unwrap();
    let policy =
        Policy::load(&Document::parse("p", r#"{"version":"1","default":"allow"}"#, Format::Json).unwrap()).unwrap();
    let (grant, server) = (GrantId::new("a").unwrap(), ServerName::new("s").unwrap());
    let planned = |tool, arguments: &str| {
        let arguments = scan(arguments.as_bytes(), Keys::Unconfusable).unwrap();
        let call = Call { grant: &grant, server: &server, session: None, tool, arguments: Some(&arguments) };
        match decide(Some(&policy), Some(&profile), Some(&Definition::default()), &call) {
            Decision::Allow(plan) => plan.to_string(),
            Decision::Deny(denial) => said(&denial),
            Decision::Ask(_) => panic!("nobody is asked here"),
        }
    };
    assert_eq!(planned("get_checkout_status", r#"{"checkout_id":"c1"}"#), "own c1 by a; poll c1");
    assert_eq!(
        planned("get_checkout_status", r#"{"checkout_id":"c1","cart":"c2"}"#),
        "own c2 by a; own c1 by a; poll c1"
    );
    assert_eq!(planned("update_checkout", r#"{"checkout_id":"c1"}"#), "deny /checkout/id");
    assert_eq!(planned("whoami", "{}"), "");
}

#[test]
fn a_denial_repeats_only_the_beginning_of_a_long_name() {
    let policy = Policy::load(&Document::parse("p", SEED_BOREALHOST, Format::Json).unwrap()).unwrap();
    let (grant, server) = (GrantId::new("a").unwrap(), ServerName::new("s").unwrap());
    let reason = |tool: &str| {
        let call = Call { grant: &grant, server: &server, session: None, tool, arguments: None };
        match decide(Some(&policy), None, None, &call) {
            Decision::Allow(_) | Decision::Ask(_) => panic!("must be denied"),
            Decision::Deny(denial) => denial.reason.into_owned(),
        }
    };
    let longest = "é".repeat(128);
    assert_eq!(reason(&longest), format!("Unknown tool: {longest}"));
    assert_eq!(reason(&format!("{longest}x")), format!("Unknown tool: {longest}…"));
    assert!(reason(&"x".repeat(1_000_000)).len() < 200);
}

#[test]
fn only_its_owner_touches_a_checkout() {
    check(
        CHECKOUT_AWARE,
        r#"0 buyer call create_checkout {"sku":"x"} => allow
         0 buyer reply create_checkout {"id":"c1","status":"not_ready","checkout_secret":"s"} => allow
         1 buyer call update_checkout {"checkout_id":"c1"} => allow
         1 thief call update_checkout {"checkout_id":"c1"} => deny /checkout/owner
         1 thief call complete_checkout {"checkout_id":"c1"} => deny /checkout/owner
         1 thief call get_checkout_status {"checkout_id":"c1"} => deny /checkout/owner
         1 thief call get_checkout_status {"checkout_id":"c2"} => deny /checkout/owner
         1 buyer call get_checkout_status {"checkout_id":"C1"} => deny /checkout/owner
         1 thief reply create_checkout {"id":"c1","status":"not_ready"} => deny /checkout/bound
         2 buyer call get_checkout_status {"checkout_id":"c1"} => allow"#,
    );
}

#[test]
fn a_thief_and_an_early_poll_burn_no_limit() {
    let policy = r#"{"version":"1","default":"deny","tools":{"create_checkout":{},
        "get_checkout_status":{"limits":[{"counter":"c","window":60,"max":2,"scope":"policy"}]}}}"#;
    check(
        policy,
        r#"0 a reply create_checkout {"id":"c1"} => allow
         0 b call get_checkout_status {"checkout_id":"c1"} => deny /checkout/owner
         0 a call get_checkout_status {"checkout_id":"c1"} => allow
         4 a call get_checkout_status {"checkout_id":"c1"} => deny /checkout/pace after 1000 ms
         5 a call get_checkout_status {"checkout_id":"c1"} => allow
         10 a call get_checkout_status {"checkout_id":"c1"} => deny /tools/get_checkout_status/limits/c after 50000 ms
         60 a call get_checkout_status {"checkout_id":"c1"} => allow"#,
    );
}

#[test]
fn a_finished_checkout_is_not_polled_again() {
    check(
        CHECKOUT_AWARE,
        r#"0 a reply create_checkout {"id":"c1","status":"not_ready"} => allow
         1 a call get_checkout_status {"checkout_id":"c1"} => allow
         1 a reply get_checkout_status {"checkout_id":"c1"} -> {"id":"c1","status":"completed","api_key":"k"} => allow
         9 a call get_checkout_status {"checkout_id":"c1"} => deny /checkout/done
         9 a reply update_checkout {"checkout_id":"c1"} -> {"id":"c1","status":"ready"} => allow
         9 a call get_checkout_status {"checkout_id":"c1"} => deny /checkout/done"#,
    );
}

#[test]
fn a_secret_is_delivered_once() {
    let key = format!("bh_{}", "0a".repeat(24));
    check(
        CHECKOUT_AWARE,
        &format!(
            r#"0 a reply claim_api_key {{"api_key":"{key}"}} => allow
             0 a reply whoami {{"name":"key {key}."}} => deny /checkout/secret
             0 b reply list_plans {{"nested":[{{"api_key":"other"}}]}} => allow
             0 a reply list_plans {{"api_key":"other"}} => deny /checkout/secret"#
        ),
    );
}

#[test]
fn a_reply_that_cannot_be_read_is_withheld() {
    check(
        CHECKOUT_AWARE,
        r#"0 a reply create_checkout {"id":7} => the reply shows no checkout id at `/id`
         0 a reply create_checkout [] => the reply shows no checkout id at `/id`
         0 a reply create_checkout {"id":"c1"} => allow
         0 a reply update_checkout {"checkout_id":"c1"} -> {"id":"c1"} => allow
         0 a reply get_checkout_status {"checkout_id":"c1"} -> {"id":"c1"} => the reply shows no checkout status at `/status`
         0 a reply complete_checkout {"checkout_id":"c1"} -> gone => the reply shows no checkout status at `/status`
         0 a reply complete_checkout {"checkout_id":"c1"} -> {"id":"c2","status":"x"} => the reply is about another checkout than the call: the ids differ at `/id`"#,
    );
}
