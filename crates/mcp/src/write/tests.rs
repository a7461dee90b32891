//! What we write, our own scanner reads back.

use floorwalker_json::{Keys, scan};
use proptest::prelude::*;

use crate::{Json, ObjectWriter, quote};

#[test]
fn quoting_leaves_printable_ascii_alone_and_escapes_the_rest() {
    let table = [
        ("", r#""""#),
        ("plain text", r#""plain text""#),
        ("say \"hi\" \\ /", r#""say \"hi\" \\ /""#),
        ("a\nb\rc\td", r#""a\nb\rc\td""#),
        ("\0\u{8}\u{1f}\u{7f}\u{85}", r#""\u0000\u0008\u001f\u007f\u0085""#),
        ("\u{202e}\u{2066}\u{200b}\u{feff}", r#""\u202e\u2066\u200b\ufeff""#),
        ("\u{2028}\u{fdd0}\u{ffff}", r#""\u2028\ufdd0\uffff""#),
        ("é", r#""\u00e9""#),
        ("\u{1f600}\u{10ffff}", r#""\ud83d\ude00\udbff\udfff""#),
    ];
    for (text, expected) in table {
        assert_eq!(quote(text), expected);
    }
}

#[test]
fn an_object_holds_what_was_written() {
    let text = ObjectWriter::new()
        .text("a\"", "b")
        .raw("number", "1.10")
        .member("list", &Json::List(vec![Json::Null, true.into(), 7_u64.into(), (-1_i64).into()]))
        .member("map", &Json::Map(vec![("k".into(), "v".into()), ("l".into(), Json::Raw("[]".into()))]))
        .members(&[("x", Json::Bool(false)), ("y", String::from("z").into())])
        .finish();
    let expected = r#"{"a\"":"b","number":1.10,"list":[null,true,7,-1],"map":{"k":"v","l":[]},"x":false,"y":"z"}"#;
    assert_eq!(text, expected);
    assert_eq!(ObjectWriter::new().finish(), "{}");
    assert_eq!(Json::from(u64::MAX).to_string(), "18446744073709551615");
}

proptest! {
    #[test]
    fn a_quoted_text_reads_back_and_is_printable_ascii(text in any::<String>()) {
        let quoted = quote(&text);
        prop_assert!(quoted.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        let node = scan(quoted.as_bytes(), Keys::Unconfusable).unwrap();
        prop_assert_eq!(node.as_str(), Some(text.as_str()));
    }
}
