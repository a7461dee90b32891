//! The gateway's files change while it serves.

use std::fs;

use serde_json::Value;

use crate::support::{Folder, Server, has, http, run, url};

const HEADERS: [(&str, &str); 4] = [
    ("content-type", "application/json"),
    ("accept", "application/json, text/event-stream"),
    ("mcp-protocol-version", "2026-07-28"),
    ("mcp-method", "tools/call"),
];

const POLICY: &str = r#"{ "version": "1", "default": "deny", "tools": { "list_plans": { "limits": [
  { "counter": "plans", "window": "day", "max": 2, "scope": "grant" } ] } } }"#;

/// A gateway in front of a mock, and who may call it.
struct Shop {
    _mock: Server,
    gateway: Server,
    folder: Folder,
    endpoint: String,
    bearer: String,
    grants: String,
}

impl Shop {
    fn open(test: &str) -> Self {
        let mut mock = Server::start(&["mock", "borealhost", "--port", "0", "--control-port", "0"]);
        let upstream = url(&mock.line_with("MCP"));
        let folder = Folder::new(test);
        let token = run(&["grants", "create", "buyer"], 0);
        let digest = token.err.split('"').find(|part| part.len() == 64).unwrap().to_owned();
        folder.write("policy.json", POLICY);
        let grants = format!(
            "grants:\n  - {{ id: buyer, tokens: ['{digest}'], servers: {{ borealhost: {{ policy: policy.json }} }} }}\n"
        );
        let config = folder.write("gateway.yaml", &configuration(&upstream, &grants));
        let mut gateway = Server::start(&["serve", "--config", &config]);
        let endpoint = url(&gateway.line_with("borealhost"));
        let bearer = format!("Bearer {}", token.out.trim_end());
        Self { _mock: mock, gateway, folder, endpoint, bearer, grants }
    }

    fn call(&self, tool: &str) -> String {
        let headers = [&HEADERS[..], &[("mcp-name", tool), ("authorization", &self.bearer)]].concat();
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{{}},"_meta":{{
"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
        );
        http("POST", &self.endpoint, &headers, &body)
    }

    /// Every reload on record: how it ended, and why.
    fn reloads(&self) -> Vec<(String, String)> {
        let log = fs::read_to_string(self.folder.path().join("decisions.jsonl")).unwrap();
        let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let reloads = lines.filter_map(|line| line.get("reload").cloned());
        reloads.map(|reload| (text(&reload["ended"]), text(&reload["reason"]))).collect()
    }
}

fn configuration(upstream: &str, grants: &str) -> String {
    format!("listen: 127.0.0.1:0\nupstreams: {{ borealhost: {{ url: '{upstream}' }} }}\n{grants}")
}

#[test]
fn a_changed_policy_is_in_force_refills_nothing_and_what_is_broken_changes_nothing() {
    let mut shop = Shop::open("reload-policy");
    has(&shop.call("list_plans"), &["site_starter"]);
    has(&shop.call("whoami"), &["(default deny)"]);
    // As editors do it that write a file beside and rename it over.
    let beside = shop.folder.write("policy.json.new", &POLICY.replace(r#""tools": {"#, r#""tools": { "whoami": {},"#));
    fs::rename(&beside, shop.folder.path().join("policy.json")).unwrap();
    shop.gateway.line_with("reloaded `");
    has(&shop.call("list_plans"), &["site_starter"]);
    has(&shop.call("list_plans"), &["retry_after_ms"]);
    assert!(!shop.call("whoami").contains("(default deny)"));

    shop.folder.write("policy.json", &POLICY.replace("limits", "limts"));
    shop.gateway.line_with("reload failed: `");
    fs::remove_file(shop.folder.path().join("policy.json")).unwrap();
    shop.gateway.line_with("reload failed: `");
    has(&shop.call("list_plans"), &["retry_after_ms"]);
    assert!(!shop.call("whoami").contains("(default deny)"));
    let reloads = shop.reloads();
    let [loaded, misspelt, gone] = reloads.as_slice() else { panic!("{reloads:?}") };
    assert_eq!(loaded, &("loaded".to_owned(), String::new()));
    has(&misspelt.1, &["policy.json:1:", "`limts`", "did you mean `limits`?"]);
    has(&gone.1, &["policy.json` cannot be read"]);
    assert_eq!((&*misspelt.0, &*gone.0), ("failed", "failed"));
    let config = shop.folder.path().join("decisions.jsonl");
    has(&run(&["log", "show", config.to_str().unwrap()], 0).out, &["the policies were loaded again and are in force."]);
}

#[test]
fn a_signal_reloads_at_once_and_says_what_needs_a_restart() {
    let mut shop = Shop::open("reload-signal");
    has(&shop.call("list_plans"), &["site_starter"]);
    shop.gateway.hang_up();
    shop.gateway.line_with("reloaded `");
    has(&shop.call("list_plans"), &["site_starter"]);
    has(&shop.call("list_plans"), &["retry_after_ms"]);
    // A digest with a digit too many lets nobody in, and nobody out.
    let broken = shop.grants.replace("['", "['0");
    shop.folder.write("gateway.yaml", &configuration("http://127.0.0.1:1/mcp", &broken));
    shop.gateway.hang_up();
    shop.gateway.line_with("reload failed: `");
    has(&shop.call("list_plans"), &["retry_after_ms"]);
    let digest = shop.grants.split('\'').nth(1).unwrap();
    let others = shop.grants.replace(digest, &"0".repeat(64));
    shop.folder.write("gateway.yaml", &configuration("http://127.0.0.1:1/mcp", &others));
    shop.gateway.hang_up();
    shop.gateway.line_with("reloaded `");
    has(&shop.call("list_plans"), &["HTTP/1.1 401"]);
    assert!(!fs::read_to_string(shop.folder.path().join("decisions.jsonl")).unwrap().contains(digest));
    assert_eq!(shop.gateway.stop(), Some(0));
}
