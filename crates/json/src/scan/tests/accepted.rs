//! What is accepted, what it means, and where it stood.

use std::borrow::Cow;

use super::*;

fn rescan(source: &str, node: &Node<'_>) {
    let text = node.span.text(source);
    let again = accepted(text);
    assert_eq!(crate::canonical(&again), crate::canonical(node), "{text}");
    assert_eq!(again.span, Span::new(0, text.len()), "white space belongs to no value: {text:?}");
    for element in node.as_array().unwrap_or_default() {
        rescan(source, element);
    }
    for member in node.as_object().into_iter().flatten() {
        assert_eq!(accepted(member.key_span.text(source)).as_str(), Some(&*member.key));
        rescan(source, &member.value);
    }
}

#[test]
fn the_text_of_every_span_is_its_value() {
    let source =
        " {\r\n\t\"é\\u200b\" : [ 1e2 , \"a\\u00e9\" , [ ] , { } ] ,\"k\":{\"a\": null ,\"b\":-0.50},\"t\":true }\n";
    let root = accepted(source);
    assert_eq!(root.span, Span::new(1, source.len() - 1));
    rescan(source, &root);
}

#[test]
fn strings_mean_what_they_say() {
    let table = [
        (r#""""#, ""),
        (r#""a b""#, "a b"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u0041\u00e9\u20AC""#, "Aé€"),
        (r#""\ud83d\ude00""#, "😀"),
        (r#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
        (r#""\ud7ff\ue000""#, "\u{D7FF}\u{E000}"),
        (r#""x\u0000y""#, "x\0y"),
        (r#""\\u0041""#, "\\u0041"),
        ("\"\u{7f}\u{80}\u{2028}\u{FEFF}😀\"", "\u{7f}\u{80}\u{2028}\u{FEFF}😀"),
    ];
    for (text, value) in table {
        assert_eq!(accepted(text).as_str(), Some(value));
    }
}

#[test]
fn strings_without_escapes_borrow() {
    let root = accepted(r#"{"plain":"é","esc\u0061ped":"\n"}"#);
    let members: Vec<_> = root.as_object().into_iter().flatten().collect();
    let borrows = |text: &Cow<'_, str>| matches!(text, Cow::Borrowed(_));
    let value_borrows = |node: &Node<'_>| matches!(&node.value, Value::String(text) if borrows(text));
    assert!(borrows(&members[0].key) && value_borrows(&members[0].value));
    assert!(!borrows(&members[1].key) && !value_borrows(&members[1].value));
}

#[test]
fn numbers_keep_their_text() {
    for text in ["0", "-0", "-0.0", "1E5", "1e+5", "1e-05", "100.00", "12345678901234567890123", "0e0", "5e-324"] {
        assert_eq!(accepted(text).as_number().map(Number::text), Some(text));
    }
}

#[test]
fn words_and_collections() {
    assert_eq!(accepted("true").as_bool(), Some(true));
    assert_eq!(accepted("\tfalse\n").as_bool(), Some(false));
    assert_eq!(accepted(" null ").value, Value::Null);
    assert_eq!(accepted("[]").as_array(), Some([].as_slice()));
    assert!(accepted("{ }").as_object().is_some_and(Object::is_empty));
    let root = accepted(r#"{"b":1,"a":[2,3],"c":{"b":4}}"#);
    let keys: Vec<_> = root.as_object().into_iter().flatten().map(|member| &*member.key).collect();
    assert_eq!(keys, ["b", "a", "c"]);
    assert_eq!(root.get("c").and_then(|node| node.get("b")).and_then(Node::as_u64), Some(4));
}

#[test]
fn keys_that_only_resemble_each_other_to_nobody_may_stand_together() {
    accepted(r#"{"a":1,"aa":2,"a a":3,"á":4,"_a":5,"A_":6,"$serde_json::private::Numbers":7}"#);
}

#[test]
fn a_leading_value_ends_where_it_ends() {
    let leading = |text| scan_leading(text, Keys::Distinct).map(|(node, after)| (crate::canonical(&node), after));
    assert_eq!(leading(r#"{"a":[1]} and {"b":2}"#), Ok((r#"{"a":[1]}"#.to_owned(), r#" and {"b":2}"#)));
    assert_eq!(leading("[1]]"), Ok(("[1]".to_owned(), "]")));
    assert_eq!(leading("true"), Ok(("true".to_owned(), "")));
    for text in ["", " 1", "and {}", "{\"a\":1", "[1,]"] {
        assert!(leading(text).is_err(), "{text}");
    }
}
