//! Who asks, and what they may reach.

use super::Turn;
use super::stand::{Ask, Stand, bytes_of};

#[test]
fn every_bad_token_is_the_same_401_and_is_counted() {
    let stand = Stand::started();
    let call = Ask::call("whoami");
    let asks = [
        call.clone().without("authorization"),
        call.clone().by("nobody-token"),
        call.clone().by(""),
        call.clone().with("authorization", "Basic alice-token"),
        call.clone().with("authorization", "alice-token"),
        call.clone().by("alice-token "),
        call.clone().by("nobody-token").to("/nowhere/mcp"),
    ];
    let replies: Vec<String> = asks.iter().map(|ask| bytes_of(&stand.ask(ask))).collect();
    assert!(replies[0].starts_with("401") && replies[0].contains("www-authenticate"), "{}", replies[0]);
    assert!(replies.iter().all(|reply| *reply == replies[0]), "{replies:?}");
    assert_eq!((stand.sent(), stand.records()), (Vec::new(), Vec::new()));
    for expected in [Some(7), None] {
        stand.ask_when(Turn::result("{}"), &call);
        let records = stand.records();
        let decision = records.iter().rev().find(|record| record.get("decision").is_some()).unwrap();
        let counted = decision["decision"].get("unidentified").and_then(serde_json::Value::as_u64);
        assert_eq!(counted, expected);
    }
}

#[test]
fn a_server_that_is_not_granted_and_one_that_is_not_there_are_the_same_and_on_record() {
    let stand = Stand::started();
    stand.forage.will(Turn::result("{}"));
    let bob = Ask::call("whoami").by("bob-token");
    let not_granted = bytes_of(&stand.ask(&bob.clone().to("/forage/mcp")));
    let not_there = bytes_of(&stand.ask(&bob.clone().to("/nowhere/mcp")));
    assert!(not_granted.starts_with("403"), "{not_granted}");
    assert_eq!(not_granted, not_there);
    assert_eq!(stand.sent(), Vec::<String>::new());
    let records = stand.records();
    assert_eq!(records.len(), 2, "{records:?}");
    for record in records {
        assert_eq!(record["decision"]["grant"], "bob");
        assert_eq!(record["decision"]["verdict"], "refuse");
    }
}

#[test]
fn a_grant_reaches_every_server_it_is_for() {
    let stand = Stand::started();
    stand.forage.will(Turn::result("{}"));
    assert_eq!(stand.ask(&Ask::call("whoami").to("/forage/mcp")).status, 200);
    assert_eq!(stand.forage.sent().len(), 1);
}

#[test]
fn the_precheck_is_as_strict_as_the_gate() {
    let call = Ask::call("whoami");
    let asks = [
        call.clone().by("nobody-token"),
        call.clone().without("authorization"),
        call.clone().with("origin", "https://thief.test"),
        call.clone().without("host"),
        call.clone().to("/borealhost/mcp/"),
        call.clone().with_another("content-type", "application/json"),
    ];
    for ask in asks {
        let (stand, other) = (Stand::started(), Stand::started());
        let envelope = ask.envelope();
        let refused = stand.gateway.precheck(&envelope.method, &envelope.path, &envelope.headers).unwrap_err();
        assert_eq!(bytes_of(&refused), bytes_of(&other.ask(&ask)), "{ask:?}");
        stand.ask_when(Turn::result("{}"), &call);
        assert_eq!(stand.records()[0]["decision"]["unidentified"], 1, "{ask:?}");
    }
    let envelope = call.envelope();
    assert!(Stand::started().gateway.precheck(&envelope.method, &envelope.path, &envelope.headers).is_ok());
}
