//! What may be an id, and which ids are the same.

use floorwalker_json::{Keys, scan};

use crate::Id;

fn read(text: &str) -> Result<Id<'_>, &'static str> {
    Id::read(&scan(text.as_bytes(), Keys::Unconfusable).unwrap(), text)
}

#[test]
fn strings_and_integers_keep_their_spelling() {
    let ids = [
        "0",
        "1",
        "-1",
        "9007199254740993",
        "123456789012345678901234567890",
        r#""""#,
        r#""1""#,
        r#""é""#,
        r#""\u00e9\/""#,
        r#""a\u0000""#,
    ];
    for text in ids {
        let id = read(text).unwrap();
        assert_eq!(id.text(), text);
        assert_eq!(id.into_owned().text(), text);
    }
}

#[test]
fn anything_else_is_no_id() {
    for text in ["null", "true", "false", "[]", "[1]", "{}", "1.5", "1.0", "1e2", "-0.0", "1E0"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn an_id_of_256_bytes_is_the_longest() {
    let longest = format!("\"{}\"", "a".repeat(254));
    assert!(read(&longest).is_ok());
    assert!(read(&format!("\"{}\"", "a".repeat(255))).is_err());
    assert!(read(&"1".repeat(257)).is_err());
    // The bytes as written count: what is echoed is what was written.
    assert!(read(&format!("\"{}\"", "\\u0061".repeat(43))).is_err());
}

#[test]
fn ids_are_equal_by_type_and_value() {
    let same = [(r#""a""#, r#""\u0061""#), ("7", "7"), ("0", "-0")];
    for (one, other) in same {
        assert_eq!(read(one), read(other));
    }
    let different = [("1", r#""1""#), ("9007199254740992", "9007199254740993"), (r#""a""#, r#""A""#)];
    for (one, other) in different {
        assert_ne!(read(one), read(other));
    }
    assert_eq!(read("42").unwrap(), Id::own(42));
}
