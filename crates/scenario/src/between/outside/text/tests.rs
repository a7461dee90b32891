//! What is noticed when a text is read, and what when it is filled in.

use floorwalker_json::Span;
use minijinja::Value;

use super::{Text, Unfilled};

fn text(written: &str) -> Text {
    Text::new(written, Span::new(0, 0)).expect("it can be read")
}

#[test]
fn a_misspelt_name_is_noticed_before_anything_runs() {
    let problem = Text::new("{{ foldr }}/x", Span::new(0, 0)).expect_err("there is no such name");
    assert_eq!(problem.help.as_deref(), Some("did you mean `folder`?"));
    let problem = Text::new("{% if %}", Span::new(0, 0)).expect_err("it is no template");
    assert!(problem.says.starts_with("this is no template"), "{}", problem.says);
}

#[test]
fn places_are_filled_in_and_lines_of_tags_leave_nothing() {
    let names = Value::from_pairs([("folder", Value::from("/f")), ("port", Value::from(80))]);
    let written = "a: {{ folder }}\n{% if port %}\nb: {{ port }}\n{% endif %}\n";
    assert_eq!(text(written).fill(&names).as_deref(), Ok("a: /f\nb: 80\n"));
}

#[test]
fn what_is_not_there_is_an_error_and_not_an_empty_text() {
    let names = Value::from_pairs([("server", Value::from_pairs([("name", "shop")]))]);
    assert!(matches!(text("{{ server.url }}").fill(&names), Err(Unfilled::Wrong(_))));
}

#[test]
fn a_text_can_say_that_this_gateway_cannot_do_it() {
    let names = Value::from_pairs([("port", 1)]);
    let refused = text("{{ unsupported('no windows of 90 s') }}").fill(&names);
    assert_eq!(refused, Err(Unfilled::Unsupported("no windows of 90 s".to_owned())));
}
