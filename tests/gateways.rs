//! The files of other gateways load, and their page explains every word that such a file may hold.

use std::{fs, path::Path};

use floorwalker_json::{Document, Format};
use floorwalker_scenario::{Feature, GatewayFile};

/// A file in which no key is right, so that the refusal names them all.
const WRONG: &str = "xyzzy: 1\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn load(name: &str, source: &str) -> Result<GatewayFile, Vec<String>> {
    let document = Document::parse(name, source, Format::Yaml).expect("it is YAML");
    GatewayFile::load(&document, root())
        .map_err(|problems| problems.iter().map(|problem| problem.line(name, source)).collect())
}

fn page() -> String {
    fs::read_to_string(root().join("docs/gateways.md")).expect("the page is there")
}

#[test]
fn every_gateway_here_loads() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("gateways")).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let source = fs::read_to_string(&path).expect("it can be read");
        let loaded = load(&path.display().to_string(), &source);
        assert!(loaded.is_ok(), "{loaded:#?}");
        seen += 1;
    }
    assert!(seen >= 5, "{seen}");
}

#[test]
fn the_example_on_the_page_loads() {
    let page = page();
    let example = page.split("<!-- complete: gateway -->\n```yaml\n").nth(1).expect("there is one");
    let loaded = load("docs/gateways.md", example.split("```").next().expect("it ends"));
    assert!(loaded.is_ok(), "{loaded:#?}");
}

#[test]
fn every_key_and_feature_is_explained() {
    let page = page();
    let refusal = load("wrong.yaml", WRONG).expect_err("nothing in it is right").join("\n");
    let (_, known) = refusal.split_once("it may have").expect("the keys are listed");
    let keys: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    assert!(keys.len() > 10, "{keys:?}");
    for word in keys.into_iter().chain(Feature::ALL.map(Feature::word)) {
        assert!(page.contains(&format!("| `{word}` |")), "docs/gateways.md has no row for `{word}`");
    }
}
