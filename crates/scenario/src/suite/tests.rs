//! A folder of scenarios, from its files to its reports.

use super::{Options, Snapshots, Suite, snapshot_path};
use crate::report::Ending;
use crate::snapshot::SnapshotState;

/// A suite in a folder of its own that is removed at the end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = std::env::temp_dir().join(format!("floorwalker-suite-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
            std::fs::write(path, text).expect("a file can be written");
        }
        Self(root)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const POLICY: &str = r#"{ "version": "1", "default": "deny", "tools": { "list_plans": {} } }"#;
const SCENARIO: &str = "
version: 1
scenario: Somebody looks at prices
guarantees: [G3]
policy: p
mocks: { borealhost: {} }
profiles: { borealhost: none }
agents: { a: g }
steps: [{ agent: a, call: borealhost/list_plans, expect: allow }]
ledger: { borealhost: { executed: { list_plans: 1 } } }
";

#[test]
fn a_transcript_is_missing_then_accepted_then_the_same() {
    let folder = Folder::new("accept", &[("scenarios/a/b.yaml", SCENARIO), ("policies/p.json", POLICY)]);
    let suite = Suite::open(&folder.0).unwrap();
    assert_eq!(suite.paths(), ["scenarios/a/b.yaml"]);
    let run = |snapshots| suite.run("scenarios/a/b.yaml", &Options { snapshots, ..Options::default() });
    assert_eq!(run(Snapshots::Compare).snapshot, SnapshotState::Missing);
    assert_eq!(run(Snapshots::Accept).snapshot, SnapshotState::Accepted);
    let report = run(Snapshots::Compare);
    assert_eq!((report.snapshot.clone(), report.is_held()), (SnapshotState::Same, true));
    let kept = folder.0.join(snapshot_path("scenarios/a/b.yaml"));
    let text = std::fs::read_to_string(&kept).unwrap().replace("list_plans", "other");
    std::fs::write(&kept, text).unwrap();
    assert!(!run(Snapshots::Compare).is_held());
}

#[test]
fn a_broken_scenario_is_not_accepted() {
    let broken = SCENARIO.replace("list_plans: 1", "list_plans: 2");
    let folder = Folder::new("broken", &[("scenarios/b.yaml", &broken), ("policies/p.json", POLICY)]);
    let options = Options { snapshots: Snapshots::Accept, ..Options::default() };
    let report = Suite::open(&folder.0).unwrap().run("scenarios/b.yaml", &options);
    assert!(matches!(report.ending, Ending::Broken(_)));
    assert_eq!(report.snapshot, SnapshotState::Missing);
    assert!(!folder.0.join("snapshots").exists());
}

#[test]
fn a_file_that_is_not_there_or_does_not_load_is_told_with_its_place() {
    let files = [("scenarios/b.yaml", SCENARIO), ("policies/q.json", "{")];
    let folder = Folder::new("missing", &files);
    let suite = Suite::open(&folder.0).unwrap();
    let Err(problems) = suite.check("scenarios/b.yaml") else { panic!("it must not load") };
    let says = "scenarios/b.yaml:5:9: there is no `policies/p.json` and no `policies/p.yaml`; did you mean `q`?";
    assert_eq!(problems, [says]);
    std::fs::write(folder.0.join("policies/pp-lines.json"), "{").unwrap();
    for (written, meant) in [("pp-lnies", "pp-lines"), ("lnies", "pp-lines"), ("r", "q")] {
        std::fs::write(folder.0.join("scenarios/b.yaml"), SCENARIO.replace("policy: p", &format!("policy: {written}")))
            .unwrap();
        let Err(problems) = suite.check("scenarios/b.yaml") else { panic!("it must not load") };
        assert!(problems[0].ends_with(&format!("; did you mean `{meant}`?")), "{problems:?}");
    }
    std::fs::write(folder.0.join("scenarios/b.yaml"), SCENARIO).unwrap();
    std::fs::write(folder.0.join("policies/p.json"), "{ \"version\": \"1\" }").unwrap();
    let Err(problems) = suite.check("scenarios/b.yaml") else { panic!("it must not load") };
    assert!(problems[0].starts_with("policies/p.json:1:1:"), "{problems:?}");
}

#[test]
fn a_mock_without_a_profile_says_so_in_the_scenario() {
    let silent = SCENARIO.replace("profiles: { borealhost: none }\n", "");
    let folder = Folder::new("no-profile", &[("scenarios/b.yaml", &silent), ("policies/p.json", POLICY)]);
    let suite = Suite::open(&folder.0).unwrap();
    let Err(problems) = suite.check("scenarios/b.yaml") else { panic!("it must not load") };
    let says = "scenarios/b.yaml:6:10: there is no `profiles/borealhost.yaml`; \
                write `profiles: { borealhost: none }` if that is meant";
    assert_eq!(problems, [says]);
    assert!(matches!(suite.run("scenarios/b.yaml", &Options::default()).ending, Ending::DoesNotLoad(_)));
    std::fs::write(folder.0.join("scenarios/b.yaml"), SCENARIO).unwrap();
    assert_eq!(suite.check("scenarios/b.yaml"), Ok(Vec::new()));
}

#[test]
fn both_endings_of_yaml_are_scenarios_but_not_two_of_one_name() {
    let folder = Folder::new("endings", &[("scenarios/a/b.yml", SCENARIO), ("policies/p.json", POLICY)]);
    let suite = Suite::open(&folder.0).unwrap();
    assert_eq!(suite.paths(), ["scenarios/a/b.yml"]);
    let options = Options { snapshots: Snapshots::Accept, ..Options::default() };
    assert_eq!(suite.run("scenarios/a/b.yml", &options).snapshot, SnapshotState::Accepted);
    assert!(folder.0.join("snapshots/a/b.snap").is_file());
    std::fs::write(folder.0.join("scenarios/a/b.yaml"), SCENARIO).unwrap();
    let twice = Suite::open(&folder.0).unwrap_err().to_string();
    assert_eq!(twice, "`scenarios/a/b.yaml` and `scenarios/a/b.yml` are one scenario; give one another name");
}

#[test]
fn a_transcript_without_its_scenario_is_an_orphan() {
    let files = [("scenarios/a.yaml", SCENARIO), ("snapshots/a.snap", ""), ("snapshots/b/gone.snap", "")];
    let folder = Folder::new("orphans", &files);
    assert_eq!(Suite::open(&folder.0).unwrap().orphans().unwrap(), ["snapshots/b/gone.snap"]);
}
