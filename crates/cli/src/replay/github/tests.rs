//! Commands by their grammar, with texts that try to be more than a message.

use floorwalker_scenario::{Broken, Ending, Reason, Report, SnapshotState, StepPlace};

use super::{data, property, render};
use crate::replay::tests::report;

const HOSTILE: &str = "100%\r\n::warning file=a,b::c:d,e";

fn hostile() -> Report {
    let reason = |line| Reason { step: Some(StepPlace { number: "1".to_owned(), line }), says: HOSTILE.to_owned() };
    let broken =
        Broken { reasons: vec![reason(3), reason(9)], excerpt: "> 0s  thief\n".to_owned(), schedule: None, seed: 1 };
    report("a,b:c%/d", Ending::Broken(broken), SnapshotState::Same)
}

#[test]
fn nothing_ends_a_command_but_its_end() {
    let told = render(&[hostile()], "", "sub/folder/");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 3, "one command for each reason and one for all:\n{told}");
    for (line, number) in lines.iter().zip(["3", "9"]) {
        let (head, message) = line.strip_prefix("::error ").unwrap().split_once("::").unwrap();
        let properties: Vec<(&str, &str)> = head.split(',').map(|part| part.split_once('=').unwrap()).collect();
        assert_eq!(
            properties,
            [
                ("file", "sub/folder/scenarios/a%2Cb%3Ac%25/d.yaml"),
                ("line", number),
                ("title", "BROKEN a%2Cb%3Ac%25/d"),
            ]
        );
        assert!(
            message.starts_with(&format!("step 1 (line {number}): 100%25%0D%0A::warning file=a,b::c:d,e")),
            "{message}"
        );
    }
    assert!(lines[0].contains("%0A    > 0s  thief%0A") && !lines[1].contains("thief"), "{told}");
    assert!(lines[2].starts_with("::notice title=floorwalker::0 scenarios held, 1 BROKEN; "), "{told}");
}

#[test]
fn what_is_escaped_can_be_read_back() {
    let back = |text: &str| {
        let ends = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
        ends.replace("%25", "%")
    };
    assert_eq!(back(&data(HOSTILE)), HOSTILE);
    assert_eq!(back(&property(HOSTILE)), HOSTILE);
    assert!(!property(HOSTILE).contains([':', ',', '\r', '\n']));
    assert_eq!(data("%0A"), "%250A", "an escape that was written is no escape");
}

#[test]
fn what_holds_is_told_in_one_line() {
    let told = render(&[report("live/buy", Ending::Held, SnapshotState::Same)], "", "");
    assert_eq!(told, "::notice title=floorwalker::1 scenario held; 12 interleavings\n");
}
