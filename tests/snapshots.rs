//! The kept transcripts are snapshots of insta too: `cargo insta review` shows what changed, side by side.

use std::fs;
use std::path::{Path, PathBuf};

use floorwalker_scenario::{Options, Snapshots, Suite};

#[test]
fn insta_reads_every_transcript_as_it_is_kept() {
    let suite = Suite::open(env!("CARGO_MANIFEST_DIR")).expect("there are scenarios");
    // The transcript shows the written order, so no other one is played here.
    let options = Options { snapshots: Snapshots::Skip, bound: 1, ..Options::default() };
    for path in suite.paths() {
        let kept = Path::new("..").join(path.replacen("scenarios", "snapshots", 1));
        let name = kept.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let report = suite.run(path, &options);
        insta::with_settings!({
            snapshot_path => kept.parent().expect("it is in a folder"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
            input_file => path,
        }, {
            insta::assert_snapshot!(name, report.transcript);
        });
    }
}

#[test]
fn every_transcript_that_is_kept_is_of_a_scenario() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept = kept_below(&root.join("snapshots"));
    assert!(!kept.is_empty());
    for snapshot in kept {
        let inside = snapshot.strip_prefix(root.join("snapshots")).expect("it was found there");
        let scenario = root.join("scenarios").join(inside.with_extension("yaml"));
        assert!(scenario.is_file(), "{} is of no scenario; remove it", snapshot.display());
    }
}

/// Every `.snap` file in that folder and below it.
fn kept_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the entry can be read").path());
    let found = paths.flat_map(|path| if path.is_dir() { kept_below(&path) } else { vec![path] });
    found.filter(|path| path.extension().is_some_and(|extension| extension == "snap")).collect()
}
