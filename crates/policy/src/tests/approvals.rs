//! A person's yes, in tables: to what exactly, by whom, until when, and how often.

use super::table::{check, check_with};

const APPR: &str = r#"{ "version": "1", "default": "deny",
  "approvals": { "approvers": ["hana", "otto", "buyer"], "expires": 300, "pending_max": 2, "cool_down": 60 },
  "tools": {
    "create_checkout": {}, "update_checkout": {}, "get_checkout_status": {},
    "complete_checkout": { "action": "require_approval", "reason": "It costs money." },
    "buy": { "require_approval": [
      { "conditions": [{ "path": "args.amount", "op": "gt", "value": 100 }], "approvers": ["hana"], "expires": 30 },
      { "conditions": [{ "path": "args.amount", "op": "gt", "value": 1000 }], "approvers": ["hana", "otto"] },
      { "conditions": [{ "path": "args.gift", "op": "exists", "value": true }], "approvers": ["otto"] }
    ], "limits": [{ "counter": "buys", "window": 100, "max": 2 }] } } }"#;

const ACTION: &str = "/tools/complete_checkout/action";
const ABOVE: &str = "/tools/buy/require_approval/args.amount-gt";

/// With `ACTION` and `ABOVE` in place of the rules' names.
#[track_caller]
fn holds(events: &str) {
    check(APPR, &events.replace("ACTION", ACTION).replace("ABOVE", ABOVE));
}

#[test]
fn a_yes_is_to_one_exact_call_and_spent_once() {
    holds(
        r#"
        0 a call buy {"amount":200,"to":{"b":1,"a":[{"y":2,"x":1}]}} => ask ABOVE
        1 a call buy {"to":{"a":[{"x":1.0,"y":2e0}],"b":1},"amount":2e2} => ask ABOVE as #1, 29000 ms left
        2 a approve hana => allow
        3 a call buy {"amount":201,"to":{"b":1,"a":[{"y":2,"x":1}]}} => ask ABOVE
        3 b call buy {"amount":200,"to":{"b":1,"a":[{"y":2,"x":1}]}} => ask ABOVE
        3 a call buy {"amount":100} => allow
        4 a call buy {"amount":200.0,"to":{"b":1,"a":[{"y":2,"x":1}]}} => allow
        200 a call buy {"amount":200,"to":{"b":1,"a":[{"y":2,"x":1}]}} => ask ABOVE
        "#,
    );
}

#[test]
fn who_may_answer_is_in_every_rule_that_asks_and_never_the_asker() {
    holds(
        r#"
        0 a call buy {"amount":2000} => ask ABOVE
        1 a approve otto => deny /approvals/approver
        1 a approve eve => deny /approvals/approver
        1 a deny otto => deny /approvals/approver
        1 a approve hana => allow
        1 a approve hana => deny /approvals/answered
        2 a call buy {"amount":2000,"gift":true} => deny ABOVE
        3 a call buy {"amount":2000} => allow
        4 buyer call complete_checkout {"checkout_id":"none"} => deny /checkout/owner
        5 buyer call create_checkout {"sku":"s"} => allow
        6 buyer reply create_checkout {"id":"co","status":"ready"} => allow
        7 buyer call complete_checkout {"checkout_id":"co"} => ask ACTION
        8 buyer approve buyer => deny /approvals/approver
        9 buyer approve otto => allow
        10 buyer call complete_checkout {"checkout_id":"co"} => allow
        "#,
    );
}

#[test]
fn one_deadline_holds_for_the_ask_and_for_the_yes() {
    holds(
        r#"
        0 a call buy {"amount":200} => ask ABOVE
        29.999 a approve hana => allow
        30 a call buy {"amount":200} => ask ABOVE
        31 a approve hana 1 => deny /approvals/unknown
        60 a approve hana => deny /approvals/expired
        60 a call buy {"amount":200} => ask ABOVE
        61 a approve hana => allow
        62 a call buy {"amount":200} => allow
        "#,
    );
}

#[test]
fn a_no_stands_for_a_while_and_takes_a_yes_back() {
    holds(
        r#"
        0 a call buy {"amount":200} => ask ABOVE
        1 a approve hana => allow
        2 a deny hana => allow
        3 a approve hana => deny /approvals/answered
        4 a call buy {"amount":200} => deny ABOVE after 58000 ms
        61.999 a call buy {"amount":200} => deny ABOVE after 1 ms
        62 a call buy {"amount":200} => ask ABOVE
        "#,
    );
}

#[test]
fn few_asks_of_a_grant_wait_at_a_time() {
    holds(
        r#"
        0 a call buy {"amount":200} => ask ABOVE
        1 a call buy {"amount":201} => ask ABOVE
        2 a call buy {"amount":202} => deny ABOVE after 28000 ms
        2 b call buy {"amount":202} => ask ABOVE
        3 a call buy {"amount":201} => ask ABOVE as #2, 28000 ms left
        4 a approve hana 1 => allow
        5 a call buy {"amount":202} => ask ABOVE
        31 a call buy {"amount":203} => ask ABOVE
        "#,
    );
}

#[test]
fn a_call_that_something_else_denies_is_not_asked_about() {
    holds(
        r#"
        0 a call buy {"amount":1} => allow
        0 a call buy {"amount":2} => allow
        1 a call buy {"amount":200} => deny /tools/buy/limits/buys after 99000 ms
        100 a call buy {"amount":200} => ask ABOVE
        101 a approve hana => allow
        102 a call buy {"amount":3} => allow
        103 a call buy {"amount":4} => allow
        104 a call buy {"amount":200} => deny /tools/buy/limits/buys after 98000 ms
        "#,
    );
}

#[test]
fn what_was_asked_charges_nothing_until_it_passes() {
    holds(
        r#"
        0 a call buy {"amount":200} => ask ABOVE
        1 a call buy {"amount":200} => ask ABOVE as #1, 29000 ms left
        2 a call buy {"amount":1} => allow
        3 a approve hana => allow
        4 a call buy {"amount":200} => allow
        5 a call buy {"amount":1} => deny /tools/buy/limits/buys after 97000 ms
        "#,
    );
}

/// A checkout that says what it costs.
const SHOP: &str = "
version: 1
profile: shop
tools:
  create_checkout: { does: create }
  get_checkout_status: { does: poll, id: checkout_id }
  complete_checkout: { does: complete, id: checkout_id, again: [ready] }
reply: { object: [text], id: /id, status: /status, terminal: [done], total: { amount: /total, currency: /currency } }
polls: [{ until: 10m, gap: 1s }]
";

#[test]
fn another_total_or_definition_is_another_ask() {
    let events = r#"
        0 a call create_checkout {"sku":"s"} => allow
        1 a reply create_checkout {"id":"co","status":"ready","total":10,"currency":"EUR"} => allow
        2 a call complete_checkout {"checkout_id":"co"} => ask ACTION
        3 a approve hana => allow
        4 a call get_checkout_status {"checkout_id":"co"} => allow
        5 a reply get_checkout_status {"id":"co","status":"ready","total":9,"currency":"EUR"} => allow
        6 a call complete_checkout {"checkout_id":"co"} => ask ACTION
        7 a approve hana 1 => deny /approvals/unknown
        9 a call get_checkout_status {"checkout_id":"co"} => allow
        9 a reply get_checkout_status {"id":"co","status":"ready","total":8,"currency":"EUR"} => allow
        10 a approve hana 2 => deny /approvals/total
        11 a call complete_checkout {"checkout_id":"co"} => ask ACTION
        12 a approve hana => allow
        13 a redefine - => done
        14 a call complete_checkout {"checkout_id":"co"} => ask ACTION
        15 a approve hana => allow
        16 a call complete_checkout {"checkout_id":"co"} => allow
        "#;
    check_with(SHOP, APPR, &events.replace("ACTION", ACTION));
}

/// A call that may change the total makes it unknown until a reply that can know of it, whatever the profile says of its tool.
#[test]
fn nobody_says_yes_to_a_total_that_a_call_may_change() {
    let known = SHOP.replace("  get_checkout", "  update_checkout: { does: update, id: checkout_id }\n  get_checkout");
    let begin = r#"
        0 a call create_checkout {"sku":"s"} => allow
        1 a reply create_checkout {"id":"co","status":"ready","total":10,"currency":"EUR"} => allow
        2 a call complete_checkout {"checkout_id":"co"} => ask ACTION
        3 a call update_checkout {"checkout_id":"co"} => allow
        3 a approve hana => deny /approvals/total
        "#;
    let lost = r#"
        4 a lost update_checkout => allow
        5 a approve hana => deny /approvals/total
        6 a call complete_checkout {"checkout_id":"co"} => deny ACTION
        7 a call get_checkout_status {"checkout_id":"co"} => allow
        7 a reply get_checkout_status {"id":"co","status":"ready","total":10,"currency":"EUR"} => allow
        8 a approve hana => allow
        9 a call update_checkout {"checkout_id":"co"} => allow
        9 a call complete_checkout {"checkout_id":"co"} => deny ACTION
        10 a unsent update_checkout => allow
        11 a call complete_checkout {"checkout_id":"co"} => allow
        "#;
    let overtaken = r#"
        4 a call get_checkout_status {"checkout_id":"co"} => allow
        5 a error update_checkout => allow
        6 a reply get_checkout_status {"id":"co","status":"ready","total":10,"currency":"EUR"} => allow
        7 a call complete_checkout {"checkout_id":"co"} => deny ACTION
        8 a call get_checkout_status {"checkout_id":"co"} => allow
        8 a reply get_checkout_status {"id":"co","status":"ready","total":12,"currency":"EUR"} => allow
        9 a call complete_checkout {"checkout_id":"co"} => deny /checkout/total
        "#;
    let told = r#"
        4 a reply update_checkout {"id":"co","status":"ready","total":12,"currency":"EUR"} => allow
        5 a approve hana 1 => deny /approvals/total
        6 a call complete_checkout {"checkout_id":"co"} => ask ACTION
        7 a approve hana => allow
        8 a call complete_checkout {"checkout_id":"co"} => allow
        "#;
    for (profile, rest) in [(SHOP, lost), (&known, lost), (SHOP, overtaken), (&known, overtaken), (&known, told)] {
        check_with(profile, APPR, &format!("{begin}{rest}").replace("ACTION", ACTION));
    }
}

/// A change that overtakes the completion on its way would be paid without a yes.
#[test]
fn what_is_being_completed_is_not_changed() {
    let events = r#"
        0 a call create_checkout {"sku":"s"} => allow
        1 a reply create_checkout {"id":"co","status":"ready","total":10,"currency":"EUR"} => allow
        2 a call complete_checkout {"checkout_id":"co"} => ask ACTION
        3 a approve hana => allow
        4 a call complete_checkout {"checkout_id":"co"} => allow
        4 a call update_checkout {"checkout_id":"co"} => deny /checkout/completed
        5 a reply complete_checkout {"id":"co","status":"ready","total":10,"currency":"EUR"} => allow
        6 a call update_checkout {"checkout_id":"co"} => allow
        "#;
    check_with(SHOP, APPR, &events.replace("ACTION", ACTION));
}

/// Two changes at once may be done in any order, so neither reply tells what both come to.
#[test]
fn of_two_changes_at_once_no_reply_tells_the_total() {
    let known = SHOP
        .replace("  get_checkout", "  update_checkout: { does: update, id: checkout_id }\n  get_checkout")
        .replace("  complete_checkout", "  set_slug: { does: update, id: checkout_id }\n  complete_checkout");
    let policy = APPR.replace("\"update_checkout\": {},", "\"update_checkout\": {}, \"set_slug\": {},");
    let events = r#"
        0 a call create_checkout {"sku":"s"} => allow
        1 a reply create_checkout {"id":"co","status":"ready","total":10,"currency":"EUR"} => allow
        2 a call update_checkout {"checkout_id":"co"} => allow
        2 a call set_slug {"checkout_id":"co"} => allow
        3 a reply set_slug {"id":"co","status":"ready","total":12,"currency":"EUR"} => allow
        3 a call complete_checkout {"checkout_id":"co"} => deny ACTION
        4 a reply update_checkout {"id":"co","status":"ready","total":10,"currency":"EUR"} => allow
        5 a call complete_checkout {"checkout_id":"co"} => deny ACTION
        6 a call get_checkout_status {"checkout_id":"co"} => allow
        6 a reply get_checkout_status {"id":"co","status":"ready","total":10,"currency":"EUR"} => allow
        7 a call complete_checkout {"checkout_id":"co"} => ask ACTION
        "#;
    check_with(&known, &policy, &events.replace("ACTION", ACTION));
}

/// What a condition cannot compare, a server may take for anything.
#[test]
fn a_value_of_another_kind_is_asked_about() {
    holds(
        r#"
        0 a call buy {"amount":"1"} => ask ABOVE
        0 a call buy {"amount":[1000]} => ask ABOVE
        0 a call buy {"amount":1} => allow
        0 a call buy {} => allow
        "#,
    );
}

#[test]
fn a_yes_comes_back_only_when_nothing_was_sent() {
    holds(
        r#"
        0 a call buy {"amount":200} => ask ABOVE
        1 a approve hana => allow
        2 a call buy {"amount":200} => allow
        3 a unsent buy => allow
        4 a call buy {"amount":200} => allow
        5 a lost buy => allow
        6 a call buy {"amount":200} => ask ABOVE
        7 a unsent buy => allow
        8 a approve hana => deny /approvals/unknown
        9 a call buy {"amount":200} => allow
        "#,
    );
}

/// Which of two was not sent, nothing tells; so what comes back is never more than was there.
#[test]
fn of_two_spent_in_one_instant_the_one_that_is_over_first_comes_back() {
    holds(
        r#"
        0 a call buy {"amount":200} => ask ABOVE
        1 a approve hana => allow
        20 a call buy {"amount":200} => allow
        20 a call buy {"amount":200} => ask ABOVE
        20 a approve hana => allow
        20 a call buy {"amount":200} => allow
        21 a unsent buy => allow
        31 a call buy {"amount":200} => ask ABOVE
        "#,
    );
}

#[test]
fn what_a_person_cannot_be_shown_whole_is_denied() {
    // What is shown counts, and not what was sent: the way to a value stands on each line, and escapes are long.
    let wide = format!(r#"{{"amount":200,"{}":[{}0]}}"#, "k".repeat(200), "0,".repeat(99));
    let escaped = format!(r#"{{"amount":200,"{}":0}}"#, "\u{10ffff}".repeat(1_400));
    for arguments in [wide, escaped] {
        assert!(arguments.len() < 8 * 1024);
        holds(&format!("0 a call buy {arguments} => deny ABOVE"));
    }
    let long = "x".repeat(16 * 1024);
    holds(&format!(
        r#"
        0 a call buy {{"amount":200,"note":"{long}"}} => deny ABOVE
        1 a call buy {{"amount":200,"note":"{}"}} => ask ABOVE
        "#,
        &long[100..]
    ));
}
