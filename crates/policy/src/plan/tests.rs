//! Plans in words, and the rows they name.

use std::{sync::Arc, time::Duration};

use floorwalker_json::{Decimal, Digest};

use crate::{
    Change, Charge, CheckoutKey, CounterKey, Ending, GrantId, Handle, Once, Plan, PollPace, QuoteKey, RuleName, Scope,
    ServerName, SessionId, Timestamp, Total,
};

fn checkout(handle: &str) -> CheckoutKey {
    CheckoutKey { server: ServerName::new("borealhost").unwrap(), handle: Handle::new(handle).unwrap() }
}

fn charge(scope: Scope) -> Change {
    let counter = CounterKey { server: ServerName::new("forage").unwrap(), counter: Arc::from("rate"), scope };
    let window = Duration::from_secs(60).into();
    let rule = RuleName::fixed("/r");
    Change::Charge(Charge { counter, amount: 1.into(), max: 10.into(), window, rule, on_deny: None })
}

fn plan() -> Plan {
    let grant = GrantId::new("grant-a").unwrap();
    let secret = Digest::of(b"secret");
    let total = Total::new(Decimal::from(5400), "usd").unwrap();
    let quote = QuoteKey {
        server: ServerName::new("toofi").unwrap(),
        handle: Handle::new("q1").unwrap(),
        grant: grant.clone(),
    };
    Plan {
        changes: vec![
            Change::Own { checkout: checkout("c1"), grant: grant.clone() },
            Change::Poll { checkout: checkout("c1"), pace: Arc::new(PollPace { stretches: Vec::new() }) },
            charge(Scope::Grant(grant.clone())),
            charge(Scope::Session(SessionId::new("s1").unwrap())),
            charge(Scope::Policy),
            Change::Bind { checkout: checkout("c2"), grant: grant.clone() },
            Change::Advance { checkout: checkout("c2"), status: "ready".to_owned(), terminal: false },
            Change::Advance { checkout: checkout("c2"), status: "failed".to_owned(), terminal: true },
            Change::Begin { checkout: checkout("c2"), once: Once::Completion, attempts: None, from: None },
            Change::Begin { checkout: checkout("c2"), once: Once::Claim, attempts: Some(20), from: None },
            Change::End { checkout: checkout("c2"), once: Once::Completion, ending: Ending::Unknown },
            Change::End { checkout: checkout("c2"), once: Once::Claim, ending: Ending::Refused },
            Change::End { checkout: checkout("c2"), once: Once::Claim, ending: Ending::Done },
            Change::Reopen { checkout: checkout("c2"), asked: 9 },
            Change::Total { checkout: checkout("c2"), total: total.clone(), agreed: true },
            Change::Total { checkout: checkout("c2"), total: total.clone(), agreed: false },
            Change::Quote { quote: quote.clone(), total: total.clone() },
            Change::Within { quote: quote.clone(), total: None },
            Change::Within { quote, total: Some(total) },
            Change::Deliver { secret, grant },
            Change::TakeBack { at: Timestamp::from_millis(7), plan: Plan { changes: vec![charge(Scope::Policy)] } },
        ],
    }
}

#[test]
fn every_change_has_its_words() {
    let expect = [
        "own c1 by grant-a",
        "poll c1",
        "charge rate 1/10 per 60 s for grant-a",
        "charge rate 1/10 per 60 s for session s1",
        "charge rate 1/10 per 60 s for everybody",
        "bind c2 to grant-a",
        "advance c2 to ready",
        "advance c2 to failed for good",
        "begin completion of c2",
        "begin claim of c2, 20 may fail",
        "end completion of c2 as unknown",
        "end claim of c2 as refused",
        "end claim of c2 as done",
        "reopen c2",
        "agree to 5400 USD for c2",
        "see 5400 USD for c2",
        "quote q1 at 5400 USD to grant-a",
        "use quote q1 of grant-a",
        "keep 5400 USD within quote q1",
        "deliver 2bb80d537b1d to grant-a",
        "take back of 7 ms (charge rate 1/10 per 60 s for everybody)",
    ];
    assert_eq!(plan().to_string(), expect.join("; "));
}

#[test]
fn a_plan_names_each_row_once() {
    let keys: Vec<String> = plan().keys().iter().map(ToString::to_string).collect();
    let expect = [
        "counter forage/rate for grant-a",
        "counter forage/rate for session s1",
        "counter forage/rate for everybody",
        "checkout borealhost/c1",
        "checkout borealhost/c2",
        "secret 2bb80d537b1d",
        "quote toofi/q1 for grant-a",
    ];
    assert_eq!(keys, expect);
}
