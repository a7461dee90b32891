//! `limits`: how much may pass in a window, in calls or in what an argument says.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

use floorwalker_json::{Fields, Node, Span, shown};

use crate::{
    Amount, WarningCode, Window,
    condition::{Path, argument_path},
    policy::{
        Argument, Limit, SharedBy, Takes, ZeroAmount,
        load::{SHARED_BY, WINDOWS},
        naming::Naming,
    },
    reading::{Reading, word_help},
};

const ALL_TOOLS: &str = "all_tools";
const CURRENCY: &str = "args.currency";
const MAX_HELP: &str = "write an amount of at least `0`, with at most nine digits behind the point";

/// What each counter of the policy counts: tools may share one, but then they must agree on that.
#[derive(Debug, Default)]
pub(super) struct Counters {
    first: HashMap<(Arc<str>, SharedBy), First>,
}

/// What a counter counts where it stands first.
#[derive(Debug)]
struct First {
    /// None when it stands in `all_tools`.
    tool: Option<Arc<str>>,
    window: Window,
    unit: Counted,
}

/// What is added up.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Counted {
    Calls,
    Amounts { currency: Option<String> },
}

/// Whose limits are read: those of a tool, or of all of them.
struct Owner<'o> {
    tool: Option<Arc<str>>,
    naming: Naming,
    counters: &'o mut Counters,
}

pub(super) fn of_tool(reading: &mut Reading<'_>, node: &Node<'_>, tool: &str, counters: &mut Counters) -> Vec<Limit> {
    limits(reading, node, Owner { tool: Some(Arc::from(tool)), naming: Naming::of_tool(tool), counters })
}

/// Limits of all calls together count calls: other tools have other arguments.
pub(super) fn of_all_tools(reading: &mut Reading<'_>, node: &Node<'_>, counters: &mut Counters) -> Vec<Limit> {
    for entry in node.as_array().unwrap_or_default() {
        if let Some(node) = entry.get("increment_from") {
            let says = "a limit of `all_tools` counts calls, not what an argument says";
            reading.complain(node.span, says, "write this limit for each tool that has the argument");
        }
    }
    limits(reading, node, Owner { tool: None, naming: Naming::at("/all_tools".to_owned()), counters })
}

fn limits(reading: &mut Reading<'_>, node: &Node<'_>, mut owner: Owner<'_>) -> Vec<Limit> {
    let entries = reading.list(node, "`limits`");
    refuse_twins(reading, entries, owner.tool.as_deref().unwrap_or(ALL_TOOLS));
    entries.iter().filter_map(|entry| limit(reading, entry, &mut owner)).collect()
}

/// Two limits of a tool on one counter would charge it twice per call.
fn refuse_twins(reading: &mut Reading<'_>, entries: &[Node<'_>], tool: &str) {
    let mut seen = HashSet::new();
    for node in entries.iter().filter_map(|entry| entry.get("counter")) {
        if let Some(counter) = node.as_str().filter(|counter| !seen.insert(*counter)) {
            let says = format!("the counter `{}` stands twice in `{}`", shown(counter), shown(tool));
            reading.complain(node.span, says, "give each limit of a tool a counter of its own");
        }
    }
}

fn limit(reading: &mut Reading<'_>, node: &Node<'_>, owner: &mut Owner<'_>) -> Option<Limit> {
    let mut fields = Fields::of(node, "a limit", &mut reading.problems);
    let counter = reading.required(&mut fields, "counter", "add a name for what is counted");
    let counter = counter.and_then(|node| reading.name(node, "`counter`"));
    let written = reading.required(&mut fields, "window", "add `minute`, `hour`, `day` or a number of seconds");
    let window = written.and_then(|node| window(reading, node));
    let takes = takes(reading, &mut fields);
    let max = reading.required(&mut fields, "max", "add how much the window may hold");
    let max = max.and_then(|max| max_of(reading, max, node.get("increment_from").is_some()));
    let shared_by = shared_by(reading, &mut fields);
    let on_deny = fields.optional("on_deny").and_then(|node| reading.text(node, "`on_deny`")).map(Arc::from);
    reading.finish(fields, node, &[]);
    let counter: Arc<str> = Arc::from(counter?);
    let rule = owner.naming.name(&["limits", &counter]);
    let (window, max, takes, shared_by) = (window?, max?, takes?, shared_by?);
    let limit = Limit { counter, window, max, takes, shared_by, rule, on_deny, span: node.span };
    owner.counters.note(reading, written?.span, owner.tool.as_ref(), &limit);
    Some(limit)
}

/// `minute`, `hour`, `day` or seconds.
pub(super) fn window(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Window> {
    let named = WINDOWS.iter().find(|(word, _)| node.as_str() == Some(word)).map(|(_, unit)| unit.length());
    let secs = || node.as_u64().filter(|secs| *secs > 0).map(Duration::from_secs);
    let length = named.or_else(secs);
    if length.is_none() {
        let help = match node.as_str().and_then(|text| text.parse::<u64>().ok()) {
            Some(secs) => format!("write the seconds without quotes: `{secs}`"),
            None => window_help(node),
        };
        let says = format!("`window` is {}", reading.written(node));
        reading.complain(node.span, says, help);
    }
    length.map(Window::Rolling)
}

fn window_help(node: &Node<'_>) -> String {
    let words = WINDOWS.iter().map(|(word, _)| *word);
    match word_help(node, words) {
        guess if guess.starts_with("did you mean") => guess,
        words => format!("{words}, or a whole number of seconds, `1` or more"),
    }
}

fn takes(reading: &mut Reading<'_>, fields: &mut Fields<'_, '_>) -> Option<Takes> {
    let increment = fields.optional("increment");
    let from = fields.optional("increment_from");
    let currency = fields.optional("currency");
    let place = fields.optional("currency_from");
    let Some(from) = from else {
        for node in [currency, place].into_iter().flatten() {
            reading.complain(node.span, "only amounts have a currency", "add `increment_from`, or take this out");
        }
        let each = increment.map_or(Some(1), |node| reading.whole(node, "`increment`", 1));
        return each.map(|each| Takes::Same(Amount::whole(each)));
    };
    if let Some(node) = increment {
        reading.complain(node.span, "`increment` contradicts `increment_from`", "take one of them out");
    }
    if let (None, Some(node)) = (currency, place) {
        reading.complain(node.span, "`currency_from` says where, but not which", "add `currency`, or take this out");
    }
    let path = argument_path(reading, from, "`increment_from`");
    let currency = match currency {
        Some(node) => Some(pinned(reading, node, place)?),
        None => None,
    };
    path.map(|path| Takes::Argument(Argument { path, zero: ZeroAmount::Denied, currency }))
}

/// The one currency that counts, and where a call names it.
fn pinned(reading: &mut Reading<'_>, node: &Node<'_>, place: Option<&Node<'_>>) -> Option<(Path, String)> {
    let currency = reading.name(node, "`currency`").map(str::to_owned);
    let path = match place {
        Some(node) => argument_path(reading, node, "`currency_from`"),
        None => Path::parse(CURRENCY).ok(),
    };
    path.zip(currency)
}

fn max_of(reading: &mut Reading<'_>, node: &Node<'_>, is_of_amounts: bool) -> Option<Amount> {
    if !is_of_amounts {
        return reading.whole(node, "`max`", 0).map(Amount::whole);
    }
    let amount = node.as_number().and_then(|number| Amount::of(&number.decimal()));
    if amount.is_none() {
        let says = format!("`max` is {}", reading.written(node));
        reading.complain(node.span, says, MAX_HELP);
    }
    amount
}

fn shared_by(reading: &mut Reading<'_>, fields: &mut Fields<'_, '_>) -> Option<SharedBy> {
    let Some(node) = fields.optional("scope") else { return Some(SharedBy::Grant) };
    let shared_by = reading.one_of(node, "`scope`", &SHARED_BY)?;
    if shared_by == SharedBy::Session {
        reading.warn(
            WarningCode::SessionScope,
            node.span,
            "an agent that opens a new session starts a limit of `scope` `session` anew",
            "write `grant`; a call without a session is denied by this limit",
        );
    }
    Some(shared_by)
}

impl Counters {
    /// A counter forgets what has left its window, and adds up numbers without their unit, so tools that share one must
    /// have the same of both.
    pub(super) fn note(&mut self, reading: &mut Reading<'_>, span: Span, tool: Option<&Arc<str>>, limit: &Limit) {
        let unit = Counted::of(&limit.takes);
        let first = match self.first.entry((Arc::clone(&limit.counter), limit.shared_by)) {
            Entry::Occupied(first) => first.into_mut(),
            Entry::Vacant(place) => {
                place.insert(First { tool: tool.cloned(), window: limit.window, unit });
                return;
            }
        };
        // Twice in one tool is complained about already.
        if first.tool.as_ref() == tool {
            return;
        }
        let counter = shown(&limit.counter);
        let Some(first_tool) = &first.tool else {
            let says = format!("the counter `{counter}` stands in `{ALL_TOOLS}` too, so a call would charge it twice");
            reading.complain(span, says, "give this limit a counter of its own");
            return;
        };
        let first_tool = shown(first_tool);
        if first.window != limit.window {
            let says = format!("the counter `{counter}` has another window in `{first_tool}`");
            reading.complain(span, says, "write the same window, or give this limit a counter of its own");
        } else if first.unit != unit {
            let says = format!("the counter `{counter}` counts something else in `{first_tool}`");
            reading.complain(span, says, "count calls in both, or amounts of one currency; or use another counter");
        }
    }
}

impl Counted {
    fn of(takes: &Takes) -> Self {
        match takes {
            Takes::Same(_) => Self::Calls,
            Takes::Argument(argument) => {
                Self::Amounts { currency: argument.currency.as_ref().map(|(_, currency)| currency.clone()) }
            }
        }
    }
}
