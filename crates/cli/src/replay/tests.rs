//! What is told about reports of every kind. Styles are left out: whether they are written is the terminal's business.

use std::time::Duration;

use floorwalker_scenario::{
    Broken, Ending, Guarantee, Reason, Report, SnapshotState, StepPlace, Unguarded, WalkSummary,
};

use super::{broken, excerpt::Detail, table, text};
use crate::screen::plain;

pub(super) fn report(name: &str, ending: Ending, snapshot: SnapshotState) -> Report {
    Report {
        path: format!("scenarios/{name}.yaml"),
        title: "A thief polls".to_owned(),
        guarantees: ["G11", "G12"].into_iter().filter_map(Guarantee::parse).collect(),
        is_attack: Some(false),
        ending,
        unguarded: None,
        walk: WalkSummary { walked: 12, sampled: 0, whole: true },
        calls: 72,
        transcript: String::new(),
        snapshot,
    }
}

pub(super) fn broke() -> Ending {
    Ending::Broken(Broken {
        reasons: vec![Reason {
            step: Some(StepPlace { number: "7".to_owned(), line: 31 }),
            says: "expected deny, but it was allowed".to_owned(),
        }],
        excerpt: "  5s  buyer  wait\n> 5s  thief  get_checkout_status  allow\n".to_owned(),
        schedule: Some(vec![1, 0]),
        seed: 1,
    })
}

pub(super) fn unguarded(bites: bool) -> Unguarded {
    Unguarded { bites, seen: "thief received 0 api_key (harm: 1)".to_owned() }
}

#[test]
fn the_table_is_aligned() {
    let reports = [
        Report { unguarded: Some(unguarded(true)), ..report("live/buy", Ending::Held, SnapshotState::Same) },
        Report {
            walk: WalkSummary { walked: 1000, sampled: 40, whole: false },
            ..report("checkout/thief", broke(), SnapshotState::Missing)
        },
        Report {
            walk: WalkSummary::default(),
            guarantees: Vec::new(),
            ..report("a/b", Ending::DoesNotLoad(Vec::new()), SnapshotState::Skipped)
        },
    ];
    let expected = "\
verdict     scenario           interleavings  harm  guarantees
held        live/buy                      12  bites  G11 G12
BROKEN      checkout/thief  1000 + 40 sampled  G11 G12
unreadable  a/b                            -
";
    let widths =
        |text: &str| text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>();
    let shown = plain(&table::table(&reports));
    assert_eq!(widths(&shown), widths(expected));
    let column = |line: &str, word: &str| line.find(word).map(|at| at + word.len());
    let ends: Vec<_> =
        shown.lines().zip(["interleavings", "12", "sampled", " -"]).map(|(line, word)| column(line, word)).collect();
    assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "{shown}");
}

#[test]
fn the_last_line_counts_everything() {
    let held = || report("live/buy", Ending::Held, SnapshotState::Accepted);
    assert_eq!(plain(&table::verdict(&[held(), held()])), "2 scenarios held, 2 snapshots written; 24 interleavings");
    assert_eq!(table::effort(&[held(), held()], Duration::from_millis(6_280)), "in 6.3 s, 144 virtual calls");
    let others = [
        held(),
        report("a/b", broke(), SnapshotState::Missing),
        report("a/c", Ending::Held, SnapshotState::Differs(String::new())),
        report("a/d", Ending::DoesNotBite, SnapshotState::Same),
    ];
    assert_eq!(
        plain(&table::verdict(&others)),
        "1 scenario held, 1 BROKEN, 1 no bite, 1 CHANGED, 1 snapshot written; 48 interleavings"
    );
    assert_eq!(
        plain(&table::commands(&others, " --root here")),
        "  BROKEN a/b: cargo run --release -- replay scenarios/a/b.yaml --root here\n  \
         CHANGED a/c: cargo run --release -- replay scenarios/a/c.yaml --root here\n  \
         no bite a/d: cargo run --release -- replay scenarios/a/d.yaml --root here\n"
    );
}

#[test]
fn a_broken_one_says_what_where_and_how_to_see_it_alone() {
    let diff = "--- kept\n+++ now\n@@ -1 +1 @@\n-deny\n+allow\n\\ No newline at end of file\n".to_owned();
    let report = report("checkout/thief", broke(), SnapshotState::Differs(diff));
    let told = plain(&broken::told(&report, Detail::Whole));
    for part in [
        "BROKEN checkout/thief: A thief polls",
        "  step 7 (line 31): expected deny, but it was allowed\n",
        "in another order than the written one",
        "    > 5s  thief  get_checkout_status  allow\n",
        "    -deny\n    +allow\n",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    assert!(!told.contains("+++ now") && !told.contains("No newline"), "{told}");
    assert!(!told.contains("--accept"), "a broken scenario cannot be accepted:\n{told}");
    let short = plain(&broken::told(&report, Detail::Short { columns: 160 }));
    assert!(short.contains("> 5s") && !short.contains("-deny"), "it follows from the breakage:\n{short}");
}

#[test]
fn an_attack_without_a_bite_says_what_it_did_instead() {
    let report = Report {
        unguarded: Some(unguarded(false)),
        ..report("checkout/thief", Ending::DoesNotBite, SnapshotState::Same)
    };
    let told = plain(&broken::told(&report, Detail::Short { columns: 160 }));
    assert!(told.contains("  with nothing in between: thief received 0 api_key (harm: 1)\n"), "{told}");
    assert!(plain(&table::table(&[report])).contains("12  no bite  G11"));
}

#[test]
fn the_transcript_is_followed_by_what_happens_without_a_gateway() {
    let report = Report {
        unguarded: Some(unguarded(true)),
        transcript: "what happened\n".to_owned(),
        ..report("checkout/thief", Ending::Held, SnapshotState::Same)
    };
    let shown = plain(&text::transcript(&report));
    assert_eq!(
        shown,
        "checkout/thief\n  what happened\n\n  with nothing in between: thief received 0 api_key (harm: 1)\n\n"
    );
}

#[test]
fn a_changed_or_new_transcript_comes_with_its_way_out() {
    for state in [SnapshotState::Missing, SnapshotState::Differs("@@ -1 +1 @@\n-a\n+b\n".to_owned())] {
        let told = broken::told(&report("live/buy", Ending::Held, state), Detail::Short { columns: 160 });
        assert!(told.contains("`--accept`"), "{told}");
    }
}
