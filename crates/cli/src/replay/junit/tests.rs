//! The document read back as XML: counts, required attributes, and texts that XML cannot hold.

use floorwalker_scenario::{Ending, Report, SnapshotState};
use roxmltree::{Document, Node};

use super::render;
use crate::replay::tests::{broke, report, unguarded};

fn reports() -> Vec<Report> {
    let same = SnapshotState::Same;
    vec![
        report("live/buy", Ending::Held, same.clone()),
        report("live/look", broke(), same.clone()),
        Report { unguarded: Some(unguarded(false)), ..report("checkout/thief", Ending::DoesNotBite, same.clone()) },
        report("checkout/new", Ending::Held, SnapshotState::Missing),
        report("checkout/torn", Ending::DoesNotLoad(vec!["a.yaml:1:2: <&\u{1}]]>\u{1b}[2J".to_owned()]), same.clone()),
        report("top", Ending::Failed("no port".to_owned()), same),
    ]
}

fn number(node: Node<'_, '_>, name: &str) -> usize {
    node.attribute(name).unwrap().parse().unwrap()
}

#[test]
fn counts_are_those_of_the_cases_and_what_readers_need_is_there() {
    let text = render(&reports(), " --root here").unwrap();
    let document = Document::parse(&text).unwrap();
    let root = document.root_element();
    assert_eq!(["tests", "failures", "errors"].map(|name| number(root, name)), [6, 3, 2]);
    let suites: Vec<_> = root.children().filter(Node::is_element).collect();
    let names: Vec<_> = suites.iter().map(|suite| suite.attribute("name").unwrap()).collect();
    assert_eq!(names, ["scenarios", "scenarios/checkout", "scenarios/live"]);
    for suite in suites {
        let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
        let having =
            |name: &str| cases.iter().filter(|case| case.children().any(|node| node.has_tag_name(name))).count();
        assert_eq!(
            ["tests", "failures", "errors"].map(|name| number(suite, name)),
            [cases.len(), having("failure"), having("error")]
        );
        assert!(cases.iter().all(|case| case.attribute("name").is_some() && case.attribute("classname").is_some()));
    }
    assert!(!text.contains(" time=") && !text.contains("timestamp"), "{text}");
}

#[test]
fn a_failure_says_what_and_how_to_see_it_alone_in_words_that_xml_can_hold() {
    let text = render(&reports(), " --root here").unwrap();
    let document = Document::parse(&text).unwrap();
    let case = |name: &str| document.descendants().find(|node| node.attribute("name") == Some(name)).unwrap();
    let ending = |name: &str| case(name).children().find(Node::is_element).unwrap();
    let broken = ending("look");
    assert_eq!(
        (broken.attribute("type"), broken.attribute("message")),
        (Some("BROKEN"), Some("step 7 (line 31): expected deny, but it was allowed"))
    );
    let told = broken.text().unwrap();
    for part in ["> 5s  thief", "replay scenarios/live/look.yaml --root here"] {
        assert!(told.contains(part), "{told}");
    }
    assert!(ending("thief").text().unwrap().contains("with nothing in between: thief received 0 api_key"));
    assert!(ending("torn").attribute("message").unwrap().contains("<&"));
    assert!(!text.contains('\u{1b}') && !text.contains('\u{1}'), "{text}");
    assert_eq!(case("buy").children().count(), 0);
}
