//! The schemas in `schemas/` are made from the types that are written, and this holds that they still are.

use std::{env, fs, path::Path};

use schemars::{JsonSchema, generate::SchemaSettings};

/// Set, it writes the schemas instead of comparing them.
const WRITE: &str = "FLOORWALKER_ACCEPT";

/// Asserts that the file holds the schema of `T`.
#[track_caller]
pub(crate) fn is_kept<T: JsonSchema>(file: &str) {
    let made = serde_json::to_string_pretty(
        &SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>(),
    )
    .unwrap()
        + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(file);
    if env::var_os(WRITE).is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept, made,
        "schemas/{file} is not what the code makes; `{WRITE}=1 cargo test -p floorwalker-cli` writes it"
    );
}
