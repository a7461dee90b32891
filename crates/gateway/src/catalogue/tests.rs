//! The catalogue as the gateway reads it, through its front door: at the start, and before a call.

use std::time::Duration;

use floorwalker_policy::ServerName;
use futures_util::FutureExt as _;

use crate::{
    gate::tests::{
        Turn,
        stand::{Ask, BOBS_CREDENTIAL, CREDENTIAL, Stand, holds, json},
    },
    ports::SendError,
};

/// What came of reading the catalogue of `borealhost`.
fn read(stand: &Stand) -> Option<usize> {
    let shop = ServerName::new("borealhost").unwrap();
    let read = stand.gateway.start().now_or_never().expect("the start waits longer than the deadline");
    read.into_iter().find(|(name, _)| *name == shop).unwrap().1.ok()
}

/// Whether the gateway knows the tool; the policy allows it in any case.
fn knows(stand: &Stand, tool: &str) -> bool {
    let reply = stand.ask(&Ask::call(tool));
    assert_eq!(reply.status, 200, "{reply:?}");
    let unknown = json(&reply.body)["error"]["code"] == -32602 && holds(&reply, &format!("Unknown tool: {tool}"));
    !unknown
}

#[test]
fn an_upstream_that_never_answers_holds_nobody() {
    let first = Ok(r#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#.to_owned());
    let starts_to = Turn::Answer { status: 200, session: None, messages: vec![first], then_hangs: true };
    let opens = Turn::agrees("2025-11-25");
    let scripts = [
        vec![Turn::Hang],
        vec![starts_to],
        vec![Turn::says(400, &[]), Turn::Hang],
        vec![Turn::says(400, &[]), opens, Turn::Hang],
    ];
    for script in scripts {
        let stand = Stand::new();
        stand.clock.rings();
        for turn in script.clone() {
            stand.upstream.will(turn);
        }
        stand.upstream.will(Turn::Hang);
        assert_eq!(read(&stand), None, "{script:?}");
        stand.sent();
        stand.upstream.forget();
        stand.upstream.will(Turn::Hang);
        assert!(!knows(&stand, "whoami"));
        assert!(!stand.sent().contains(&"tools/call".to_owned()));
    }
}

#[test]
fn an_upstream_of_the_older_era_is_asked_in_its_own_way() {
    let plain = SendError::Lost("HTTP 400 with `text/plain`, which is neither JSON nor an event stream".to_owned());
    let refusals = [
        Turn::Answer { status: 400, session: None, messages: vec![Err(plain)], then_hangs: false },
        Turn::says(400, &[r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no session"}}"#]),
        Turn::says(404, &[]),
        Turn::says(200, &[r#"{"jsonrpc":"2.0","id":$ID,"error":{"code":-32601,"message":"initialize first"}}"#]),
    ];
    for refusal in refusals {
        let stand = Stand::new();
        stand.upstream.will(refusal.clone());
        stand.upstream.will(Turn::agrees("2025-06-18"));
        stand.upstream.will(Turn::says(202, &[]));
        stand.upstream.will(Turn::tools(&["whoami"], None));
        assert_eq!(read(&stand), Some(1), "{refusal:?}");
        let sent = stand.upstream.sent();
        let methods: Vec<String> = sent.iter().map(|sent| sent.method.to_string()).collect();
        assert_eq!(methods, ["POST", "POST", "POST", "POST", "DELETE"]);
        assert_eq!(json(&sent[1].body)["method"], "initialize");
        assert!(!sent[1].headers.contains_key("mcp-session-id"));
        assert!(sent[2..].iter().all(|sent| sent.headers["mcp-session-id"] == "up-1"));
        assert!(sent[3..].iter().all(|sent| sent.headers["mcp-protocol-version"] == "2025-06-18"), "{sent:?}");
    }
}

#[test]
fn every_page_is_read() {
    let stand = Stand::new();
    stand.upstream.will(Turn::tools(&["whoami"], Some("page-2")));
    stand.upstream.will(Turn::tools(&["list_plans"], Some("")));
    stand.upstream.will(Turn::tools(&["set_api_key"], None));
    assert_eq!(read(&stand), Some(3));
    let cursors: Vec<_> =
        stand.upstream.sent().iter().map(|sent| json(&sent.body)["params"]["cursor"].clone()).collect();
    assert_eq!(cursors, [serde_json::Value::Null, "page-2".into(), "".into()]);
    for tool in ["whoami", "list_plans"] {
        stand.upstream.will(Turn::result("{}"));
        assert!(knows(&stand, tool), "{tool}");
    }
}

#[test]
fn a_page_that_cannot_be_read_leaves_nothing_known() {
    let stand = Stand::new();
    stand.upstream.will(Turn::tools(&["whoami"], Some("page-2")));
    stand.upstream.will(Turn::result(r#"{"tools":[{"name":5}]}"#));
    assert_eq!(read(&stand), None);
    assert!(!knows(&stand, "whoami"));
}

/// Which of the two definitions holds is anybody's guess, so neither does.
#[test]
fn a_tool_on_two_pages_is_no_catalogue() {
    let stand = Stand::new();
    stand.upstream.will(Turn::tools(&["whoami", "list_plans"], Some("page-2")));
    stand.upstream.will(Turn::tools(&["whoami"], None));
    assert_eq!(read(&stand), None);
    assert!(!knows(&stand, "whoami"));
}

#[test]
fn pages_without_end_are_no_catalogue() {
    let stand = Stand::new();
    for page in 0..3_000 {
        stand.upstream.will(Turn::tools(&[&format!("tool_{page}")], Some("on")));
    }
    assert_eq!(read(&stand), None);
    // Once in either era.
    assert!(stand.sent().len() <= 2_010);
}

#[test]
fn an_upstream_that_comes_back_is_asked_again_after_a_moment() {
    let stand = Stand::new();
    assert_eq!(read(&stand), None);
    assert!(!knows(&stand, "whoami"));
    stand.sent();
    assert!(!knows(&stand, "whoami"));
    assert_eq!(stand.sent(), Vec::<String>::new());
    stand.clock.moves(Duration::from_secs(1));
    stand.upstream.will(Turn::tools(&["whoami"], None));
    stand.upstream.will(Turn::result("{}"));
    assert!(knows(&stand, "whoami"));
}

#[test]
fn the_catalogue_is_read_with_the_gateways_own_credential() {
    let stand = Stand::new();
    stand.upstream.will(Turn::tools(&["whoami"], None));
    read(&stand);
    let sent = stand.upstream.sent();
    assert_eq!(sent[0].headers["authorization"], "Bearer common/0123456789");
}

#[test]
fn a_change_that_the_upstream_announces_is_read_before_the_next_call() {
    let stand = Stand::started();
    let change = r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#;
    stand.ask_when(Turn::says(200, &[change, r#"{"jsonrpc":"2.0","id":7,"result":{}}"#]), &Ask::call("whoami"));
    stand.upstream.will(Turn::tools(&["list_plans"], None));
    stand.sent();
    assert!(!knows(&stand, "whoami"));
    assert_eq!(stand.sent(), ["tools/list"]);
}

/// What an upstream offered before says nothing about what it does now.
#[test]
fn a_reading_that_fails_leaves_nothing_known() {
    for turn in [Turn::lost(), Turn::result("{}"), Turn::Hang] {
        let stand = Stand::started();
        let change = r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#;
        stand.ask_when(Turn::says(200, &[change, r#"{"jsonrpc":"2.0","id":7,"result":{}}"#]), &Ask::call("whoami"));
        stand.clock.rings();
        stand.upstream.will(turn.clone());
        stand.sent();
        assert!(!knows(&stand, "whoami"), "{turn:?}");
        assert!(!stand.sent().contains(&"tools/call".to_owned()), "{turn:?}");
    }
}

#[test]
fn a_name_that_is_new_in_a_list_is_read_before_the_next_call() {
    let stand = Stand::new();
    stand.upstream.will(Turn::tools(&["list_plans"], None));
    assert_eq!(read(&stand), Some(1));
    assert!(!knows(&stand, "whoami"));
    let both = || Turn::tools(&["list_plans", "whoami"], None);
    stand.ask_when(both(), &Ask::modern("tools/list", "{}"));
    stand.upstream.will(both());
    stand.upstream.will(Turn::result("{}"));
    assert!(knows(&stand, "whoami"));
}

/// Some upstreams echo what they were shown, and an error goes where people and logs are.
#[test]
fn no_error_holds_a_credential_that_the_upstream_was_shown() {
    let far = "x".repeat(40);
    let escaped = BOBS_CREDENTIAL.replace('b', "\\u0062");
    let echoes = [
        format!(r#""error":{{"code":1,"message":"no such key: {CREDENTIAL}"}}"#),
        format!(r#""error":{{"code":1,"message":"{far} no such key: {CREDENTIAL}"}}"#),
        format!(r#""error":{{"code":1,"message":"no such key: {escaped}"}}"#),
        format!(r#""result":{{"tools":[{{"name":"{CREDENTIAL}"}},{{"name":"{CREDENTIAL}"}}]}}"#),
        format!(r#""result":{{"{CREDENTIAL}":1,"{CREDENTIAL}":2}}"#),
    ];
    for echo in echoes {
        let stand = Stand::new();
        for _ in 0..4 {
            stand.upstream.will(Turn::says(200, &[&format!(r#"{{"jsonrpc":"2.0","id":$ID,{echo}}}"#)]));
        }
        let read = stand.gateway.start().now_or_never().unwrap();
        let error = read.into_iter().find_map(|(_, read)| read.err()).unwrap().to_string();
        for part in [CREDENTIAL, BOBS_CREDENTIAL, "common", "bobs"] {
            assert!(!error.contains(part), "{echo}: {error}");
        }
    }
}

/// A server whose definitions change without a word is asked again now and then.
#[test]
fn a_catalogue_of_no_stated_age_expires() {
    let stand = Stand::started();
    stand.clock.moves(Duration::from_secs(299));
    stand.upstream.will(Turn::result("{}"));
    assert!(knows(&stand, "whoami"));
    assert_eq!(stand.sent(), ["tools/call"]);
    stand.clock.moves(Duration::from_secs(1));
    stand.upstream.will(Turn::tools(&["list_plans"], None));
    assert!(!knows(&stand, "whoami"));
    assert_eq!(stand.sent(), ["tools/list"]);
}
