//! Secrets are found however they are written.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::{Needle, Undone};

const SECRET: &str = "bh_00ff10ab/+~\"x9";

fn is_found(text: &str) -> bool {
    Needle::new(SECRET).is_in(&Undone::new(text.as_bytes()))
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn every_encoding_is_seen_through() {
    let json = serde_json::to_string(SECRET).unwrap();
    let cases = [
        SECRET.to_owned(),
        json.clone(),
        serde_json::to_string(&json).unwrap(),
        SECRET.chars().map(|character| format!("\\u{:04X}", u32::from(character))).collect(),
        percent(SECRET),
        percent(&json),
        SECRET.bytes().map(|byte| format!("{byte:02x}")).collect(),
        SECRET.bytes().map(|byte| format!("{byte:02X}")).collect(),
        STANDARD.encode(SECRET),
        URL_SAFE_NO_PAD.encode(SECRET),
    ];
    for text in cases {
        assert!(is_found(&format!("before {text} after")), "{text}");
    }
}

#[test]
fn base64_is_seen_at_every_position_in_a_longer_text() {
    for length in 0..6 {
        let around = format!("{}{SECRET}tail", "y".repeat(length));
        assert!(is_found(&STANDARD.encode(&around)), "{length}");
        assert!(is_found(&URL_SAFE_NO_PAD.encode(&around)), "{length}");
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    for text in ["", "bh_00ff10ac/+~\"x9", "bh_00ff10ab", "%", "\\", "\\u00", "%zz"] {
        assert!(!is_found(text), "{text}");
    }
}

#[test]
fn the_beginning_of_a_secret_is_enough_where_nothing_of_it_may_be() {
    let needle = Needle::new(SECRET);
    assert!(needle.begins_in(&Undone::new(b"key bh_00ff10ab/ and so on")));
    assert!(!needle.begins_in(&Undone::new(b"key bh_00ff10 and so on")));
}
