//! Documents of calls: what they mean, and what is said of wrong ones.

use floorwalker_json::Format;

use super::*;

fn read(source: &str) -> (Sequence, Vec<String>) {
    let document = Document::parse("calls", source, Format::Yaml).unwrap();
    let unsaid = Unsaid {
        grant: GrantId::new("agent").unwrap(),
        server: ServerName::new("server").unwrap(),
        repeat: 1,
        every: Duration::ZERO,
    };
    let mut sequence = Sequence::default();
    let problems = sequence.read(&document, &unsaid);
    (sequence, problems.iter().map(|problem| problem.line("calls", source)).collect())
}

#[track_caller]
fn times(source: &str, expect: &[u64]) {
    let (sequence, problems) = read(source);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(sequence.calls.iter().map(|call| call.at.as_millis()).collect::<Vec<_>>(), expect);
}

#[test]
fn times_count_from_the_start_and_only_go_forward() {
    times(
        "[{ tool: t }, { tool: t, at: 2s }, { tool: t }, { tool: t, at: 3s, repeat: 3, every: 250ms }, { tool: t }]",
        &[0, 2_000, 2_000, 3_000, 3_250, 3_500, 3_500],
    );
    let noon = 1_768_478_400_000;
    times(
        "calls: [{ tool: t, at: 2026-01-15T12:00:00Z }, { tool: t, at: 1s }, { tool: t, at: 2026-01-15T12:00:02Z }]",
        &[noon, noon + 1_000, noon + 2_000],
    );
}

#[test]
fn every_problem_has_its_place_and_a_way_out() {
    let table = [
        ("calls: 7", "calls:1:8: `calls` is a number; write a list of calls"),
        ("[{ tool: t, reply: { content: [] }, rul: r }]", "did you mean `rule`?"),
        ("[{ at: 1s }]", "a call has no `tool`"),
        ("[{ tool: 7 }]", "`tool` is `7`; write a name, in quotes"),
        ("[{ tool: t, at: soon }]", "`at` is `soon`; write how long after the start it is"),
        ("[{ tool: t, at: 2s }, { tool: t, at: 1s }]", "this call is earlier than the one before it"),
        (
            "[{ tool: t }, { tool: t, at: 2026-01-15T12:00:00Z }]",
            "`at` is an instant, but the calls before it have none",
        ),
        ("[{ tool: t, arguments: 7 }]", "`arguments` must be a map, but here is a number"),
        (
            "[{ tool: t, reply: { id: c1 } }]",
            "`reply` is no tool's result; write a tool's result: `{ structuredContent",
        ),
        ("[{ tool: t, lost: true, not_sent: true }]", "a call ends in one way"),
        ("[{ tool: t, lost: false }]", "`lost` is `false`; write `true`, or take it out"),
        ("[{ tool: t, expect: alow }]", "`expect` is `alow`; did you mean `allow`?"),
        ("[{ tool: t, repeat: 0 }]", "`repeat` is `0`; write a whole number from 1 to 100000"),
        ("[{ tool: t, repeat: 2, every: 5 }]", "`every` is `5`; write a span of time"),
        ("calls: []", "there is no call in it; write at least one"),
        ("[]", "there is no call in it; write at least one"),
        ("[{ tool: t, every: 5s }]", "calls:1:20: `every` is there without `repeat`"),
        ("[{ tool: t, expect: allow, rule: /a }]", "calls:1:34: no rule decides against a call that is allowed"),
        ("[{ tool: t, reply: { isError: 'yes' } }]", "`isError` is `'yes'`; write `true` or `false`"),
        ("[{ tool: t, grant: \"a\\nb\" }]", "a name must not hold control characters"),
    ];
    for (source, expect) in table {
        let (_, problems) = read(source);
        assert!(problems.len() == 1 && problems[0].contains(expect), "{source}: {problems:?}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let (_, problems) = read("- { tool: t, at: soon, repeat: 2, every: 5 }\n- { expect: maybe }\n");
    assert_eq!(problems.len(), 4, "{problems:?}");
}
