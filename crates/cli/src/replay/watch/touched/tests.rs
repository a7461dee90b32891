//! Which files touch whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{Rests, inside};

fn touched(changed: &[&str]) -> Vec<String> {
    let files = |files: &[&str]| files.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    let rests = Rests(BTreeMap::from([
        ("a".to_owned(), files(&["scenarios/a.yaml", "policies/strict.json", "profiles/shop.yaml"])),
        ("b".to_owned(), files(&["scenarios/b.yaml", "policies/open.json", "profiles/shop.yaml", "snapshots/b.snap"])),
    ]));
    rests.touched(&files(changed))
}

#[test]
fn a_file_touches_those_that_rest_on_it() {
    for (changed, expected) in [
        (&["policies/strict.json"][..], &["a"][..]),
        (&["snapshots/b.snap"], &["b"]),
        (&["profiles/shop.yaml"], &["a", "b"]),
        (&["scenarios/b.yaml", "policies/strict.json"], &["a", "b"]),
        (&["policies/strict.json~", "policies/strict", "scenarios/c.yaml"], &[]),
        (&[], &[]),
    ] {
        assert_eq!(touched(changed), expected, "{changed:?}");
    }
}

#[test]
fn a_folder_touches_those_that_rest_on_something_in_it() {
    assert_eq!(touched(&["snapshots"]), ["b"]);
    assert_eq!(touched(&[""]), ["a", "b"], "the root itself: what changed is not known");
    assert!(touched(&["snap"]).is_empty());
}

#[test]
fn places_are_named_from_the_root() {
    let named = |path: &str| inside(Path::new("/root"), Path::new(path));
    assert_eq!(named("/root/policies/p.json").as_deref(), Some("policies/p.json"));
    assert_eq!(named("/root").as_deref(), Some(""));
    assert_eq!(named("/elsewhere/policies/p.json"), None);
}
