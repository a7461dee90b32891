//! The pace of polls.

use std::time::Duration;

use floorwalker_json::{Fields, Node};

use crate::{PollPace, Stretch, duration, reading::Reading};

pub(super) fn pace(reading: &mut Reading<'_>, node: &Node<'_>) -> PollPace {
    let mut stretches: Vec<Stretch> = Vec::new();
    let entries = reading.list(node, "`polls`");
    if entries.is_empty() && node.as_array().is_some() {
        reading.complain(node.span, "`polls` is an empty list", "add `{ until: 10m, gap: 15s }`");
    }
    for entry in entries {
        let Some(stretch) = stretch(reading, entry) else { continue };
        if stretches.last().is_some_and(|last| last.until >= stretch.until) {
            let help = "write the stretches in the order of their ends, counted from the first poll";
            reading.complain(entry.span, "this stretch does not end after the one before it", help);
        }
        stretches.push(stretch);
    }
    PollPace { stretches }
}

fn stretch(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Stretch> {
    let mut fields = Fields::of(node, "a stretch of `polls`", &mut reading.problems);
    let until = reading.required(&mut fields, "until", "add where it ends, counted from the first poll, such as `60s`");
    let until = until.and_then(|node| span_of_time(reading, node, "`until`"));
    let gap = reading.required(&mut fields, "gap", "add the least time between two polls, such as `5s`");
    let gap = gap.and_then(|node| span_of_time(reading, node, "`gap`"));
    reading.finish(fields, node, &[]);
    Some(Stretch { until: until?, gap: gap? })
}

fn span_of_time(reading: &mut Reading<'_>, node: &Node<'_>, what: &str) -> Option<Duration> {
    let span = node.as_str().and_then(|text| duration(text).ok()).filter(|span| !span.is_zero());
    if span.is_none() {
        let says = format!("{what} is {}", reading.written(node));
        reading.complain(node.span, says, "write a span of time, such as `250ms`, `5s` or `10m`");
    }
    span
}
