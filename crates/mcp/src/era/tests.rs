//! Which versions belong to which era.

use crate::{Era, LEGACY, MODERN, era_of};

#[test]
fn every_version_has_its_era() {
    assert_eq!(era_of(MODERN), Some(Era::Modern));
    for version in LEGACY {
        assert_eq!(era_of(version), Some(Era::Legacy), "{version}");
    }
}

#[test]
fn the_newest_version_stands_first() {
    assert!(LEGACY.is_sorted_by(|newer, older| newer > older));
}

#[test]
fn other_texts_have_no_era() {
    for version in ["", "2024-11-05", "2026-07-28 ", "2026-7-28", "2027-01-01", "DRAFT-2026-v1"] {
        assert_eq!(era_of(version), None, "{version}");
    }
}
