//! What a tool does, told from its definition: it reads, writes, executes, destroys, or moves money.
//!
//! No model and no list of known tools: words of the name first, then the verb that begins the description, then arguments
//! that say what to do. The strongest category that any of them tells is the tool's, so that a description can make a tool
//! more suspicious and never less. What cannot be told is taken for a tool that writes, or more.
//!
//! A classification is somebody's first draft, never a decision: nothing here is asked when a call is decided on.
//! Annotations decide nothing here either, because servers publish wrong ones; where they disagree, it is mentioned.

use std::fmt;

use floorwalker_json::shown;

use self::deed::Deed;
pub use self::published::{Parameter, Published};
pub use self::signal::Signal;

pub(crate) use self::{
    vocabulary::{AMOUNTS, has},
    words::of_name as words_of_name,
};

mod deed;
mod published;
mod signal;
mod vocabulary;
mod words;

#[cfg(test)]
mod tests;

/// What a tool does, the weaker before the stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// It shows something and changes nothing.
    Read,
    /// It changes something that can be changed back.
    Write,
    /// It makes something run, at somebody's expense.
    Execute,
    /// It takes away what cannot be brought back.
    Destructive,
    /// It moves money.
    Financial,
}

/// What was concluded about a tool, and from what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// What it does.
    pub category: Category,
    /// What tells so; never empty.
    pub evidence: Vec<Evidence>,
    /// What else deserves a look.
    pub signals: Vec<Signal>,
}

/// What tells a category. The words are those that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A word of the name, perhaps with its object.
    Name(String, Option<String>),
    /// A verb with which the description begins, perhaps with its object.
    Description(String, Option<String>),
    /// A value that an argument can have.
    Choice {
        /// The argument.
        argument: String,
        /// The value.
        choice: String,
    },
    /// An argument that says what to do in words that the schema does not list.
    AnyDeed(String),
    /// An argument that is a program.
    Program(String),
    /// Nothing tells, but it takes these two: an amount and its currency.
    Money(String, String),
    /// Nothing tells.
    Nothing,
}

impl Classified {
    /// Whether it shows something, and nothing about it is of a payment.
    pub(crate) fn only_reads(&self) -> bool {
        self.category == Category::Read && !self.may_pay()
    }

    /// Whether something about it is of a payment, though it is not taken for one that moves money.
    #[must_use]
    pub fn may_pay(&self) -> bool {
        self.signals.iter().any(Signal::is_of_payment)
    }
}

impl Category {
    /// All of them, the strongest first.
    pub const ALL: [Self; 5] = [Self::Financial, Self::Destructive, Self::Execute, Self::Write, Self::Read];

    /// The category in a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Execute => "execute",
            Self::Destructive => "destructive",
            Self::Financial => "financial",
        }
    }
}

/// Tells what a tool does.
#[must_use]
pub fn classify(tool: &Published) -> Classified {
    let mut found = by_words(tool);
    found.extend(by_choices(tool));
    found.extend(by_arguments(tool));
    if found.is_empty() {
        found.push(by_caution(tool));
    }
    let category = found.iter().map(|(category, _)| *category).max().unwrap_or(Category::Write);
    let mut evidence = Vec::new();
    for (told, telling) in found {
        if told == category && !evidence.contains(&telling) {
            evidence.push(telling);
        }
    }
    Classified { category, evidence, signals: signal::signals(tool, category) }
}

type Found = (Category, Evidence);

fn by_words(tool: &Published) -> Vec<Found> {
    let of = |deeds: Vec<Deed>, evidence: fn(String, Option<String>) -> Evidence| {
        deeds.into_iter().map(move |Deed { verb, object, category }| (category, evidence(verb, object)))
    };
    let name = of(deed::of_name(&tool.name), Evidence::Name);
    name.chain(of(deed::of_sentence(&tool.description), Evidence::Description)).collect()
}

/// `manage_dns` with an `action` that can be `delete` deletes.
fn by_choices(tool: &Published) -> Vec<Found> {
    let mut found = Vec::new();
    for parameter in &tool.parameters {
        if !is_one_of(&parameter.name, vocabulary::DEEDS) {
            continue;
        }
        for choice in &parameter.choices {
            let deeds = deed::of_name(&format!("{choice} {}", tool.name));
            found.extend(deeds.into_iter().map(|deed| {
                let (argument, choice) = (parameter.name.clone(), choice.clone());
                (deed.category, Evidence::Choice { argument, choice })
            }));
        }
    }
    found
}

fn by_arguments(tool: &Published) -> Vec<Found> {
    let mut found = Vec::new();
    let is_open = deed::of_name(&tool.name).iter().all(|deed| has(vocabulary::OPEN, &deed.verb));
    for Parameter { name, choices, .. } in &tool.parameters {
        if choices.is_empty() && is_one_of(name, vocabulary::PROGRAMS) {
            found.push((Category::Execute, Evidence::Program(name.clone())));
        } else if is_open && choices.is_empty() && is_one_of(name, "action operation") {
            found.push((Category::Execute, Evidence::AnyDeed(name.clone())));
        }
    }
    found
}

/// What cannot be told writes, and what takes money with it moves it.
fn by_caution(tool: &Published) -> Found {
    match signal::amount_and_currency(tool) {
        Some((amount, currency)) => (Category::Financial, Evidence::Money(amount, currency)),
        None => (Category::Write, Evidence::Nothing),
    }
}

/// Whether a parameter is called so; `SQL` and `sql` are the same.
fn is_one_of(name: &str, wanted: &str) -> bool {
    match words::of_name(name).as_slice() {
        [word] => has(wanted, word),
        _ => false,
    }
}

impl fmt::Display for Category {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(word, None) => write!(out, "its name says `{}`", shown(word)),
            Self::Name(word, Some(object)) => write!(out, "its name says `{}` of `{}`", shown(word), shown(object)),
            Self::Description(word, None) => write!(out, "its description says `{}`", shown(word)),
            Self::Description(word, Some(object)) => {
                write!(out, "its description says `{}` of `{}`", shown(word), shown(object))
            }
            Self::Choice { argument, choice } => {
                write!(out, "its argument `{}` can be `{}`", shown(argument), shown(choice))
            }
            Self::AnyDeed(argument) => write!(out, "its argument `{}` says what to do, in any words", shown(argument)),
            Self::Program(argument) => write!(out, "its argument `{}` is something to run", shown(argument)),
            Self::Money(amount, currency) => {
                write!(out, "nothing tells what it does, but it takes `{}` and `{}`", shown(amount), shown(currency))
            }
            Self::Nothing => out.write_str("nothing tells what it does, so it is taken for one that writes"),
        }
    }
}
