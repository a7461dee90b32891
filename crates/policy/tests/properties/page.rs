//! `docs/guarantees.md` names every property, with the broken engines that it finds and no others, and every function of an
//! engine.

use std::{collections::BTreeSet, fs, path::Path};

use crate::ALL;

#[test]
fn the_page_says_what_is_tested() {
    let page = read("docs/guarantees.md");
    for property in ALL {
        let begin = format!("| `{}` |", property.name);
        let row = page.lines().find(|line| line.starts_with(&begin));
        let row = row.unwrap_or_else(|| panic!("docs/guarantees.md has no row for {}", property.name));
        let named: BTreeSet<String> =
            row.rsplit(" | ").next().unwrap().split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let broken = property.broken.iter().map(|engine| format!("{engine:?}")).collect();
        assert_eq!(named, broken, "docs/guarantees.md: {}", property.name);
    }
    let rows = page.lines().filter(|line| line.starts_with("| `")).count();
    let functions = read("crates/policy/tests/properties/engine.rs");
    let functions: Vec<&str> = functions.split("\n    fn ").skip(1).filter_map(|rest| rest.split('(').next()).collect();
    for function in &functions {
        assert!(page.contains(&format!("| `{function}` |")), "docs/guarantees.md does not name `{function}`");
    }
    assert_eq!(rows, ALL.len() + functions.len(), "docs/guarantees.md names something that is gone");
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}
