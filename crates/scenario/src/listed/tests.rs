//! Problems of a server's documents are told with file, line and column.

use std::io;

use floorwalker_mocks::ListedSettings;
use serde_json::json;

use super::listing;

const TOOLS: &str = r#"{ "tools": [{ "name": "buy", "inputSchema": { "type": "object" } }] }"#;

fn problems(name: &str, replies: &str) -> Vec<String> {
    let settings = ListedSettings::from_json(&json!({ "tools": "t.json", "replies": "r.yaml" })).expect("settings");
    let read = |path: &str| match path {
        "t.json" => Ok(TOOLS.to_owned()),
        "r.yaml" if !replies.is_empty() => Ok(replies.to_owned()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    listing(name, settings, &read).err().unwrap_or_default()
}

#[test]
fn a_problem_of_the_replies_has_line_and_column() {
    assert_eq!(problems("shop", "version: 1\nreplies:\n  buy: { text: bought }\n"), Vec::<String>::new());
    let found = problems("shop", "version: 1\nreplies:\n  buy:\n    - { text: bought, times: never }\n");
    assert_eq!(found, ["r.yaml:4:30: `times` is no number of calls; write a whole number from 1 up"]);
    let found = problems("shop", "version: 1\nreplies:\n  bye: { text: bought }\n");
    assert!(found[0].starts_with("r.yaml:3:8: no tool is called `bye`"), "{found:?}");
}

#[test]
fn a_name_must_be_fit_for_a_path_and_none_of_ours() {
    assert!(problems("my shop", "")[0].contains("is no mock's name"));
    assert!(problems("borealhost", "")[0].contains("is a mock of ours"));
    assert!(problems("shop", "")[0].starts_with("`r.yaml` cannot be read"));
}
