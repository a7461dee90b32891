//! What a gateway's file may say, and that all of its mistakes are told at once.

use std::path::Path;

use floorwalker_json::{Document, Format};
use minijinja::Value;
use serde_json::json;

use super::{GatewayFile, OneFor, Ready, Speaks};
use crate::between::outside::names::document;
use crate::between::outside::text::Unfilled;

fn load(source: &str) -> Result<GatewayFile, Vec<String>> {
    let document = Document::parse("gateway.yaml", source, Format::Yaml).expect("it is YAML");
    GatewayFile::load(&document, Path::new("/there"))
        .map_err(|problems| problems.iter().map(|problem| problem.line("gateway.yaml", source)).collect())
}

#[test]
fn the_least_that_a_file_says() {
    let file = load("version: 1\ngateway: g\nrun: [g]\nspeaks: stdio\nfeatures: []\n").expect("it loads");
    assert_eq!((file.one_for, &file.speaks, &file.ready), (OneFor::All, &Speaks::Stdio, &Ready::Reachable));
    assert_eq!(file.deadline.as_secs(), 10);
}

#[test]
fn every_mistake_is_told_at_once_and_where_it_stands() {
    let source = "\
version: 2
gateway: g
run: []
speaks: { htp: x }
one_for: everybody
ready: {}
files: { ../x: y, ok: '{{ polcy }}' }
features: [denny]
headers: { 'a b': x }
logs: x
";
    let lines = load(source).expect_err("nothing in it is right");
    let told = |part: &str| assert!(lines.iter().any(|line| line.contains(part)), "{part}: {lines:#?}");
    told("gateway.yaml:1:10: version `2` is not known");
    told("gateway.yaml:3:6: `run` is empty");
    told("gateway.yaml:4:11: `speaks` has no key `htp`; did you mean `http`?");
    told("gateway.yaml:5:10: `one_for` `everybody` is not known");
    told("gateway.yaml:6:8: `ready` is one of two things");
    told("gateway.yaml:7:10: `../x` is no file inside of the folder");
    told("there is nothing called `polcy` to put here");
    told("gateway.yaml:8:12: the feature `denny` is not known; did you mean `deny`?");
    told("gateway.yaml:9:12: this is no header's name");
    told("gateway.yaml:10:1: a gateway's file has no key `logs`; did you mean `log`?");
}

#[test]
fn one_for_several_is_of_no_single_server_or_grant() {
    let source = |one_for: &str| {
        format!(
            "version: 1\ngateway: g\nrun: [g, '{{{{ server.url }}}}']\n{one_for}speaks: {{ http: '{{{{ server.url }}}}' }}\n\
             files: {{ a: '{{% if grant is defined %}}{{{{ grant.name }}}}{{% endif %}}' }}\nfeatures: []\n"
        )
    };
    let lines = load(&source("")).expect_err("there is no server");
    let says = "gateway.yaml:3:6: there is no single `server` to put into what starts the gateway, which is one for several; \
                write `one_for: server`, or go through `servers`";
    assert_eq!(lines, [says]);
    load(&source("one_for: server\n")).expect("there is one");
}

#[test]
fn what_needs_a_connection_has_no_place_over_stdio() {
    let source =
        "version: 1\ngateway: g\nrun: [g]\nspeaks: stdio\nready: { port_after: x }\nheaders: { a: b }\nfeatures: []\n";
    let lines = load(source).expect_err("there is neither");
    assert_eq!(lines.len(), 2, "{lines:?}");
}

/// What Intercept's file makes of a policy.
fn intercept(policy: &serde_json::Value) -> Result<String, Unfilled> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../gateways/intercept-http.yaml");
    let file = load(&std::fs::read_to_string(path).expect("it is there")).expect("it loads");
    let (_, content) = file.files.first().expect("it writes a policy");
    let grant = Value::from_pairs([("policy", document(Some(policy).filter(|policy| !policy.is_null())))]);
    content.fill(&Value::from_pairs([("grant", grant)]))
}

#[test]
fn a_policy_becomes_one_that_intercept_reads() {
    let policy = json!({
        "version": "1", "default": "deny", "hide": ["b"],
        "tools": { "a": {}, "c": { "limits": [{ "counter": "c_rate", "window": "minute", "max": 10, "scope": "grant" }] } },
    });
    let expected = r#"version: "1"
default: "deny"
hide: ["b"]
tools:
  "a":
    rules: []
  "c":
    rules:
      - name: "c_rate"
        conditions:
          - { path: "state.c.c_rate", op: lte, value: 10 }
        on_deny: "The limit c_rate is reached."
        state: { counter: "c_rate", window: minute }
"#;
    assert_eq!(intercept(&policy).as_deref(), Ok(expected));
    Document::parse("policy.yaml", expected, Format::Yaml).expect("it is YAML");
}

#[test]
fn a_grant_without_a_policy_may_call_nothing_through_intercept() {
    let written = intercept(&serde_json::Value::Null).expect("it can be written");
    assert!(written.contains("default: deny\ntools: {}"), "{written}");
    let empty = intercept(&json!({ "version": "1", "default": "deny" })).expect("it can be written");
    assert!(empty.contains("tools:\n  {}"), "{empty}");
}

#[test]
fn what_intercept_cannot_say_is_unsupported_and_not_left_out() {
    let limited = |window: serde_json::Value| {
        json!({ "version": "1", "default": "deny",
                "tools": { "c": { "limits": [{ "counter": "r", "window": window, "max": 1 }] } } })
    };
    assert!(intercept(&limited(json!("hour"))).is_ok());
    assert!(matches!(intercept(&limited(json!(90))), Err(Unfilled::Unsupported(_))));
    let ruled = json!({ "version": "1", "default": "deny", "tools": { "c": { "deny_if": [] } } });
    assert_eq!(
        intercept(&ruled),
        Err(Unfilled::Unsupported("its policies are written here without `deny_if`".to_owned()))
    );
}

#[test]
fn both_ways_to_intercept_write_the_same_policy() {
    let files = ["intercept-http", "intercept-stdio"].map(|name| {
        let path = format!("{}/../../gateways/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap().split_once("\nfiles:\n").unwrap().1.to_owned()
    });
    let [http, stdio] = files;
    assert_eq!(http, stdio);
}
