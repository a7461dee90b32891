//! A configuration says everything or every problem.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use floorwalker_json::DigestKey;
use secrecy::ExposeSecret as _;

use super::{Config, ConfigError, Sources, generate_token};
use crate::grants::TokenDigest;

const POLICY: &str = r#"{ "version": "1", "default": "deny", "hide": ["x"] }"#;

/// Loads `/etc/fw/gateway.yaml` with these other files beside it.
fn load(config: &str, files: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let mut all: BTreeMap<PathBuf, String> =
        files.iter().map(|(name, text)| (Path::new("/etc/fw").join(name), (*text).to_owned())).collect();
    let name = if config.trim_start().starts_with('{') { "gateway.json" } else { "gateway.yaml" };
    let path = Path::new("/etc/fw").join(name);
    all.insert(path.clone(), config.to_owned());
    let read =
        |path: &Path| all.get(path).cloned().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such file"));
    let env = |name: &str| (name == "BH_TOKEN").then(|| String::from("canary-from-env"));
    Config::load(&path, Sources { read: &read, env: &env })
}

/// The lines of the problems, without the folder.
fn problems(config: &str, files: &[(&str, &str)]) -> Vec<String> {
    match load(config, files) {
        Ok(config) => panic!("loaded: {config:?}"),
        Err(error) => error.to_string().replace("/etc/fw/", "").lines().map(str::to_owned).collect(),
    }
}

fn digest(token: &str) -> String {
    TokenDigest::of(token.as_bytes()).to_string()
}

fn whole() -> String {
    format!(
        r#"{{
  "listen": "0.0.0.0:80",
  "hosts": ["gateway.example", "[::1]"],
  "origins": ["https://agent.example"],
  "log": "state/decisions.jsonl",
  "deadline": "5s",
  "upstreams": {{
    "bh": {{ "url": "http://127.0.0.1:1/mcp", "credential": {{ "env": "BH_TOKEN" }},
             "credentials": {{ "b": {{ "file": "b.token" }} }} }},
    "fo": {{ "url": "https://forage.example/mcp", "credential": "none" }}
  }},
  "grants": [
    {{ "id": "a", "tokens": ["{}", "{}"], "servers": {{ "bh": {{ "policy": "p.json" }}, "fo": {{}} }} }},
    {{ "id": "b", "tokens": ["{}"], "servers": {{ "bh": {{ "policy": "p.json" }} }} }}
  ]
}}"#,
        digest("one"),
        digest("two"),
        digest("three"),
    )
}

#[test]
fn a_whole_configuration_is_read() {
    let config = load(&whole(), &[("p.json", POLICY), ("b.token", "canary-from-file\n")]).unwrap();
    assert_eq!(config.listen.to_string(), "0.0.0.0:80");
    assert_eq!(config.hosts, ["gateway.example", "[::1]"]);
    assert_eq!(config.origins, ["https://agent.example"]);
    assert_eq!(config.log, Path::new("/etc/fw/state/decisions.jsonl"));
    assert_eq!(config.key_file(), Path::new("/etc/fw/state/decisions.jsonl.key"));
    assert_eq!(config.deadline, Duration::from_secs(5));
    let names: Vec<&str> = config.servers.iter().map(|server| server.name.as_str()).collect();
    assert_eq!(names, ["bh", "fo"]);
    let own = config.servers[0].credentials.own.as_ref().unwrap();
    assert_eq!(own, "Bearer canary-from-env");
    assert!(own.is_sensitive());
    let of_b = config.servers[0].credentials.per_grant.values().next().unwrap().as_ref().unwrap();
    assert_eq!(of_b, "Bearer canary-from-file");
    assert!(config.servers[1].credentials.own.is_none());
    assert!(!format!("{config:?}").contains("canary"));
}

#[test]
fn grants_are_found_by_their_tokens() {
    let config = load(&whole(), &[("p.json", POLICY), ("b.token", "x")]).unwrap();
    let grants = config.grants(DigestKey::new([7; 32]));
    let id = |token: &str| grants.identify(token.as_bytes()).map(|grant| grant.id.as_str().to_owned());
    assert_eq!(id("one").as_deref(), Some("a"));
    assert_eq!(id("two").as_deref(), Some("a"));
    assert_eq!(id("three").as_deref(), Some("b"));
    assert_eq!(id(&digest("one")), None);
    let a = grants.identify(b"one").unwrap();
    let policies: Vec<(&str, bool)> =
        a.servers.iter().map(|(name, policy)| (name.as_str(), policy.is_some())).collect();
    assert_eq!(policies, [("bh", true), ("fo", false)]);
}

#[test]
fn what_is_left_out_is_loopback() {
    let config = load(r#"{ "upstreams": {}, "grants": [] }"#, &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8787");
    assert_eq!(config.hosts, ["localhost", "127.0.0.1", "[::1]"]);
    assert_eq!(config.log, Path::new("/etc/fw/decisions.jsonl"));
    assert!(config.origins.is_empty() && config.servers.is_empty());
}

#[test]
fn each_problem_is_said_with_its_place_and_a_way_out() {
    // A configuration with one thing in it, and words that the only problem must hold.
    let table: &[(&str, &str, &[&str])] = &[
        ("listen", "\"8787\"", &["gateway.json:1:", "`8787`", "127.0.0.1:8787"]),
        ("listen", "8787", &["a number", "text", "`127.0.0.1:8787`"]),
        ("listen", "\"\"", &["an empty one", "`127.0.0.1:8787`"]),
        ("deadline", "30", &["a number", "`30s`"]),
        ("listen", "\"0.0.0.0:80\"", &["`hosts`", "loopback"]),
        ("hosts", "\"x\"", &["must be a list", "a string"]),
        ("hosts", "[\"x:80\"]", &["`x:80`", "without port"]),
        ("hosts", "[\"\"]", &["empty"]),
        ("origins", "[\"agent.example\"]", &["`agent.example`", "https://"]),
        ("origins", "[\"https://agent.example/\"]", &["without a path"]),
        ("deadline", "\"soon\"", &["`soon`", "30s"]),
        ("deadline", "\"0s\"", &["`0s`"]),
        ("lisen", "\"127.0.0.1:1\"", &["`lisen`", "did you mean `listen`?"]),
    ];
    for (key, value, words) in table {
        let config = format!(r#"{{ "{key}": {value}, "upstreams": {{}}, "grants": [] }}"#);
        let lines = problems(&config, &[]);
        assert_eq!(lines.len(), 1, "{lines:?}");
        for word in *words {
            assert!(lines[0].contains(word), "no {word:?} in {lines:?}");
        }
    }
}

#[test]
fn each_problem_of_an_upstream_is_said() {
    let table: &[(&str, &[&str])] = &[
        (r#""x y": { "url": "http://h" }"#, &["`x y`", "letters"]),
        (r#""x": {}"#, &["no `url`"]),
        (r#""x": { "url": "ftp://h" }"#, &["`ftp://h`", "http://"]),
        (r#""x": { "url": "htps://h/mcp?key" }"#, &["`htps://h/mcp`"]),
        (r#""x": { "url": 7 }"#, &["a number", "`https://host/mcp`"]),
        (r#""x": { "url": "http://h", "proflie": "p" }"#, &["`proflie`", "`profile`"]),
        (r#""x": { "url": "http://h", "profile": "p.yaml" }"#, &["`/etc/fw/p.yaml`", "no such file"]),
        (r#""x": { "url": "http://h", "credential": { "env": "MISSING" } }"#, &["`MISSING`", "not set"]),
        (r#""x": { "url": "http://h", "credential": { "file": "t" } }"#, &["cannot be read"]),
        (r#""x": { "url": "http://h", "credential": {} }"#, &["`env` or `file`"]),
        (r#""x": { "url": "http://h", "credential": { "env": "BH_TOKEN", "file": "t" } }"#, &["`env` or `file`"]),
        (r#""x": { "url": "http://h", "credentials": { "a": "none" } }"#, &["no grant `a`"]),
        (r#""x": 7"#, &["must be a map", "a number"]),
    ];
    for (upstream, words) in table {
        let lines = problems(&format!(r#"{{ "upstreams": {{ {upstream} }}, "grants": [] }}"#), &[]);
        assert_eq!(lines.len(), 1, "{upstream}: {lines:?}");
        for word in *words {
            let line = lines[0].replace("`p.yaml`", "`/etc/fw/p.yaml`");
            assert!(line.contains(word), "no {word:?} in {lines:?}");
        }
    }
}

#[test]
fn each_problem_of_a_grant_is_said() {
    let (one, two) = (digest("one"), digest("two"));
    let table: &[(String, &[&str])] = &[
        (format!(r#"{{ "id": "a", "tokens": ["{one}"] }}"#), &["no `servers`"]),
        (r#"{ "id": "a", "tokens": [], "servers": {} }"#.to_owned(), &["`tokens` is empty"]),
        (format!(r#"{{ "id": "", "tokens": ["{one}"], "servers": {{}} }}"#), &["empty"]),
        (format!(r#"{{ "id": "a", "tokens": ["{one}", "{one}"], "servers": {{}} }}"#), &["also one of the grant `a`"]),
        (
            format!(
                r#"{{ "id": "a", "tokens": ["{one}"], "servers": {{}} }}, {{ "id": "b", "tokens": ["{one}"], "servers": {{}} }}"#
            ),
            &["also one of the grant `a`", "give each its own"],
        ),
        (
            format!(
                r#"{{ "id": "a", "tokens": ["{one}"], "servers": {{}} }}, {{ "id": "a", "tokens": ["{two}"], "servers": {{}} }}"#
            ),
            &["two grants `a`"],
        ),
        (
            format!(r#"{{ "id": "a", "tokens": ["{one}"], "servers": {{ "bhh": {{}} }} }}"#),
            &["no upstream `bhh`", "did you mean `bh`?"],
        ),
        (
            format!(r#"{{ "id": "a", "tokens": ["{one}"], "servers": {{ "bh": {{ "policy": "none.json" }} }} }}"#),
            &["none.json", "no such file"],
        ),
    ];
    for (grants, words) in table {
        let config = format!(r#"{{ "upstreams": {{ "bh": {{ "url": "http://h" }} }}, "grants": [{grants}] }}"#);
        let lines = problems(&config, &[]);
        assert_eq!(lines.len(), 1, "{grants}: {lines:?}");
        for word in *words {
            assert!(lines[0].contains(word), "no {word:?} in {lines:?}");
        }
    }
}

#[test]
fn all_problems_are_said_at_once_and_in_order() {
    let config = r#"{
  "listen": 1,
  "upstreams": { "bh": { "url": "nowhere" } },
  "grants": [ { "id": "a", "tokens": ["x"], "servers": { "bh": { "policy": "p.json" } } } ],
  "more": 1
}"#;
    let policy = r#"{ "version": "1", "default": "deny", "hid": [] }"#;
    let lines = problems(config, &[("p.json", policy)]);
    let places: Vec<&str> = lines.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(
        places,
        ["gateway.json:2:13", "gateway.json:3:33", "gateway.json:4:39", "gateway.json:5:3", "p.json:1:38"]
    );
}

#[test]
fn a_policy_that_two_grants_name_is_complained_about_once() {
    let grant = |id: &str, token: &str| {
        let token = digest(token);
        format!(r#"{{ "id": "{id}", "tokens": ["{token}"], "servers": {{ "bh": {{ "policy": "p.json" }} }} }}"#)
    };
    let config = format!(
        r#"{{ "upstreams": {{ "bh": {{ "url": "http://h" }} }}, "grants": [{}, {}] }}"#,
        grant("a", "one"),
        grant("b", "two"),
    );
    let lines = problems(&config, &[("p.json", "{")]);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("p.json:1:"), "{lines:?}");
}

#[test]
fn no_problem_repeats_a_secret() {
    let secret = "fw_canarycanarycanarycanarycanarycanarycanary";
    let config = |token: &str, credential: &str| {
        format!(
            r#"{{ "upstreams": {{ "bh": {{ "url": "http://u:{secret}@h", "credential": {credential} }} }},
                  "grants": [{{ "id": "a", "tokens": {token}, "servers": {{}} }}] }}"#
        )
    };
    let tokens = [format!("[\"{secret}\"]"), format!("\"{secret}\""), format!("[[\"{secret}\"]]")];
    let credentials = [format!("\"{secret}\""), r#"{ "file": "t" }"#.to_owned()];
    for token in &tokens {
        for credential in &credentials {
            let text = format!("{secret} {secret}");
            let error = load(&config(token, credential), &[("t", text.as_str())]).unwrap_err();
            assert_eq!(error.problems.len(), 3, "{error}");
            assert!(!error.to_string().contains("canary") && !format!("{error:?}").contains("canary"), "{error}");
        }
    }
}

#[test]
fn a_bad_url_is_shown_without_what_is_secret_in_it() {
    let table = [
        ("http://u:canary@host/mcp", "`http://host/mcp`"),
        ("http://u:ca?nary#can/ary@host/mcp", "`http://host/mcp`"),
        ("u:canary@host/mcp", "`host/mcp`"),
        ("ftp://host/mcp?key=canary", "`ftp://host/mcp`"),
        ("https://host/mcp#canary", "`https://host/mcp`"),
    ];
    for (url, shown) in table {
        let config = format!(r#"{{ "upstreams": {{ "x": {{ "url": "{url}" }} }}, "grants": [] }}"#);
        let lines = problems(&config, &[]);
        assert!(lines[0].contains(shown) && !lines[0].contains("canary"), "{url}: {lines:?}");
        assert!(!lines[0].contains("nary"), "{url}: {lines:?}");
    }
}

#[test]
fn a_grant_with_the_credential_none_shows_none() {
    let (one, two) = (digest("one"), digest("two"));
    let config = format!(
        r#"{{ "upstreams": {{ "bh": {{ "url": "http://h", "credential": {{ "env": "BH_TOKEN" }},
                                     "credentials": {{ "buyer": "none" }} }} }},
             "grants": [{{ "id": "buyer", "tokens": ["{one}"], "servers": {{ "bh": {{}} }} }},
                        {{ "id": "other", "tokens": ["{two}"], "servers": {{ "bh": {{}} }} }}] }}"#
    );
    let config = load(&config, &[]).unwrap();
    let credentials = &config.servers[0].credentials;
    assert_eq!(credentials.own.as_ref().unwrap(), "Bearer canary-from-env");
    let per_grant: Vec<_> = credentials.per_grant.iter().map(|(grant, shown)| (grant.as_str(), shown)).collect();
    assert_eq!(per_grant, [("buyer", &None)]);
}

#[test]
fn a_file_that_cannot_be_read_is_a_problem_of_its_own() {
    let read = |_: &Path| Err(io::Error::new(io::ErrorKind::NotFound, "no such file"));
    let sources = Sources { read: &read, env: &|_| None };
    let error = Config::load(Path::new("gone.yaml"), sources).unwrap_err();
    assert_eq!(error.to_string(), "gone.yaml:1:1: cannot be read: no such file");
    assert!(problems("{ \"upstreams\": {", &[])[0].starts_with("gateway.json:1:"));
    let twice = r#"{ "upstreams": { "bh": { "url": "http://h" }, "bh": { "url": "http://i" } }, "grants": [] }"#;
    assert!(problems(twice, &[])[0].contains("`bh`"));
}

#[test]
fn yaml_says_the_same() {
    let config = "upstreams:\n  bh: { url: 'http://127.0.0.1:1' }\ngrants: []\nlistne: x\n";
    let lines = problems(config, &[]);
    assert_eq!(lines, ["gateway.yaml:4:1: the configuration has no key `listne`; did you mean `listen`?"]);
}

#[test]
fn a_new_token_is_long_and_new_and_has_its_digest() {
    let (token, digest) = generate_token().unwrap();
    let (other, _) = generate_token().unwrap();
    let text = token.expose_secret();
    assert_eq!(text.len(), 46);
    assert!(text.starts_with("fw_"));
    assert!(text[3..].bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
    assert_ne!(text, other.expose_secret());
    assert_eq!(digest, TokenDigest::of(text.as_bytes()));
    assert!(!format!("{token:?}").contains(text));
}

/// A configuration whose only policy asks, with that under `approvals`.
fn asking(approvals: &str) -> String {
    format!(
        r#"{{ "upstreams": {{ "bh": {{ "url": "http://127.0.0.1:1/mcp" }} }}, {approvals}
             "grants": [{{ "id": "a", "tokens": ["{}"], "servers": {{ "bh": {{ "policy": "ask.json" }} }} }}] }}"#,
        digest("one"),
    )
}

const ASKS: &str = r#"{ "version": "1", "default": "deny", "tools": {
    "t": { "require_approval": [{ "approvers": ["hana", "otto"] }] } } }"#;

#[test]
fn approvers_are_found_by_their_tokens() {
    let two = [digest("h1"), digest("h2")];
    let approvals = format!(
        r#""approvals": {{ "listen": "127.0.0.1:9", "approvers": [{{ "id": "hana", "tokens": ["{}", "{}"] }}] }},"#,
        two[0], two[1]
    );
    let config = load(&asking(&approvals), &[("ask.json", ASKS)]).unwrap();
    assert_eq!(config.approvals.as_ref().unwrap().listen.to_string(), "127.0.0.1:9");
    let approvers = config.approvers(DigestKey::new([7; 32]));
    let id = |token: &str| approvers.identify(token.as_bytes()).map(|id| id.as_str().to_owned());
    assert_eq!([id("h1"), id("h2")], [Some("hana".to_owned()), Some("hana".to_owned())]);
    assert_eq!([id("one"), id(""), id(&digest("h1"))], [None, None, None]);
    assert!(config.grants(DigestKey::new([7; 32])).identify(b"h1").is_none());
}

#[test]
fn whoever_could_not_approve_is_told_before_the_start() {
    let hana = |id: &str, token: &str| format!(r#"{{ "id": {id}, "tokens": ["{}"] }}"#, digest(token));
    let approvals = |list: &str| format!(r#""approvals": {{ "approvers": [{list}] }},"#);
    let table = [
        (String::new(), "the rule `/tools/t/require_approval/always` asks for approval, and nobody here could give it"),
        (approvals(""), "nobody here could give it"),
        (approvals(&hana("\"eve\"", "e")), "nobody here could give it"),
        (approvals(&hana("\"a\"", "e")), "`a` is a grant and an approver"),
        (approvals(&hana("\"hana\"", "one")), "this token is also one of a grant"),
        (approvals(&format!("{}, {}", hana("\"hana\"", "h"), hana("\"otto\"", "h"))), "one of the approver `hana`"),
        (approvals(&format!("{}, {}", hana("\"hana\"", "h"), hana("\"hana\"", "i"))), "two approvers `hana`"),
        (approvals(&hana("\"\"", "h")), "`id` must be a text, but here is an empty one"),
        (approvals(&hana("null", "h")), "`id` must be a text, but here is nothing"),
        (approvals(&format!(r#"{{ "tokens": ["{}"] }}"#, digest("h"))), "`id`"),
        (approvals(r#"{ "id": "hana", "tokens": [] }"#), "`tokens` is empty"),
        (approvals(r#"{ "id": "hana", "tokens": ["hana-token"] }"#), "not the digest of a token"),
        (
            format!(r#""approvals": {{ "listen": "127.0.0.1:8787", "approvers": [{}] }},"#, hana("\"hana\"", "h")),
            "agents and approvers would both come to `127.0.0.1:8787`",
        ),
        (
            format!(r#""approvals": {{ "listen": "0.0.0.0:8788", "approvers": [{}] }},"#, hana("\"hana\"", "h")),
            "approvers listen on no loopback address",
        ),
    ];
    for (approvals, says) in table {
        let lines = problems(&asking(&approvals), &[("ask.json", ASKS)]);
        assert!(lines.iter().any(|line| line.contains(says)), "{approvals}: {lines:?}");
        assert!(!lines.join("\n").contains("hana-token"));
    }
}
