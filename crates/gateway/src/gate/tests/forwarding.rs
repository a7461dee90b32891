//! What goes up: what was decided on, and nothing of the client's transport.

use std::collections::BTreeMap;

use super::Turn;
use super::stand::{Ask, BOBS_CREDENTIAL, CREDENTIAL, Stand, json};

/// The headers of the one message that went up.
fn headers_up(ask: &Ask) -> BTreeMap<String, String> {
    let stand = Stand::started();
    let reply = stand.ask_when(Turn::result("{}"), ask);
    assert_eq!(reply.status, 200, "{reply:?}");
    let [sent] = &stand.upstream.sent()[..] else { panic!("not one message") };
    let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
    sent.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

fn laden(ask: Ask) -> Ask {
    ask.with("cookie", "a=b").with("x-api-key", "k").with("x-forwarded-for", "1.1.1.1").with("proxy-authorization", "p")
}

#[test]
fn no_client_header_goes_up() {
    let headers = headers_up(&laden(Ask::call("whoami")));
    let names: Vec<&str> = headers.keys().map(String::as_str).collect();
    let expected = ["accept", "authorization", "content-type", "mcp-method", "mcp-name", "mcp-protocol-version"];
    assert_eq!(names, expected);
    assert_eq!(headers["authorization"], format!("Bearer {CREDENTIAL}"));
}

#[test]
fn no_client_header_goes_up_in_a_session() {
    let stand = Stand::started();
    let session = stand.session("alice-token");
    stand.upstream.sent();
    stand.ask_when(Turn::result("{}"), &laden(Ask::in_session(&session, "ping", "{}")).with("mcp-method", "x"));
    let sent = stand.upstream.sent();
    let mut names: Vec<&str> = sent[0].headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "authorization", "content-type", "mcp-protocol-version", "mcp-session-id"]);
    assert_eq!(sent[0].headers["authorization"], format!("Bearer {CREDENTIAL}"));
}

#[test]
fn each_grant_shows_its_own_credential() {
    let bobs = headers_up(&Ask::call("whoami").by("bob-token"));
    assert_eq!(bobs["authorization"], format!("Bearer {BOBS_CREDENTIAL}"));
}

#[test]
fn a_grant_without_a_credential_on_purpose_shows_none() {
    let carols = headers_up(&Ask::call("whoami").by("carol-token"));
    assert!(!carols.contains_key("authorization"));
}

#[test]
fn unknown_members_go_up_as_they_were_written() {
    let stand = Stand::started();
    let ask = Ask::call("whoami")
        .edited(r#""jsonrpc":"2.0""#, r#""jsonrpc":"2.0","x-extra":{"b":1.50}"#)
        .edited(r#""name":"whoami""#, r#""name":"whoami","further":[1E+2]"#);
    assert_eq!(stand.ask_when(Turn::result("{}"), &ask).status, 200);
    let sent = stand.upstream.sent();
    let body = std::str::from_utf8(&sent[0].body).unwrap();
    assert!(body.contains(r#""x-extra":{"b":1.50}"#) && body.contains(r#""further":[1E+2]"#), "{body}");
}

#[test]
fn mirrors_are_written_anew() {
    // The client encodes what needs no encoding; the upstream must not depend on that.
    let headers = headers_up(&Ask::call("whoami").with("mcp-name", "=?base64?d2hvYW1p?="));
    assert_eq!((&*headers["mcp-method"], &*headers["mcp-name"]), ("tools/call", "whoami"));
    assert_eq!(headers["mcp-protocol-version"], "2026-07-28");
}

#[test]
fn mirrors_that_disagree_are_refused() {
    let call = Ask::call("whoami");
    let asks = [
        call.clone().with("mcp-method", "tools/list"),
        call.clone().without("mcp-method"),
        call.clone().with("mcp-name", "list_plans"),
        call.clone().with("mcp-name", "WHOAMI"),
        call.clone().without("mcp-name"),
        call.clone().with("mcp-protocol-version", "2025-11-25"),
        call.clone().without("mcp-protocol-version"),
        Ask::modern("tools/list", "{}").with("mcp-name", "whoami"),
    ];
    let stand = Stand::started();
    for ask in asks {
        let reply = stand.ask(&ask);
        assert_eq!(reply.status, 400, "{ask:?}");
        assert_eq!(json(&reply.body)["error"]["code"], -32020, "{ask:?}");
    }
    assert_eq!(stand.sent(), Vec::<String>::new());
}

#[test]
fn unsupported_versions_are_told_what_is_spoken() {
    let modern = Ask::call("whoami").edited("2026-07-28", "2031-01-01").with("mcp-protocol-version", "2031-01-01");
    let older = Ask::in_session("s", "ping", "{}").with("mcp-protocol-version", "2019-01-01");
    let stand = Stand::started();
    for ask in [modern, older] {
        let reply = stand.ask(&ask);
        assert_eq!(reply.status, 400);
        let error = &json(&reply.body)["error"];
        assert_eq!(error["code"], -32022);
        let supported: Vec<&str> =
            error["data"]["supported"].as_array().unwrap().iter().map(|version| version.as_str().unwrap()).collect();
        assert!(supported.contains(&"2026-07-28") && supported.contains(&"2025-11-25"), "{supported:?}");
    }
    assert_eq!(stand.sent(), Vec::<String>::new());
}

#[test]
fn what_is_denied_is_not_sent() {
    let stand = Stand::started();
    for tool in ["set_api_key", "get_checkout_status", "nothing_like_it"] {
        let reply = stand.ask(&Ask::call(tool));
        assert_eq!(reply.status, 200);
        assert_eq!(stand.records().last().unwrap()["decision"]["verdict"], "deny", "{tool}");
    }
    assert_eq!(stand.sent(), Vec::<String>::new());
}

#[test]
fn a_request_of_the_newer_era_says_what_its_client_can_do() {
    let stand = Stand::started();
    let capabilities = "io.modelcontextprotocol/clientCapabilities";
    for ask in [
        Ask::call("whoami").edited(capabilities, "x"),
        Ask::call("whoami").edited(&format!(r#"{capabilities}":{{}}"#), &format!(r#"{capabilities}":1"#)),
    ] {
        assert_eq!(stand.ask(&ask).status, 400, "{ask:?}");
    }
    assert_eq!(stand.sent(), Vec::<String>::new());
}
