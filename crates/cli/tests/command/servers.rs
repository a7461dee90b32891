//! Mock and gateway over real sockets, one in front of the other.

use std::fs;

use crate::support::{Folder, Server, has, http, run, url};

pub(crate) const MCP: [(&str, &str); 5] = [
    ("content-type", "application/json"),
    ("accept", "application/json, text/event-stream"),
    ("mcp-protocol-version", "2026-07-28"),
    ("mcp-method", "tools/call"),
    ("mcp-name", "list_plans"),
];

pub(crate) const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_plans","arguments":{},"_meta":{
"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;

#[test]
fn a_call_goes_through_the_gateway_and_a_restart_goes_on_from_the_log() {
    let mut mock = Server::start(&["mock", "borealhost", "--port", "0", "--control-port", "0"]);
    let upstream = url(&mock.line_with("MCP"));
    let control = url(&mock.line_with("control"));
    let folder = Folder::new("serve");
    let token = run(&["grants", "create", "buyer"], 0);
    let config = configuration(&folder, &upstream, &token.err);
    for life in 1..=2 {
        let mut gateway = Server::start(&["serve", "--config", &config]);
        let endpoint = url(&gateway.line_with("borealhost"));
        has(&http("POST", &endpoint, &MCP, CALL), &["HTTP/1.1 401"]);
        let bearer = format!("Bearer {}", token.out.trim_end());
        let headers = [&MCP[..], &[("authorization", bearer.as_str())]].concat();
        has(
            &http("POST", &endpoint, &headers, CALL),
            &["HTTP/1.1 200", if life == 1 { "site_starter" } else { "retry_after_ms" }],
        );
        assert_eq!(gateway.stop(), Some(0));
    }
    let ledger = http("GET", &control.replace("/control", "/journal"), &[], "");
    has(&ledger, &["list_plans"]);
    assert_eq!(ledger.matches("\"tool\":\"list_plans\"").count(), 1, "{ledger}");
    assert_eq!(mock.stop(), Some(0));
}

#[test]
fn a_log_without_its_key_is_not_gone_on_with() {
    let folder = Folder::new("serve-key");
    let token = run(&["grants", "create", "buyer"], 0);
    let config = configuration(&folder, "http://127.0.0.1:1/mcp", &token.err);
    folder.write("decisions.jsonl", "{\n");
    has(&run(&["serve", "--config", &config], 3).err, &["decisions.jsonl.key` is missing"]);
    folder.write("decisions.jsonl.key", &"0".repeat(64));
    has(&run(&["serve", "--config", &config], 3).err, &["decisions.jsonl` does not load", "line 1"]);
    fs::remove_file(&config).unwrap();
    has(&run(&["serve", "--config", &config], 2).err, &["there is no file `"]);
}

#[test]
fn the_world_is_played_on_the_control_port() {
    let mut mock = Server::start(&["mock", "borealhost", "--port=0", "--control-port=0", "--seed=known"]);
    let control = url(&mock.line_with("control"));
    has(&mock.line_with("pay"), &["curl", &control]);
    has(&mock.line_with("checkout"), &[r#"{"world":"pay","checkout":"ID"}"#]);
    has(&http("GET", &control.replace("/control", "/ledger"), &[], ""), &["HTTP/1.1 200", "counts"]);
    has(&http("POST", &control, &[], r#"{"world":"pay"}"#), &["HTTP/1.1 409", "error"]);
}

#[test]
fn a_server_of_ones_own_is_called_after_its_file() {
    let folder = Folder::new("listed");
    let tools =
        folder.write("my-shop.tools.json", r#"{ "tools": [{ "name": "buy", "inputSchema": { "type": "object" } }] }"#);
    let replies = folder.write("replies.yaml", "version: 1\nreplies: { buy: { text: bought } }\n");
    let arguments = ["mock", "--tools", &tools, "--replies", &replies, "--port=0", "--control-port=0"];
    let mut mock = Server::start(&arguments);
    mock.line_with("my-shop");
    let mcp = url(&mock.line_with("MCP"));
    let control = url(&mock.line_with("control"));
    let initialize = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
    has(&http("POST", &mcp, MCP.get(..2).unwrap(), initialize), &["HTTP/1.1 200", "my-shop"]);
    has(&http("GET", &control.replace("/control", "/ledger"), &[], ""), &["\"calls\":0", "\"errors\":0"]);

    let wrong = folder.write("wrong.yaml", "version: 1\nreplies:\n  bye: { text: bought }\n");
    has(&run(&["mock", "--tools", &tools, "--replies", &wrong], 3).err, &["wrong.yaml:3:8: no tool is called `bye`"]);
    has(&run(&["mock", "--tools", "gone.json"], 2).err, &["there is no file `gone.json`"]);
    has(&run(&["mock", "--tools", &tools, "--name", "borealhost"], 3).err, &["choose another name"]);
    has(&run(&["mock", "--replies", &replies], 2).err, &["--tools"]);
}

#[test]
fn a_mock_that_cannot_be_run_says_why() {
    has(&run(&["mock", "borealhots"], 2).err, &["there is no mock `borealhots`; did you mean `borealhost`?"]);
    has(&run(&["mock", "shop"], 2).err, &["there is no mock `shop`; there is `borealhost`"]);
    has(&run(&["mock", "borealhost", "--settings", "gone.yaml"], 2).err, &["there is no file `gone.yaml`"]);
    let settings = |text: &str, code| run(&["mock", "borealhost", "--settings", text], code).err;
    has(&settings(r#"{ "borealhost": { "credentials": "common" } }"#, 3), &["credentials", "shared"]);
    has(&settings(r#"{ "borealhost": "#, 3), &["--settings:1:"]);
    has(&settings(r#"{ "credentials": "shared" }"#, 2), &["for `credentials`, which is not run", "\"borealhost\""]);
}

/// A gateway in front of the upstream, whose only tool may be called once a day.
pub(crate) fn configuration(folder: &Folder, upstream: &str, made: &str) -> String {
    let digest = made.split('"').find(|part| part.len() == 64).unwrap();
    folder.write(
        "policy.json",
        r#"{ "version": "1", "default": "deny", "tools": { "list_plans": { "limits": [
  { "counter": "plans", "window": "day", "max": 1, "scope": "grant" } ] } } }"#,
    );
    folder.write(
        "gateway.yaml",
        &format!(
            "listen: 127.0.0.1:0\nupstreams: {{ borealhost: {{ url: '{upstream}' }} }}\ngrants:\n  \
             - {{ id: buyer, tokens: ['{digest}'], servers: {{ borealhost: {{ policy: policy.json }} }} }}\n"
        ),
    )
}
