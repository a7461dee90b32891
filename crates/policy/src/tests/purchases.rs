//! Completions, totals, quotes and claims, as tables.

use floorwalker_json::{DigestKey, Document, Format, Keys, scan};

use super::table::{BOREALHOST, check, check_with};
use crate::{Call, Change, Ending, GrantId, Profile, ServerName, observe};

const FORAGE: &str = include_str!("../../../../profiles/forage.yaml");
const TOOFI: &str = include_str!("../../../../profiles/toofi.yaml");
const OPEN: &str = r#"{"version":"1","default":"allow"}"#;

/// BorealHost's checkout `c1` of the grant `a`, ready to be completed.
const READY: &str = r#"0 a reply create_checkout {"id":"c1","status":"not_ready"} => allow
    0 a call update_checkout {"checkout_id":"c1"} => allow
    0 a reply update_checkout {"id":"c1","status":"ready"} => allow
"#;

#[track_caller]
fn ready(events: &str) {
    check(OPEN, &format!("{READY}{events}"));
}

/// Forage's checkout `c1` of the grant `a` at 5400 USD, ready to be completed. `$<status> <total>` is a reply's object.
#[track_caller]
fn forage(events: &str) {
    let start = "0 a call start_checkout => allow\n 0 a reply start_checkout $ready_for_complete 5400 => allow\n";
    let lines = format!("{start}{events}");
    let lines = lines.lines().map(|line| match line.split_once('$') {
        None => line.to_owned(),
        Some((before, object)) => {
            let (object, expect) = object.split_once(" => ").unwrap();
            let (status, amount) = object.split_once(' ').unwrap();
            format!(
                r#"{before}{{"checkout_id":"c1","status":"{status}","currency":"USD","totals":[{{"type":"subtotal","amount":9}},{{"type":"total","amount":{amount}}}]}} => {expect}"#
            )
        }
    });
    check_with(FORAGE, OPEN, &lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_checkout_is_completed_once() {
    ready(
        r#"1 a call complete_checkout {"checkout_id":"c1"} => allow
         1 a call complete_checkout {"checkout_id":"c1"} => deny /checkout/completed
         2 a reply complete_checkout {"id":"c1","status":"awaiting_payment"} => allow
         3 a call complete_checkout {"checkout_id":"c1"} => deny /checkout/completed
         3 b call complete_checkout {"checkout_id":"c1"} => deny /checkout/owner"#,
    );
}

#[test]
fn only_what_can_be_completed_is() {
    forage(
        r#"1 a call update_checkout_info {"checkout_id":"c1"} => allow
         1 a reply update_checkout_info $requires_escalation 5400 => allow
         1 a call complete_purchase {"checkout_id":"c1"} => deny /checkout/status
         2 a call check_order {"checkout_id":"c1"} => allow
         2 a reply check_order $ready_for_complete 5400 => allow
         2 a call complete_purchase {"checkout_id":"c1"} => allow
         2 a error complete_purchase => allow
         3 a call check_order {"checkout_id":"c1"} => allow
         3 a reply check_order $incomplete 5400 => allow
         3 a call complete_purchase {"checkout_id":"c1"} => allow"#,
    );
}

#[test]
fn what_was_seen_to_be_over_is_not_completed_whatever_follows() {
    forage(
        r#"1 a call check_order {"checkout_id":"c1"} => allow
         1 a reply check_order $canceled 5400 => allow
         1 a call complete_purchase {"checkout_id":"c1"} => deny /checkout/done
         2 a call update_checkout_info {"checkout_id":"c1"} => allow
         2 a reply update_checkout_info $ready_for_complete 5400 => allow
         2 a call complete_purchase {"checkout_id":"c1"} => deny /checkout/done"#,
    );
}

#[test]
fn a_refused_completion_may_be_tried_again() {
    ready(
        r#"1 a call complete_checkout {"checkout_id":"c1"} => allow
         1 a error complete_checkout {"id":"c1","status":"ready"} => allow
         1 a call complete_checkout {"checkout_id":"c1"} => allow
         1 a unsent complete_checkout => allow
         1 a call complete_checkout {"checkout_id":"c1"} => allow
         1 a reply complete_checkout {"id":"c1","status":"ready"} => allow
         1 a call complete_checkout {"checkout_id":"c1"} => allow"#,
    );
}

#[test]
fn a_completion_that_was_perhaps_made_waits_for_a_poll() {
    for ending in [
        "1 a lost complete_checkout => allow",
        "1 a error complete_checkout => allow",
        r#"1 a error complete_checkout {"id":"c2","status":"ready"} => allow"#,
        "1 a reply complete_checkout gone => the reply shows no checkout status at `/status`",
        r#"1 a reply complete_checkout {"id":"c2","status":"ready"} => the reply is about another checkout than the call: the ids differ at `/id`"#,
    ] {
        ready(&format!(
            r#"1 a call complete_checkout {{"checkout_id":"c1"}} => allow
             {ending}
             2 a call complete_checkout {{"checkout_id":"c1"}} => deny /checkout/completed
             2 a call get_checkout_status {{"checkout_id":"c1"}} => allow
             2 a reply get_checkout_status {{"id":"c1","status":"awaiting_payment"}} => allow
             2 a call complete_checkout {{"checkout_id":"c1"}} => deny /checkout/completed
             7 a call get_checkout_status {{"checkout_id":"c1"}} => allow
             7 a reply get_checkout_status {{"id":"c1","status":"ready"}} => allow
             7 a call complete_checkout {{"checkout_id":"c1"}} => allow"#
        ));
    }
}

#[test]
fn a_poll_that_began_before_the_completion_was_over_frees_nothing() {
    ready(
        r#"1 a call get_checkout_status {"checkout_id":"c1"} => allow
         1 a call complete_checkout {"checkout_id":"c1"} => allow
         1 a reply get_checkout_status {"id":"c1","status":"ready"} => allow
         1 a call complete_checkout {"checkout_id":"c1"} => deny /checkout/completed
         1 a reply complete_checkout {"id":"c1","status":"awaiting_payment"} => allow
         1 a reply get_checkout_status {"id":"c1","status":"ready"} => allow
         1 a call complete_checkout {"checkout_id":"c1"} => deny /checkout/completed"#,
    );
}

#[test]
fn an_odd_error_is_no_refusal() {
    let profile = Profile::load(&Document::parse("p", BOREALHOST, Format::Yaml).unwrap()).unwrap();
    let (grant, server) = (GrantId::new("a").unwrap(), ServerName::new("s").unwrap());
    let arguments = scan(br#"{"checkout_id":"c1"}"#, Keys::Distinct).unwrap();
    let call =
        Call { grant: &grant, server: &server, session: None, tool: "complete_checkout", arguments: Some(&arguments) };
    for (is_error, expect) in [("true", Ending::Refused), ("\"true\"", Ending::Unknown), ("null", Ending::Unknown)] {
        let result = format!(r#"{{"isError":{is_error},"structuredContent":{{"id":"c1","status":"ready"}}}}"#);
        let result = scan(result.as_bytes(), Keys::Distinct).unwrap();
        let seen = observe(&profile, &DigestKey::new([1; 32]), &call, &result, 0).unwrap();
        let [Change::End { ending, .. }] = &seen.plan.changes[..] else { panic!("{}", seen.plan) };
        assert_eq!(*ending, expect, "{is_error}");
    }
}

#[test]
fn a_total_may_not_grow_unasked() {
    forage(
        r#"1 a call check_order {"checkout_id":"c1"} => allow
         1 a reply check_order $ready_for_complete 5401 => allow
         1 a call complete_purchase {"checkout_id":"c1"} => deny /checkout/total
         1 a call check_order {"checkout_id":"c1"} => allow
         1 a reply check_order $ready_for_complete 5400.0 => allow
         1 a call complete_purchase {"checkout_id":"c1"} => allow
         1 a reply complete_purchase $ready_for_complete 5400.1 => allow
         1 a call complete_purchase {"checkout_id":"c1"} => deny /checkout/total
         1 a call update_checkout_info {"checkout_id":"c1"} => allow
         1 a reply update_checkout_info $ready_for_complete 6000 => allow
         1 a call complete_purchase {"checkout_id":"c1"} => allow
         1 a reply complete_purchase $completed 6000 => allow"#,
    );
    forage(
        r#"1 a call check_order {"checkout_id":"c1"} => allow
         1 a reply check_order $ready_for_complete 100 => allow
         1 a call complete_purchase {"checkout_id":"c1"} => allow"#,
    );
}

#[test]
fn another_currency_is_another_total() {
    let object = |currency: &str| {
        format!(
            r#"{{"checkout_id":"c1","status":"incomplete","currency":"{currency}","totals":[{{"type":"total","amount":1}}]}}"#
        )
    };
    forage(&format!(
        r#"1 a call check_order {{"checkout_id":"c1"}} => allow
         1 a reply check_order {} => allow
         1 a call complete_purchase {{"checkout_id":"c1"}} => deny /checkout/total
         1 a call check_order {{"checkout_id":"c1"}} => allow
         1 a reply check_order {} => allow
         1 a call complete_purchase {{"checkout_id":"c1"}} => allow"#,
        object("KWD"),
        object("usd"),
    ));
}

#[test]
fn a_total_that_cannot_be_read_is_withheld() {
    let odd = "the reply shows something other than one total with its currency at `/totals[type=total]/amount`";
    for (totals, currency) in [
        (r#"[{"type":"total","amount":"1"}]"#, r#""USD""#),
        (r#"[{"type":"total","amount":-1}]"#, r#""USD""#),
        (r#"[{"type":"total","amount":1}]"#, "null"),
        (r#"[{"type":"total","amount":1},{"type":"total","amount":1}]"#, r#""USD""#),
    ] {
        let object = format!(r#"{{"checkout_id":"c1","status":"x","currency":{currency},"totals":{totals}}}"#);
        forage(&format!(
            "1 a call check_order {{\"checkout_id\":\"c1\"}} => allow\n 1 a reply check_order {object} => {odd}"
        ));
    }
    for totals in ["[]", "null", r#"[{"type":"total"}]"#, r#"[{"type":"total","amount":null}]"#] {
        let object = format!(r#"{{"checkout_id":"c1","status":"incomplete","totals":{totals}}}"#);
        forage(&format!(
            "1 a call check_order {{\"checkout_id\":\"c1\"}} => allow\n 1 a reply check_order {object} => allow
             1 a call complete_purchase {{\"checkout_id\":\"c1\"}} => allow"
        ));
    }
}

#[test]
fn polls_without_a_pace_are_still_the_owners() {
    forage(
        r#"1 a call check_order {"checkout_id":"c1"} => allow
         1 a call check_order {"checkout_id":"c1"} => allow
         1 a reply check_order $completed 5400 => allow
         1 a call check_order {"checkout_id":"c1"} => allow
         1 b call check_order {"checkout_id":"c1"} => deny /checkout/owner"#,
    );
}

#[test]
fn a_purchase_keeps_within_the_quote_that_it_names() {
    let quoted = r#"0 a call get_agent_billing_quote => allow
         0 a reply get_agent_billing_quote {"quote_id":"q1","amount_total":1500,"currency":"usd"} => allow"#;
    for (total, expect) in [
        (r#""amount_total":1500,"currency":"USD""#, "allow"),
        (r#""amount_total":1499.99,"currency":"usd""#, "allow"),
        (r#""amount_total":1501,"currency":"usd""#, "deny /checkout/total"),
        (r#""amount_total":1500,"currency":"kwd""#, "deny /checkout/total"),
        (r#""currency":"usd""#, "the reply shows no total at `/amount_total`"),
    ] {
        check_with(
            TOOFI,
            OPEN,
            &format!(
                r#"{quoted}
                 1 b call create_agent_checkout_session {{"quote_id":"q1"}} => deny /checkout/quote
                 1 a call create_agent_checkout_session {{"quote_id":"q2"}} => deny /checkout/quote
                 1 b call get_status {{"quote_id":"q1"}} => deny /checkout/quote
                 1 a call create_agent_checkout_session {{"quote_id":7}} => deny /checkout/id
                 1 a call create_agent_checkout_session {{"QUOTE_ID":"q1"}} => deny /arguments/confusable
                 1 a call create_agent_checkout_session {{"quote_id":"q1"}} => allow
                 1 a reply create_agent_checkout_session {{"purchase_id":"p1","status":"open",{total}}} => {expect}"#
            ),
        );
    }
    check_with(
        TOOFI,
        OPEN,
        r#"0 a call get_agent_billing_quote => allow
         0 a reply get_agent_billing_quote {"amount_total":1500,"currency":"usd"} => the reply shows no quote id at `/quote_id`
         0 a reply get_agent_billing_quote {"quote_id":"q1"} => the reply shows no total at `/amount_total`
         0 a error get_agent_billing_quote => allow
         1 a call create_agent_checkout_session => allow
         1 a reply create_agent_checkout_session {"purchase_id":"p1","status":"open"} => allow"#,
    );
}

#[test]
fn a_quote_of_the_same_id_is_each_grants_own() {
    check_with(
        TOOFI,
        OPEN,
        r#"0 a call get_agent_billing_quote => allow
         0 a reply get_agent_billing_quote {"quote_id":"q1","amount_total":1,"currency":"usd"} => allow
         0 b call get_agent_billing_quote => allow
         0 b reply get_agent_billing_quote {"quote_id":"q1","amount_total":2,"currency":"usd"} => allow
         0 b call create_agent_checkout_session {"quote_id":"q1"} => allow
         0 b reply create_agent_checkout_session {"purchase_id":"p1","amount_total":2,"currency":"usd"} => allow
         0 a call create_agent_checkout_session {"quote_id":"q1"} => allow
         0 a reply create_agent_checkout_session {"purchase_id":"p2","amount_total":2,"currency":"usd"} => deny /checkout/total"#,
    );
}

const BOUGHT: &str = "0 a call create_agent_checkout_session => allow
    0 a reply create_agent_checkout_session {\"purchase_id\":\"p1\",\"status\":\"open\"} => allow\n";
const CLAIM: &str = r#"call claim_agent_checkout_key {"purchase_id":"p1","claim_token":"t"}"#;

#[test]
fn a_purchase_is_claimed_once() {
    check_with(
        TOOFI,
        OPEN,
        &format!(
            r#"{BOUGHT}
             1 a {CLAIM} => allow
             1 a {CLAIM} => deny /checkout/claimed
             1 a unsent claim_agent_checkout_key => allow
             1 a {CLAIM} => allow
             1 a error claim_agent_checkout_key => allow
             1 a {CLAIM} => allow
             1 a reply claim_agent_checkout_key {{"purchase_id":"p1","status":"payment_pending"}} => allow
             1 a {CLAIM} => allow
             1 a reply claim_agent_checkout_key {{"purchase_id":"p1","status":"claimed","agent_key":"k"}} => allow
             1 a {CLAIM} => deny /checkout/claimed"#
        ),
    );
}

#[test]
fn so_many_claims_may_fail_and_a_strangers_count_nothing() {
    let strangers = format!("1 b {CLAIM} => deny /checkout/owner\n").repeat(30);
    let unsent = format!("1 a {CLAIM} => allow\n 1 a unsent claim_agent_checkout_key => allow\n").repeat(30);
    let failed = format!("1 a {CLAIM} => allow\n 1 a error claim_agent_checkout_key => allow\n").repeat(10);
    let lost = format!("1 a {CLAIM} => allow\n 1 a lost claim_agent_checkout_key => allow\n").repeat(10);
    check_with(
        TOOFI,
        OPEN,
        &format!("{BOUGHT}{strangers}{unsent}{failed}{strangers}{lost} 9 a {CLAIM} => deny /checkout/attempts"),
    );
}

#[test]
fn only_its_owner_cancels() {
    let profile =
        format!("{}\n", TOOFI.replace("  get_agent", "  drop: { does: cancel, id: purchase_id }\n  get_agent"));
    check_with(
        &profile,
        OPEN,
        &format!(
            r#"{BOUGHT}
             1 b call drop {{"purchase_id":"p1"}} => deny /checkout/owner
             1 a call drop => deny /checkout/id
             1 a call drop {{"purchase_id":"p1"}} => allow
             1 a reply drop {{"purchase_id":"p1"}} => allow"#
        ),
    );
}
