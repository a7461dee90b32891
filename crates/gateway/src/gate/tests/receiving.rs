//! What is refused before anybody reads the body.

use http::Method;

use super::Turn;
use super::stand::{Ask, Stand, bytes_of};

/// The status of the answer, and that nothing went up.
fn refused(ask: &Ask) -> u16 {
    let stand = Stand::started();
    stand.upstream.will(Turn::result("{}"));
    let reply = stand.ask(ask);
    assert_eq!(stand.sent(), Vec::<String>::new(), "{ask:?}");
    reply.status.as_u16()
}

fn passes(ask: &Ask) {
    let stand = Stand::started();
    assert_eq!(stand.ask_when(Turn::result("{}"), ask).status, 200, "{ask:?}");
    assert_eq!(stand.sent(), ["tools/call"]);
}

#[test]
fn origin_is_checked() {
    for origin in ["https://thief.test", "http://page.test", "https://page.test:1", "null", ""] {
        assert_eq!(refused(&Ask::call("whoami").with("origin", origin)), 403, "{origin}");
    }
    passes(&Ask::call("whoami").with("origin", "https://page.test"));
    passes(&Ask::call("whoami"));
}

#[test]
fn host_is_checked() {
    assert_eq!(refused(&Ask::call("whoami").without("host")), 403);
    for host in ["thief.test", "gateway.test.thief.test", "gateway.test:", "gateway.test:80x", "gateway.test@thief", ""]
    {
        assert_eq!(refused(&Ask::call("whoami").with("host", host)), 403, "{host}");
    }
    passes(&Ask::call("whoami").with("host", "GATEWAY.test"));
    passes(&Ask::call("whoami").with("host", "gateway.test:8080"));
}

#[test]
fn second_headers_are_refused() {
    let session = Ask::in_session("s", "ping", "{}");
    let rows = [
        (Ask::call("whoami"), "authorization", "Bearer alice-token"),
        (session, "mcp-session-id", "t"),
        (Ask::call("whoami"), "content-type", "application/json"),
        (Ask::call("whoami"), "host", "gateway.test"),
        (Ask::call("whoami"), "mcp-protocol-version", "2026-07-28"),
        (Ask::call("whoami"), "mcp-method", "tools/call"),
        (Ask::call("whoami"), "mcp-name", "whoami"),
        (Ask::call("whoami").with("origin", "https://page.test"), "origin", "https://page.test"),
    ];
    for (ask, name, value) in rows {
        assert_eq!(refused(&ask.with_another(name, value)), 400, "{name}");
    }
}

#[test]
fn path_has_one_spelling() {
    let paths = [
        "//borealhost/mcp",
        "/borealhost/mcp/",
        "/borealhost/mcp?x",
        "/%62orealhost/mcp",
        "/borealhost/../x/mcp",
        "/x/../borealhost/mcp",
        "/borealhost//mcp",
        "/borealhost/mcp#x",
        "/borealhost;x/mcp",
        "borealhost/mcp",
        "/mcp",
        "/",
        "",
    ];
    for path in paths {
        assert_eq!(refused(&Ask::call("whoami").to(path)), 404, "{path}");
    }
}

#[test]
fn methods_are_checked() {
    let stand = Stand::started();
    for method in [Method::GET, Method::PUT, Method::OPTIONS, Method::HEAD] {
        let reply = stand.ask(&Ask::call("whoami").method(method));
        assert_eq!(reply.status, 405);
        let allow = reply.headers["allow"].to_str().unwrap();
        assert!(allow.contains("POST") && allow.contains("DELETE"), "{allow}");
    }
    assert_eq!(stand.sent(), Vec::<String>::new());
}

#[test]
fn content_is_checked_after_the_caller() {
    let rows = [
        ("content-encoding", "gzip"),
        ("content-type", "text/plain"),
        ("content-type", "application/json; charset=utf-16"),
        ("content-type", "application/jsonx"),
    ];
    for (name, value) in rows {
        let ask = Ask::call("whoami").with(name, value);
        assert_eq!(refused(&ask), 415, "{value}");
        assert_eq!(refused(&ask.by("nobody")), 401, "{value}");
    }
    assert_eq!(refused(&Ask::call("whoami").without("content-type")), 415);
    passes(&Ask::call("whoami").with("content-type", "Application/JSON; charset=UTF-8"));
}

#[test]
fn what_cannot_be_read_is_refused_only_to_whoever_may_ask() {
    let stand = Stand::started();
    let broken = Ask::call("whoami").saying("{");
    assert_eq!(stand.ask(&broken).status, 400);
    let unread = stand.ask(&broken.clone().by("nobody"));
    assert_eq!(bytes_of(&unread), bytes_of(&stand.ask(&Ask::call("whoami").by("nobody"))));
    assert_eq!(stand.sent(), Vec::<String>::new());
}
