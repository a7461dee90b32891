//! What is done once, however the call that does it ends.

use super::Turn;
use super::stand::{Ask, Stand, holds};
use crate::store::MemoryStore;

/// A stand at which alice has the checkout `c1`.
fn with_checkout() -> Stand {
    let stand = Stand::started();
    let created = Turn::result(r#"{"structuredContent":{"id":"c1","status":"ready"}}"#);
    let reply = stand.ask_when(created, &Ask::call("create_checkout"));
    assert!(holds(&reply, "ready"), "{reply:?}");
    stand.sent();
    stand
}

fn complete() -> Ask {
    Ask::call_with("complete_checkout", r#"{"checkout_id":"c1"}"#)
}

/// Whether a completion is let through now; its reply says that it was made.
fn completes(stand: &Stand) -> bool {
    stand.sent();
    let paid = Turn::result(r#"{"structuredContent":{"id":"c1","status":"completed"}}"#);
    let reply = stand.ask_when(paid, &complete());
    let is_sent = !stand.sent().is_empty();
    assert!(is_sent || holds(&reply, "/checkout/completed"), "{reply:?}");
    is_sent
}

#[test]
fn a_completion_that_was_perhaps_made_is_not_repeated() {
    let endings = [
        Turn::result(r#"{"isError":true,"content":[]}"#),
        Turn::result(r#"{"structuredContent":{"id":"c1","status":"awaiting_payment"}}"#),
        Turn::result(r#"{"structuredContent":{"id":"c1"}}"#),
        Turn::result(r#"{"isError":"yes","content":[]}"#),
        Turn::says(200, &[r#"{"jsonrpc":"2.0","id":$ID,"error":{"code":-32603,"message":"oh"}}"#]),
        Turn::says(502, &[]),
        Turn::lost(),
    ];
    for ending in endings {
        let (stand, shown) = (with_checkout(), format!("{ending:?}"));
        stand.ask_when(ending, &complete());
        assert!(!completes(&stand), "{shown}");
        // Its end is on the books, so a restart knows as much.
        let last = stand.records().into_iter().rev().find(|record| record.get("outcome").is_some()).unwrap();
        assert!(last.to_string().contains(r#""once":"completion""#), "{shown}: {last}");
        assert!(MemoryStore::fold(&stand.log.text()).is_ok());
    }
}

#[test]
fn a_completion_that_was_not_made_may_be_repeated() {
    let endings = [
        Turn::result(r#"{"isError":true,"structuredContent":{"id":"c1","status":"ready"},"content":[]}"#),
        Turn::result(r#"{"structuredContent":{"id":"c1","status":"ready"}}"#),
        Turn::not_sent(),
    ];
    for ending in endings {
        let (stand, shown) = (with_checkout(), format!("{ending:?}"));
        stand.ask_when(ending, &complete());
        assert!(completes(&stand), "{shown}");
        assert!(!completes(&stand), "{shown}");
    }
}

#[test]
fn a_completion_whose_reply_is_withheld_is_over() {
    let stand = with_checkout();
    let key = format!("bh_{}", "d".repeat(48));
    stand.ask_when(
        Turn::result(&format!(r#"{{"content":[],"structuredContent":{{"api_key":"{key}"}}}}"#)),
        &Ask::call("whoami"),
    );
    let again = format!(r#"{{"structuredContent":{{"id":"c1","status":"completed","api_key":"{key}"}}}}"#);
    let reply = stand.ask_when(Turn::result(&again), &complete());
    assert!(!holds(&reply, &key), "{reply:?}");
    assert_eq!(stand.ended(), "withheld");
    let record = stand.records().pop().unwrap();
    let ending = &record["outcome"]["commit"]["changes"][0]["end"]["ending"];
    assert_eq!(ending, "unknown", "{record}");
    assert!(!completes(&stand));
}

#[test]
fn a_completion_that_cannot_be_recorded_was_not_begun() {
    let stand = with_checkout();
    stand.log.takes(0);
    stand.ask(&complete());
    assert_eq!(stand.sent(), Vec::<String>::new());
    stand.log.takes(usize::MAX);
    assert!(completes(&stand));
}
