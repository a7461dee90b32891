//! Reports for machines about a suite with one scenario of each kind, checked against their schemas.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use jsonschema::Validator;
use serde_json::Value;

use crate::support::{BINARY, Ended, Folder, ended, has, run};

const SCENARIO: &str = "\
version: 1
scenario: No more checkouts than allowed, 100%
guarantees: [G4]
policy: once-a-minute
mocks: { borealhost: { limits: off } }
profiles: { borealhost: none }
agents: { buyer: grant-a }
steps:
  - { agent: buyer, call: borealhost/create_checkout, with: { sku: bh_site_starter_monthly }, expect: allow }
  - { agent: buyer, call: borealhost/create_checkout, with: { sku: bh_site_starter_monthly }, expect: deny }
ledger: { borealhost: { checkouts_created: 1 } }
harm: { ledger: { borealhost: { checkouts_created: 2 } } }
";

const POLICY: &str = r#"{ "version": "1", "default": "deny", "tools": { "create_checkout": { "limits": [
  { "counter": "rate", "window": "minute", "max": 1, "scope": "grant" } ] } } }"#;

/// Every ending but a failure of the harness.
fn suite(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder.write("policies/once-a-minute.json", POLICY);
    folder.write("scenarios/good/held.yaml", SCENARIO);
    folder.write("scenarios/good/changed.yaml", SCENARIO);
    let root = ["replay", "--root", folder.text()];
    run(&[&root[..], &["--accept"]].concat(), 0);
    let kept = fs::read_to_string(folder.path().join("snapshots/good/changed.snap")).unwrap();
    folder.write("snapshots/good/changed.snap", &kept.replace("buyer", "somebody"));
    folder.write("scenarios/good/new.yaml", SCENARIO);
    folder.write("scenarios/bad/broken.yaml", &SCENARIO.replace("expect: deny", "expect: allow"));
    folder.write("scenarios/bad/unreadable.yaml", &SCENARIO.replace("expect: deny", "expect: dney"));
    folder.write("scenarios/bad/no-bite.yaml", &SCENARIO.replace("checkouts_created: 2", "checkouts_created: 9"));
    folder
}

fn replay(folder: &Folder, more: &[&str], code: i32) -> Ended {
    ended(Command::new(BINARY).args(["replay", "--root", folder.text()]).args(more), code)
}

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

pub(crate) fn schema(name: &str) -> Validator {
    let text = fs::read_to_string(schemas().join(name)).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn json_is_what_its_schema_says_and_the_same_on_every_run() {
    let folder = suite("report-json");
    let told = replay(&folder, &["--format", "json"], 3);
    let report: Value = serde_json::from_str(&told.out).unwrap();
    let validator = schema("report.json");
    validator.validate(&report).unwrap_or_else(|error| panic!("{error}\n{}", told.out));
    let endings: Vec<&str> =
        report["scenarios"].as_array().unwrap().iter().map(|one| one["ending"].as_str().unwrap()).collect();
    assert_eq!(endings, ["broken", "no_bite", "unreadable", "changed", "held", "new"]);
    let broken = &report["scenarios"][0];
    assert_eq!(broken["reasons"][0]["step"], "2");
    assert_eq!(broken["reasons"][0]["line"].to_string(), "10");
    has(broken["rerun"].as_str().unwrap(), &["replay scenarios/bad/broken.yaml --root "]);
    let unreadable = &report["scenarios"][2]["reasons"][0];
    assert_eq!(
        (unreadable["file"].as_str(), unreadable["line"].to_string()),
        (Some("scenarios/bad/unreadable.yaml"), "10".to_owned())
    );
    assert_eq!(report["scenarios"][1]["unguarded"]["bites"], false);
    has(report["scenarios"][3]["difference"].as_str().unwrap(), &["-0:00.000  somebody", "+0:00.000  buyer"]);
    assert_eq!(report["totals"]["scenarios"].to_string(), "6");
    assert_eq!(replay(&folder, &["--format", "json"], 3).out, told.out);
    let mut other = report;
    other["scenarios"][0]["ending"] = "fine".into();
    assert!(!validator.is_valid(&other), "a schema that takes everything says nothing");
}

#[test]
fn a_format_changes_no_exit_code() {
    let folder = suite("report-codes");
    for format in ["text", "json", "junit", "github"] {
        for (path, code) in [("good/held", 0), ("good/changed", 1), ("bad/broken", 1), ("bad/no-bite", 1), ("bad", 3)] {
            replay(&folder, &["--format", format, path], code);
        }
    }
    has(&replay(&folder, &["--format", "xml"], 2).err, &["text, json, junit, github"]);
}

#[test]
fn junit_has_the_counts_of_its_cases() {
    let folder = suite("report-junit");
    let told = replay(&folder, &["--format", "junit"], 3).out;
    let document = roxmltree::Document::parse(&told).unwrap();
    let counts = ["tests", "failures", "errors"].map(|name| document.root_element().attribute(name).unwrap());
    assert_eq!(counts, ["6", "4", "1"]);
    assert_eq!(replay(&folder, &["--format", "junit"], 3).out, told);
}

#[test]
fn junit_is_valid_for_somebody_elses_validator() {
    let Some(counterparts) = env::var_os("FLOORWALKER_COUNTERPARTS").map(PathBuf::from) else {
        println!("left out: a check of JUnit XML by Python's xmlschema; `bash .ci/run` installs and runs it");
        return;
    };
    let folder = suite("report-xsd");
    let report = folder.write("report.xml", &replay(&folder, &["--format", "junit"], 3).out);
    let wrong = folder.write("wrong.xml", &fs::read_to_string(&report).unwrap().replace(" classname=", " class="));
    let is_valid = |file: &str| {
        let code = "import sys, xmlschema; xmlschema.XMLSchema(sys.argv[1]).validate(sys.argv[2])";
        let mut python = Command::new(counterparts.join("venv/bin/python"));
        let done = python.args(["-c", code]).arg(schemas().join("junit.xsd")).arg(file).output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!told.contains("ModuleNotFoundError"), "{told}");
        (done.status.success(), told)
    };
    let (valid, told) = is_valid(&report);
    assert!(valid, "{told}");
    assert!(!is_valid(&wrong).0, "a schema that takes everything says nothing");
}

#[test]
fn github_is_told_commands_with_places_from_where_it_runs() {
    let folder = suite("report-github");
    let above = folder.path().parent().unwrap();
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    let mut command = Command::new(BINARY);
    let told = ended(command.args(["replay", "--format", "github", "--root", name]).current_dir(above), 3).out;
    for line in told.lines() {
        let (head, message) = line[2..].split_once("::").unwrap_or_else(|| panic!("no command: {line}"));
        assert!(line.starts_with("::error file=") || line.starts_with("::notice title="), "{line}");
        assert!(!message.is_empty() && !head.contains('\n'), "{line}");
        let properties = head.split_once(' ').unwrap().1;
        assert!(
            properties.split(',').all(|part| part.split_once('=').is_some_and(|(_, value)| !value.contains(':'))),
            "{line}"
        );
    }
    let (broken, unreadable) = (
        format!("file={name}/scenarios/bad/broken.yaml,line=10,title=BROKEN bad/broken::step 2 "),
        format!("file={name}/scenarios/bad/unreadable.yaml,line=10,col="),
    );
    has(&told, &[&broken, &unreadable, "%0A", "::notice title=floorwalker::1 scenario held, 1 unreadable, "]);
}

#[test]
fn a_report_goes_to_a_file_while_the_table_stays() {
    let folder = suite("report-output");
    let file = folder.path().join("report.json");
    let path = file.to_str().unwrap();
    let told = replay(&folder, &["--format", "json", "--output", path], 3);
    assert_eq!(told.out, replay(&folder, &[], 3).out);
    let report: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert!(schema("report.json").is_valid(&report));
    replay(&folder, &["--output", path], 3);
    assert_eq!(fs::read_to_string(&file).unwrap(), told.out, "the table as it is off a terminal");
    has(&replay(&folder, &["good/held", "--output", folder.text()], 4).err, &["cannot be written"]);
}
