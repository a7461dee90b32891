//! One sentence for each kind of record, and names from outside that try to be more than a name.

use std::time::Duration;

use floorwalker_policy::{Change, CheckoutKey, Handle, Plan};

use crate::log::tests::lines::{Lines, call, denial, done};
use crate::log::{Entry, Filter, Judged, Outcome, Reload, Verdict};

fn sentences(lines: &Lines) -> Vec<String> {
    let history = lines.history();
    let picked = Filter::default().of(&history);
    picked
        .iter()
        .map(|picked| picked.record.sentence(picked.seq, picked.decided.map(|decided| decided.judged)))
        .collect()
}

#[test]
fn a_sentence_says_when_who_what_the_answer_why_and_what_it_did() {
    let checkout =
        CheckoutKey { server: call("grant-a", "t", Verdict::Allow).server, handle: Handle::new("c-1").unwrap() };
    let advance = Change::Advance { checkout, status: "ready".to_owned(), terminal: false };
    let mut lines = Lines::default();
    lines.decision(call("grant-a", "t", Verdict::Allow));
    let commit = done(Plan { changes: vec![advance] });
    lines.push(Entry::Outcome { of: 1, outcome: Outcome::Replied { error: false }, commit });
    lines.decision(Judged { unidentified: 2, ..denial("u", "(hidden)", Some(Duration::from_millis(1_500))) });
    lines.decision(Judged { tool: None, method: String::new(), ..call("grant-a", "t", Verdict::Refuse) });
    lines.decision(Judged {
        tool: None,
        method: "ping".to_owned(),
        session: None,
        ..call("grant-a", "t", Verdict::Allow)
    });
    lines
        .outcome(5, Outcome::Lost("the connection was closed".to_owned()))
        .outcome(77, Outcome::Replied { error: true })
        .push(Entry::Reload(Reload::Loaded))
        .push(Entry::Reload(Reload::Failed("p.json:1:1: it is no policy.".to_owned())));
    assert_eq!(
        sentences(&lines),
        [
            "2026-01-15T10:30:01.000Z  #1  grant-a called t(sku) on borealhost in session s-1 and was allowed.",
            "2026-01-15T10:30:02.000Z  #2  #1, t of grant-a on borealhost, was answered; it did: advance c-1 to ready.",
            "2026-01-15T10:30:03.000Z  #3  grant-a called u(sku) on borealhost in session s-1 and was denied by (hidden): It is \
             not allowed; there is room again in 1500 ms; since the record before, requests of nobody known were refused: 2.",
            "2026-01-15T10:30:04.000Z  #4  grant-a sent borealhost what was not read as a message in session s-1 and was refused.",
            "2026-01-15T10:30:05.000Z  #5  grant-a sent ping to borealhost and was allowed.",
            "2026-01-15T10:30:06.000Z  #6  #5, ping of grant-a on borealhost, may have been sent, but no reply came: the \
             connection was closed.",
            "2026-01-15T10:30:07.000Z  #7  #77 was answered with an error.",
            "2026-01-15T10:30:08.000Z  #8  the policies were loaded again and are in force.",
            "2026-01-15T10:30:09.000Z  #9  the policies were to be loaded again; those before stay in force: p.json:1:1: it is no \
             policy.",
        ]
    );
}

#[test]
fn no_name_from_outside_breaks_the_line_or_moves_the_cursor() {
    let mut lines = Lines::default();
    lines.decision(call("grant-a", "x\n#9 y\r\u{1b}[2J\u{202e}\u{2028}\u{7f}", Verdict::Allow));
    let told = sentences(&lines).concat();
    assert!(told.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{told}");
    assert!(told.contains("x\\n#9 y\\r\\u{1b}[2J\\u{202e}"), "{told}");
}
