//! Looking into a tree.

use super::*;
use crate::{Keys, scan};

fn tree(text: &str) -> Node<'_> {
    scan(text.as_bytes(), Keys::Distinct).expect(text)
}

#[test]
fn look_alikes_of_known_keys_are_found() {
    let known = ["method", "protocolVersion", "id"];
    for (text, expected) in [
        (r#"{"method":1,"protocolVersion":2,"other":3}"#, None),
        (r#"{"other":0,"Method":1,"ID":2}"#, Some("Method")),
        (r#"{"method":0,"METHOD":1}"#, Some("METHOD")),
        (r#"{"protocolversion":1}"#, Some("protocolversion")),
        (r#"{"id\u0000":1}"#, Some("id\0")),
        (r#"{"ⅰd":1}"#, Some("ⅰd")),
        (r#"{"ids":1}"#, None),
    ] {
        let root = tree(text);
        let found = root.as_object().and_then(|object| object.confusable_with(&known));
        assert_eq!(found.map(|member| &*member.key), expected, "{text}");
    }
}

#[test]
fn an_owned_tree_is_the_same_tree() {
    let root = tree(r#"{"a":[1,"x",null,true],"b":{"c":"\n"}}"#);
    assert_eq!(root.clone().into_owned(), root);
}

#[test]
fn whole_numbers_are_exact() {
    for (text, value) in [("1e2", Some(100)), ("100.0", Some(100)), ("1.5", None), ("-1", None), ("\"1\"", None)] {
        assert_eq!(tree(text).as_u64(), value, "{text}");
    }
}
