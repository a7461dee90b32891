//! Where a reply says what.

use std::collections::BTreeMap;

use floorwalker_json::{Fields, Node, shown};

use super::{OBJECT_PLACES, Roles, pointer, statuses};
use crate::{
    profile::{ObjectPlace, Place, ReplyShape, TotalPlace},
    reading::Reading,
};

const TERMINAL_HELP: &str = "add the statuses that nothing follows, such as `[completed, failed]`";
const TOTAL_HELP: &str = "add where the total is: `total: { amount: /amount, currency: /currency }`";
const ENTRY_HELP: &str = "write what a member of the entry says, such as `{ type: total }`";

pub(super) fn reply_shape(reading: &mut Reading<'_>, node: &Node<'_>, roles: &Roles) -> Option<ReplyShape> {
    let mut fields = Fields::of(node, "`reply`", &mut reading.problems);
    let object = reading.required(&mut fields, "object", "add `[structured, text]`");
    let object = object.map(|node| object_places(reading, node)).unwrap_or_default();
    let id = reading.required(&mut fields, "id", "add where the checkout's id is, such as `/id`");
    let id = id.and_then(|node| pointer(reading, node, "`id`"));
    let status = reading.required(&mut fields, "status", "add where the checkout's status is, such as `/status`");
    let status = status.and_then(|node| pointer(reading, node, "`status`"));
    let terminal = reading.required(&mut fields, "terminal", TERMINAL_HELP);
    if let Some(node) = terminal {
        refuse_again(reading, node, roles);
    }
    let terminal = terminal.map(|node| statuses(reading, node, "`terminal`")).unwrap_or_default();
    let (quote, total) = match roles.quote() {
        true => (
            reading.required(&mut fields, "quote", "add where a quote's id is, such as `/quote_id`"),
            reading.required(&mut fields, "total", TOTAL_HELP),
        ),
        false => (fields.optional("quote"), fields.optional("total")),
    };
    if let Some(node) = quote.filter(|_| !roles.quote()) {
        reading.complain(
            node.span,
            "no tool here quotes",
            "add the one that does, `{ does: quote }`, or take this out",
        );
    }
    let quote = quote.and_then(|node| pointer(reading, node, "`quote`"));
    let total = total.and_then(|node| total_place(reading, node));
    reading.finish(fields, node, &[]);
    Some(ReplyShape { object, id: id?, status: status?, terminal, quote, total })
}

fn object_places(reading: &mut Reading<'_>, node: &Node<'_>) -> Vec<ObjectPlace> {
    let mut places = Vec::new();
    let entries = reading.list(node, "`object`");
    if entries.is_empty() && node.as_array().is_some() {
        reading.complain(node.span, "`object` is an empty list", "write `[structured, text]`");
    }
    for entry in entries {
        match reading.one_of(entry, "a place in `object`", &OBJECT_PLACES) {
            Some(place) if places.contains(&place) => {
                let says = format!("{} stands in `object` twice", reading.written(entry));
                reading.complain(entry.span, says, "take one of them out");
            }
            place => places.extend(place),
        }
    }
    places
}

/// Nothing follows a terminal status, so nothing is done again in it either.
fn refuse_again(reading: &mut Reading<'_>, node: &Node<'_>, roles: &Roles) {
    for entry in node.as_array().unwrap_or_default() {
        if entry.as_str().is_some_and(|status| roles.again.contains(status)) {
            let says = format!("{} stands in `again` as well", reading.written(entry));
            reading.complain(entry.span, says, "a status that nothing follows cannot be completed again");
        }
    }
}

fn total_place(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<TotalPlace> {
    let mut fields = Fields::of(node, "`total`", &mut reading.problems);
    let amount = reading.required(&mut fields, "amount", "add where the amount is, such as `/amount`");
    let amount = amount.and_then(|node| place(reading, node));
    let currency = reading.required(&mut fields, "currency", "add where the currency is, such as `/currency`");
    let currency = currency.and_then(|node| pointer(reading, node, "`currency`"));
    reading.finish(fields, node, &[]);
    Some(TotalPlace { amount: amount?, currency: currency? })
}

fn place(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Place> {
    if node.as_object().is_none() {
        return pointer(reading, node, "`amount`").map(Place::At);
    }
    let mut fields = Fields::of(node, "`amount`", &mut reading.problems);
    let list = reading.required(&mut fields, "list", "add where the list is, such as `/totals`");
    let list = list.and_then(|node| pointer(reading, node, "`list`"));
    let entry = reading.required(&mut fields, "entry", "add what the entry says, such as `{ type: total }`");
    let entry = entry.and_then(|node| entry_words(reading, node));
    let at = reading.required(&mut fields, "at", "add where the amount is in the entry, such as `/amount`");
    let at = at.and_then(|node| pointer(reading, node, "`at`"));
    reading.finish(fields, node, &[]);
    Some(Place::In { list: list?, entry: entry?, at: at? })
}

fn entry_words(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<BTreeMap<String, String>> {
    let Some(members) = node.as_object().filter(|members| !members.is_empty()) else {
        let says = format!("`entry` is {}", reading.written(node));
        reading.complain(node.span, says, ENTRY_HELP);
        return None;
    };
    let mut words = BTreeMap::new();
    for member in members {
        let text = reading.name(&member.value, &format!("`{}`", shown(&member.key)))?;
        words.insert(member.key.clone().into_owned(), text.to_owned());
    }
    Some(words)
}
