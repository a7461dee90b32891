//! What deserves a second look and what does not, side by side.
//!
//! A case is what stands in a policy and the warnings it gets, each as `code: what`; a case without any shows the edge of the
//! one beside it.

use std::sync::Arc;

use floorwalker_json::{Document, Format};
use serde_json::{Value, json};

use super::{KnownServer, review};
use crate::{Policy, Profile};

mod rules;
mod servers;
mod sound;

/// The warnings about a policy for these servers, as `code: what`.
#[track_caller]
fn warnings(source: &str, servers: &[KnownServer]) -> Vec<String> {
    let format = if source.starts_with('{') { Format::Json } else { Format::Yaml };
    let document = Document::parse("p", source, format).unwrap();
    let policy = Policy::load(&document).unwrap_or_else(|problems| panic!("{problems:?}"));
    let told = review(&policy, servers);
    told.iter().map(|warning| format!("{}: {}", warning.code, warning.problem.says)).collect()
}

/// A tool `t` of that rule is warned about so.
#[track_caller]
fn rule(rule: &Value, expect: &[&str]) {
    let source = json!({ "version": "1", "default": "deny", "tools": { "t": rule } }).to_string();
    assert_eq!(warnings(&source, &[]), expect, "{source}");
}

/// A server with a tool `t` of that schema.
fn server(schema: &Value) -> KnownServer {
    KnownServer::new("shop").with_tools(&[json!({ "name": "t", "inputSchema": schema }), json!({ "name": "bare" })])
}

fn profile(source: &str) -> Arc<Profile> {
    Arc::new(Profile::load(&Document::parse("profile", source, Format::Yaml).unwrap()).unwrap())
}

/// Conditions on `args.a`.
fn on_a(asked: &[(&str, Value)]) -> Value {
    asked.iter().map(|(op, value)| json!({ "path": "args.a", "op": op, "value": value })).collect()
}

fn entry(asked: &[(&str, Value)]) -> Value {
    json!({ "conditions": on_a(asked) })
}

fn limit(counter: &str, window: &str, max: u64, scope: &str) -> Value {
    json!({ "counter": counter, "window": window, "max": max, "scope": scope })
}
