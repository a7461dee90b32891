//! What a gateway's file may say, and that all of its mistakes are told at once.

use std::path::Path;

use floorwalker_json::{Document, Format};

use super::{GatewayFile, OneFor, Ready, Speaks};

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
fn what_needs_a_connection_has_no_place_over_stdio() {
    let source = "version: 1\ngateway: g\nrun: [g]\nspeaks: stdio\nready: { port_after: x }\nheaders: { a: b }\nfeatures: []\n";
    let lines = load(source).expect_err("there is neither");
    assert_eq!(lines.len(), 2, "{lines:?}");
}
