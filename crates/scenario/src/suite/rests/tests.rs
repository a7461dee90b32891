//! Of real scenarios, and of one that does not load.

use std::collections::BTreeSet;

use crate::Suite;

#[test]
fn a_scenario_rests_on_everything_it_names_and_on_its_snapshot() {
    let suite = Suite::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).unwrap();
    let files: Vec<String> = suite
        .rests_on("scenarios/checkout/second-poll.yaml", &BTreeSet::from(["old".to_owned()]))
        .into_iter()
        .collect();
    assert_eq!(
        files,
        [
            "policies/checkout-aware.json",
            "policies/checkout-aware.yaml",
            "profiles/borealhost.json",
            "profiles/borealhost.yaml",
            "scenarios/checkout/second-poll.yaml",
            "snapshots/checkout/second-poll.snap",
        ]
    );
    let existing = files.iter().filter(|file| suite.root.join(file).is_file()).count();
    assert_eq!(existing, 4, "each but the other spellings");
}

#[test]
fn what_does_not_load_rests_on_itself_and_on_what_is_known() {
    let folder = std::env::temp_dir().join(format!("floorwalker-rests-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("scenarios")).unwrap();
    std::fs::write(folder.join("scenarios/torn.yaml"), "policy: checkout-aware\nsteps: [").unwrap();
    let suite = Suite::open(&folder).unwrap();
    let rests = |known: &[&str]| -> Vec<String> {
        let known = known.iter().map(ToString::to_string).collect();
        suite.rests_on("scenarios/torn.yaml", &known).into_iter().collect()
    };
    let (files, again) = (rests(&[]), rests(&["servers/shop.json"]));
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(files, ["scenarios/torn.yaml", "snapshots/torn.snap"]);
    assert_eq!(again, ["scenarios/torn.yaml", "servers/shop.json", "snapshots/torn.snap"]);
}
