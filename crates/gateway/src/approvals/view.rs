//! One ask as people see it: every field whole, and no character that could hide another.

use floorwalker_mcp::{Json, ObjectWriter};
use floorwalker_policy::{Approval, Stands, Timestamp};

use super::Desk;
use crate::log::rfc3339;

/// The text with everything but printable ASCII written out, so that a reader sees what a program would.
pub(super) fn in_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' '..='~' => out.push(character),
            _ => out.extend(character.escape_unicode()),
        }
    }
    out
}

/// The ask without its arguments.
pub(super) fn brief(ask: &Approval, now: Timestamp) -> ObjectWriter {
    let wanted = &ask.wanted;
    let costs = wanted.cost_keys().zip(&ask.totals).map(|(key, total)| {
        let total = total.as_ref().map_or_else(|| "no total shown".to_owned(), ToString::to_string);
        Json::from(in_ascii(&format!("{key}: {total}")))
    });
    ObjectWriter::new()
        .text("id", &ask.id.to_string())
        .text("stands", stands(ask, now))
        .text("grant", &in_ascii(wanted.grant.as_str()))
        .text("server", &in_ascii(wanted.server.as_str()))
        .text("tool", &in_ascii(&wanted.tool))
        .member("costs", &Json::List(costs.collect()))
        .text("rule", &in_ascii(wanted.terms.rule.as_str()))
        .text("reason", &in_ascii(&wanted.terms.reason))
        .text("asked_at", &rfc3339(ask.asked))
        .text("expires_at", &rfc3339(ask.expires))
        .text("digest", &wanted.call.to_string())
}

/// All of it. Without arguments where nobody has asked since the start.
pub(super) fn whole(ask: &Approval, desk: &Desk, now: Timestamp) -> String {
    let arguments = desk.arguments(ask.id, &ask.wanted);
    let lines =
        arguments.map_or(Json::Null, |lines| Json::List(lines.iter().map(|line| Json::from(line.clone())).collect()));
    brief(ask, now).member("arguments", &lines).finish()
}

fn stands(ask: &Approval, now: Timestamp) -> &'static str {
    match &ask.stands {
        Stands::Denied { .. } => "denied",
        Stands::Spent { .. } => "spent",
        Stands::Pending | Stands::Approved { .. } if now >= ask.expires => "expired",
        Stands::Pending => "pending",
        Stands::Approved { .. } => "approved",
    }
}
