//! The kept transcripts are snapshots of insta too: `cargo insta review` shows what changed, side by side.

use std::path::Path;

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
