//! What a step makes of its answer: `expect`, `keep`, `as`, `like`, and the tally of several.

use floorwalker_json::{Fields, Node};

use crate::answer::Verdict;
use crate::document::reading::{Reader, written};
use crate::document::{Amount, Expectation, Handling};

/// The nodes of one step that say what to make of its answer.
#[derive(Debug, Default)]
pub(crate) struct HandlingNodes<'n, 's> {
    expect: Option<&'n Node<'s>>,
    keep: Option<&'n Node<'s>>,
    label: Option<&'n Node<'s>>,
    like: Option<&'n Node<'s>>,
}

impl<'n, 's> HandlingNodes<'n, 's> {
    pub(crate) fn of(fields: &mut Fields<'n, 's>) -> Self {
        Self {
            expect: fields.optional("expect"),
            keep: fields.optional("keep"),
            label: fields.optional("as"),
            like: fields.optional("like"),
        }
    }

    /// Where it says what is expected.
    pub(crate) fn expect(&self) -> Option<&'n Node<'s>> {
        self.expect
    }

    pub(crate) fn read(self, reader: &mut Reader<'_>) -> Handling {
        Handling {
            expect: self.expect.and_then(|node| expectation(node, reader)),
            keep: self.keep.map(|node| keep(node, reader)).unwrap_or_default(),
            label: self.label.and_then(|node| reader.text(node, "`as`")),
            like: self.like.and_then(|node| reader.text(node, "`like`")),
        }
    }
}

/// How many of the calls inside a step end how.
pub(crate) fn outcome(node: Option<&Node<'_>>, reader: &mut Reader<'_>) -> Vec<(Verdict, Amount)> {
    let mut found = Vec::new();
    let Some(node) = node else { return found };
    for (word, span, amount) in reader.members(node, "`outcome`") {
        match Verdict::of_word(word) {
            Some(verdict) => found.extend(reader.amount(amount, "the amount").map(|amount| (verdict, amount))),
            None => reader.unknown(span, "verdict", word, &Verdict::WORDS),
        }
    }
    found
}

fn expectation(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Expectation> {
    if node.as_object().is_some() {
        return Some(detailed(node, reader));
    }
    let verdict = verdict(node, reader)?;
    Some(Expectation { verdict: Some(verdict), ..Expectation::default() })
}

fn verdict(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Verdict> {
    let found = node.as_str().and_then(Verdict::of_word);
    if found.is_none() {
        match node.as_str() {
            Some(word) => reader.unknown(node.span, "verdict", word, &Verdict::WORDS),
            None => reader.complain(
                node.span,
                format!("`expect` is {}", node.kind()),
                "write `allow`, `deny`, `unknown`, `refused`, or a map of details",
            ),
        }
    }
    found
}

fn detailed(node: &Node<'_>, reader: &mut Reader<'_>) -> Expectation {
    let mut fields = Fields::of(node, "an expectation", &mut reader.problems);
    let (decision, rule) = (fields.optional("decision"), fields.optional("rule"));
    let (status, code) = (fields.optional("status"), fields.optional("code"));
    let (retry_after, text) = (fields.optional("retry_after"), fields.optional("text"));
    let without = fields.optional("without");
    let (is_error, tool_error) = (fields.optional("is_error"), fields.optional("tool_error"));
    fields.finish(&mut reader.problems);
    let mut expectation = Expectation {
        verdict: decision.and_then(|node| verdict(node, reader)),
        rule: rule.and_then(|node| reader.text(node, "`rule`")),
        status: status.and_then(|node| http_status(node, reader)),
        code: code.and_then(|node| error_code(node, reader)),
        retry_after: retry_after.and_then(|node| reader.duration(node, "`retry_after`")),
        text: text.and_then(|node| reader.text(node, "`text`")),
        without: without.and_then(|node| reader.text(node, "`without`")),
        is_error: is_error.and_then(|node| reader.flag(node, "`is_error`")),
    };
    if let Some(code) = tool_error.and_then(|node| reader.text(node, "`tool_error`")) {
        // The gateway let it pass, and the tool itself refused it.
        expectation.verdict = Some(Verdict::Allow);
        expectation.is_error = Some(true);
        expectation.text = Some(code);
    }
    expectation
}

fn http_status(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<u16> {
    let status =
        node.as_u64().and_then(|number| u16::try_from(number).ok()).filter(|status| (100..600).contains(status));
    if status.is_none() {
        let says = format!("`status` is {}", written(node, reader.source));
        reader.complain(node.span, says, "write an HTTP status such as `400`");
    }
    status
}

fn error_code(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<i64> {
    let code = node.as_number().and_then(|number| number.text().parse().ok());
    if code.is_none() {
        let says = format!("`code` is {}", written(node, reader.source));
        reader.complain(node.span, says, "write a JSON-RPC error code such as `-32602`");
    }
    code
}

/// Names, and the paths inside the answer at which their values are.
fn keep(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, span, path) in reader.members(node, "`keep`") {
        let (name, path) = (reader.name(name, span), reader.text(path, "the path"));
        found.extend(name.zip(path));
    }
    found
}
