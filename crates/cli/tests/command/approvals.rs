//! A person answers from the command line, over real sockets.

use std::process::Command;

use crate::support::{BINARY, Folder, Server, ended, has, http, run, url};

const MCP: [(&str, &str); 5] = [
    ("content-type", "application/json"),
    ("accept", "application/json, text/event-stream"),
    ("mcp-protocol-version", "2026-07-28"),
    ("mcp-method", "tools/call"),
    ("mcp-name", "list_plans"),
];
const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_plans","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}"#;

fn digest(made: &str) -> &str {
    made.split('"').find(|part| part.len() == 64).unwrap()
}

#[test]
fn a_person_answers_from_the_command_line() {
    let mut mock = Server::start(&["mock", "borealhost", "--port", "0", "--control-port", "0"]);
    let upstream = url(&mock.line_with("MCP"));
    let folder = Folder::new("approvals");
    let (buyer, hana) = (run(&["grants", "create", "buyer"], 0), run(&["grants", "create", "hana"], 0));
    folder.write(
        "policy.json",
        r#"{ "version": "1", "default": "deny", "tools": { "list_plans": { "action": "require_approval" } } }"#,
    );
    let config = folder.write(
        "gateway.yaml",
        &format!(
            "listen: 127.0.0.1:0\nupstreams: {{ borealhost: {{ url: '{upstream}' }} }}\n\
             approvals: {{ listen: '127.0.0.1:0', approvers: [{{ id: hana, tokens: ['{}'] }}] }}\ngrants:\n  \
             - {{ id: buyer, tokens: ['{}'], servers: {{ borealhost: {{ policy: policy.json }} }} }}\n",
            digest(&hana.err),
            digest(&buyer.err)
        ),
    );
    let mut gateway = Server::start(&["serve", "--config", &config]);
    let endpoint = url(&gateway.line_with("borealhost"));
    let door = url(&gateway.line_with("approvals"));
    let bearer = format!("Bearer {}", buyer.out.trim_end());
    let headers = [&MCP[..], &[("authorization", bearer.as_str())]].concat();
    let call = || http("POST", &endpoint, &headers, CALL);
    has(&call(), &["\"decision\":\"ask\""]);

    let token = folder.write("hana.token", &hana.out);
    let approvals = |arguments: &[&str], code| {
        run(&[&["approvals"], arguments, &["--url", &door, "--token-file", &token]].concat(), code)
    };
    let listed = approvals(&["list"], 0).out;
    has(&listed, &["pending", "buyer calls borealhost/list_plans"]);
    let id = listed.split_whitespace().next().unwrap();
    has(&approvals(&["show", id], 0).out, &["stands      pending", "digest"]);
    has(&approvals(&["show", id, "--format", "json"], 0).out, &["\"arguments\": ["]);
    has(&approvals(&["approve", id], 0).out, &["stands      approved"]);
    has(&approvals(&["approve", id], 1).err, &["answered before", "HTTP 409"]);
    has(&call(), &["HTTP/1.1 200", "site_starter"]);
    has(&call(), &["\"decision\":\"ask\""]);
    has(&approvals(&["deny", "00ff00ff00ff-7"], 1).err, &["HTTP 404"]);

    let wrong = folder.write("wrong.token", &buyer.out);
    let refused = run(&["approvals", "list", "--url", &door, "--token-file", &wrong], 1);
    has(&refused.err, &["a valid approver's token is required"]);
    assert!(!refused.err.contains(buyer.out.trim()));
    assert_eq!(gateway.stop(), Some(0));
    has(&approvals(&["list"], 4).err, &["cannot be reached"]);
    has(&approvals(&["approve", "../approvals"], 2).err, &["is no ask"]);
    assert_eq!(mock.stop(), Some(0));
}

#[test]
fn a_token_is_never_taken_from_the_command_line() {
    let mut nobody = Command::new(BINARY);
    nobody.args(["approvals", "list"]).env_remove("FLOORWALKER_APPROVER_TOKEN");
    has(&ended(&mut nobody, 2).err, &["FLOORWALKER_APPROVER_TOKEN", "--token-file"]);
    has(&run(&["approvals", "list", "--token", "x"], 2).err, &["--token"]);
    has(&run(&["approvals", "list", "--token-file", "gone.token"], 2).err, &["`gone.token` cannot be read"]);
}
