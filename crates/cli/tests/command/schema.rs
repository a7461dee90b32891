//! The schemas that the binary prints are the files in `schemas/`.

use std::fs;

use crate::support::{has, run};

#[test]
fn it_prints_the_files_of_the_repository() {
    for kind in ["scenario", "policy", "profile"] {
        let file = format!("{}/../../schemas/{kind}.json", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(run(&["schema", kind], 0).out, fs::read_to_string(file).unwrap());
    }
    has(&run(&["schema", "shopping-list"], 2).err, &["scenario, policy, profile"]);
}
