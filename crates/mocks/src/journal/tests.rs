//! The journal's tests.

use serde_json::{Map, Value};

use super::canonical;

#[test]
fn canonical_arguments_are_sorted_at_every_depth_and_keep_their_numbers() {
    let written = r#"{"b":[{"z":1.50,"a":"\"é"},null],"a":{"d":true,"c":12345678901234567890123}}"#;
    let arguments: Map<String, Value> = serde_json::from_str(written).unwrap();
    let sorted = r#"{"a":{"c":12345678901234567890123,"d":true},"b":[{"a":"\"é","z":1.50},null]}"#;
    assert_eq!(canonical(&arguments), sorted);
}
