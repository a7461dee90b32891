//! `ledger`, `inbox` and `harm`: numbers that the witnesses must show.

use floorwalker_json::{Fields, Node, Span};
use floorwalker_mocks::{Mock, SecretKind};

use crate::document::load::Cast;
use crate::document::reading::{Reader, is_blank};
use crate::document::{Count, InboxLine, LedgerLine, Witnesses};

pub(super) const KINDS: [SecretKind; 4] =
    [SecretKind::ApiKey, SecretKind::CheckoutSecret, SecretKind::ClaimToken, SecretKind::PersonalData];

pub(crate) fn witnesses(
    ledger_node: Option<&Node<'_>>,
    inbox_node: Option<&Node<'_>>,
    cast: &Cast,
    reader: &mut Reader<'_>,
) -> Witnesses {
    Witnesses {
        ledger: ledger_node.map(|node| ledger(node, cast, reader)).unwrap_or_default(),
        inbox: inbox_node.map(|node| inbox(node, cast, reader)).unwrap_or_default(),
    }
}

pub(crate) fn harm(node: &Node<'_>, cast: &Cast, reader: &mut Reader<'_>) -> Witnesses {
    let mut fields = Fields::of(node, "`harm`", &mut reader.problems);
    let (ledger, inbox) = (fields.optional("ledger"), fields.optional("inbox"));
    fields.finish(&mut reader.problems);
    let harm = witnesses(ledger, inbox, cast, reader);
    if is_blank(node) {
        reader.complain(
            node.span,
            "`harm` says nothing",
            "write what the ledger or an inbox shows when the attack works",
        );
    }
    harm
}

fn ledger(node: &Node<'_>, cast: &Cast, reader: &mut Reader<'_>) -> Vec<LedgerLine> {
    let mut lines = Vec::new();
    for (server, span, counts) in reader.members(node, "`ledger`") {
        match cast.mocks.found.get(server) {
            Some(mock) => lines.extend(server_lines(server, &**mock, counts, reader)),
            None => cast.mocks.check(span, "server", server, reader),
        }
    }
    lines
}

fn server_lines(server: &str, mock: &dyn Mock, node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<LedgerLine> {
    let mut lines = Vec::new();
    let mut push = |count, amount| lines.push(LedgerLine { server: server.to_owned(), count, amount });
    let known = known_counts(mock);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    for (key, span, value) in reader.members(node, "the ledger of a mock") {
        match key {
            "executed" => executed(mock, value, reader).into_iter().for_each(|(count, amount)| push(count, amount)),
            _ if !known.contains(&key) => reader.unknown(span, "count", key, &known),
            _ => {
                let count = if key == "received" { Count::Received } else { Count::Named(key.to_owned()) };
                if let Some(amount) = reader.amount(value, "the count") {
                    push(count, amount);
                }
            }
        }
    }
    lines
}

/// What may be counted at a mock.
pub(super) fn known_counts(mock: &dyn Mock) -> Vec<String> {
    mock.ledger().counts().into_keys().chain(["executed", "received"].map(str::to_owned)).collect()
}

/// The tools of a mock by name.
pub(super) fn known_tools(mock: &dyn Mock) -> Vec<&str> {
    mock.tools().iter().filter_map(|tool| tool.get("name")?.as_str()).collect()
}

fn executed(mock: &dyn Mock, node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<(Count, super::Amount)> {
    let tools = known_tools(mock);
    let mut found = Vec::new();
    for (tool, span, amount) in reader.members(node, "`executed`") {
        if !tools.contains(&tool) {
            unknown_tool(tool, span, &tools, reader);
        }
        found.extend(reader.amount(amount, "the count").map(|amount| (Count::Executed(tool.to_owned()), amount)));
    }
    found
}

/// A catalogue is too long to be listed in an error; the nearest name has to do.
fn unknown_tool(written: &str, span: Span, tools: &[&str], reader: &mut Reader<'_>) {
    let help = match floorwalker_json::nearest(written, tools.iter().copied()) {
        Some(tool) => format!("did you mean `{tool}`?"),
        None => format!("the mock has {} tools, and none is called so", tools.len()),
    };
    reader.complain(span, format!("tool `{}` is not known", floorwalker_json::shown(written)), help);
}

fn inbox(node: &Node<'_>, cast: &Cast, reader: &mut Reader<'_>) -> Vec<InboxLine> {
    let mut lines = Vec::new();
    for (agent, span, kinds) in reader.members(node, "`inbox`") {
        cast.agents.check(span, "agent", agent, reader);
        for (word, span, amount) in reader.members(kinds, "an inbox") {
            let amount = reader.amount(amount, "the number of messages");
            match (KINDS.into_iter().find(|kind| kind.as_str() == word), amount) {
                (Some(kind), Some(amount)) => lines.push(InboxLine { agent: agent.to_owned(), kind, amount }),
                (None, _) => reader.unknown(span, "secret", word, &KINDS.map(SecretKind::as_str)),
                (Some(_), None) => {}
            }
        }
    }
    lines
}
