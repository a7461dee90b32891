//! Names in templates are filled in, and missing ones are told.

use serde_json::json;

use super::{Names, Template, TextTemplate, Unkept};

fn names() -> Names {
    Names::from([("checkout".to_owned(), json!("c-1")), ("count".to_owned(), json!(3))])
}

#[test]
fn a_name_alone_keeps_its_type_and_one_in_a_text_becomes_text() {
    let template = Template(json!({"id": "$checkout", "n": "$count", "note": "n=$count of $checkout!"}));
    assert_eq!(template.fill(&names()), Ok(json!({"id": "c-1", "n": 3, "note": "n=3 of c-1!"})));
    assert_eq!(template.names(), ["checkout", "count", "count", "checkout"]);
}

#[test]
fn dollars_without_a_name_stay() {
    for (written, filled) in [("$5", "$5"), ("$$checkout", "$checkout"), ("a$", "a$"), ("$Checkout", "$Checkout")] {
        assert_eq!(TextTemplate::new(written).fill(&names()).as_deref(), Ok(filled), "{written}");
    }
}

#[test]
fn a_name_nothing_was_kept_under_is_told() {
    assert_eq!(TextTemplate::new("x $key").fill(&names()), Err(Unkept("key".to_owned())));
    assert_eq!(Template(json!(["$key"])).fill(&names()), Err(Unkept("key".to_owned())));
}
