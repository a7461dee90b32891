//! Equal values, equal text; different values, different text.

use super::*;
use crate::{Keys, scan};

fn canonical_of(text: &str) -> String {
    canonical(&scan(text.as_bytes(), Keys::Distinct).expect(text))
}

#[test]
fn one_text_per_value() {
    let table = [
        (" null ", "null"),
        ("[ true ,false ]", "[true,false]"),
        ("{\"b\":1,\"a\":{ \"d\":[],\"c\":{}}}", "{\"a\":{\"c\":{},\"d\":[]},\"b\":1}"),
        (
            "{\"é\":1,\"z\":2,\"Z\":3,\"😀\":4,\"\u{FFFD}\":5,\"\":6}",
            "{\"\":6,\"Z\":3,\"z\":2,\"é\":1,\"\u{FFFD}\":5,\"😀\":4}",
        ),
        ("[1e2,100.0,-0,0.50,1E-2]", "[100,100,0,0.5,0.01]"),
        (r#""\u0041\/\u00e9\ud83d\ude00\u007f""#, "\"A/é😀\u{7f}\""),
        (r#""\"\\\u0008\f\u000a\r\u0009\u0000\u001F""#, r#""\"\\\b\f\n\r\t\u0000\u001f""#),
        (r#"{"\n":1,"\t":2}"#, r#"{"\t":2,"\n":1}"#),
    ];
    for (text, expected) in table {
        assert_eq!(canonical_of(text), expected);
        assert_eq!(canonical_of(expected), expected);
    }
}

#[test]
fn different_values_differ() {
    let texts = [
        "null",
        "true",
        "false",
        "0",
        "1",
        "\"\"",
        "\"0\"",
        "\"null\"",
        "[]",
        "{}",
        "[[]]",
        "[0]",
        "[0,0]",
        "[1,0]",
        "[0,1]",
        "{\"a\":0}",
        "{\"a\":[0]}",
        "{\"A\":0}",
        "{\"a\":0,\"b\":1}",
        "{\"a\":1,\"b\":0}",
        "9007199254740992",
        "9007199254740993",
        "\"\\u00e9\"",
        "\"e\\u0301\"",
        "\"\\\\n\"",
        "\"\\n\"",
        "\"a\\u0000\"",
        "\"a\"",
    ];
    for (index, one) in texts.iter().enumerate() {
        for other in &texts[..index] {
            assert_ne!(canonical_of(one), canonical_of(other));
        }
    }
}
