//! What else about a tool deserves a look. It decides nothing.

use std::fmt;

use floorwalker_json::{fold, shown};

use super::{
    Category, Published,
    vocabulary::{ADMIN, BULK, COSTS, LASTING, UNBRAKED, VERBS, has},
    words,
};

/// More parameters than this are many.
const MANY: usize = 10;

/// Phrases with which a description speaks to the agent about others: nobody describes a tool in these.
const ORDERS: [&str; 7] = [
    "ignore previous",
    "ignore all previous",
    "do not tell",
    "don't tell",
    "without telling",
    "<important>",
    "system prompt",
];

/// One thing that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The annotations call it read-only, and it is not.
    CalledReadOnly,
    /// The annotations call it destructive, and nothing else does.
    CalledDestructive,
    /// It works on many things at once, as this word of its name says.
    Bulk(String),
    /// It is about power over others, as this word of its name says.
    Admin(String),
    /// It has so many parameters.
    Parameters(usize),
    /// It takes an amount and its currency, as a payment does.
    Money(String, String),
    /// An argument is what one pays with.
    PaysWith(String),
    /// A word of its name is for paying, though another says what it does.
    Pays(String),
    /// An argument takes a brake off.
    Unbraked(String),
    /// The description says that something cannot be taken back.
    Lasting(String),
    /// The description speaks of money.
    Costs(String),
    /// The description gives orders to whoever reads it.
    Orders(String),
    /// The name or the description holds characters that nobody sees.
    Unseen,
}

/// All that there are of one tool.
pub(super) fn signals(tool: &Published, category: Category) -> Vec<Signal> {
    let name = words::of_name(&tool.name);
    let description = tool.description.to_lowercase();
    let said = words::of_name(&description);
    let mut found = Vec::new();
    found.extend((tool.read_only == Some(true) && category > Category::Read).then_some(Signal::CalledReadOnly));
    let is_called = tool.destructive == Some(true) && tool.read_only != Some(true);
    found.extend((is_called && category < Category::Destructive).then_some(Signal::CalledDestructive));
    found.extend(one_of(&name, BULK).map(Signal::Bulk));
    found.extend(one_of(&name, ADMIN).map(Signal::Admin));
    found.extend((tool.parameters.len() > MANY).then_some(Signal::Parameters(tool.parameters.len())));
    if category < Category::Financial {
        found.extend(amount_and_currency(tool).map(|(amount, currency)| Signal::Money(amount, currency)));
        found.extend(parameter_of(tool, is_means_of_payment).map(Signal::PaysWith));
        found.extend(name.iter().find(|word| is_plain(Category::Financial, word)).cloned().map(Signal::Pays));
    }
    let parameters = tool.parameters.iter().map(|parameter| parameter.name.to_lowercase()).collect::<Vec<_>>();
    found.extend(one_of(&parameters, UNBRAKED).map(Signal::Unbraked));
    found.extend(one_of(&said, LASTING).map(Signal::Lasting));
    // Whoever only looks at prices speaks of money, too.
    let is_priced = matches!(category, Category::Write | Category::Execute);
    found.extend(is_priced.then(|| one_of(&said, COSTS)).flatten().map(Signal::Costs));
    let order = ORDERS.iter().find(|order| description.contains(*order));
    found.extend(order.map(|order| Signal::Orders((*order).to_owned())));
    found.extend((has_unseen(&tool.name) || has_unseen(&tool.description)).then_some(Signal::Unseen));
    found
}

impl Signal {
    /// Whether it tells that money may move.
    pub(super) fn is_of_payment(&self) -> bool {
        matches!(self, Self::Money(..) | Self::PaysWith(_) | Self::Pays(_))
    }
}

/// The arguments that say how much and in which currency. A bound of what is looked for is no amount.
pub(super) fn amount_and_currency(tool: &Published) -> Option<(String, String)> {
    let any = |words: &[String], wanted: &str| words.iter().any(|word| has(wanted, word));
    let amount = parameter_of(tool, |words| any(words, "amount price total") && !any(words, "min max"))?;
    Some((amount, parameter_of(tool, |words| any(words, "currency"))?))
}

fn parameter_of(tool: &Published, wanted: impl Fn(&[String]) -> bool) -> Option<String> {
    let mut names = tool.parameters.iter().map(|parameter| &parameter.name);
    names.find(|name| wanted(&words::of_name(name))).cloned()
}

/// `card_number`, `cvv`, `ibanOfPayer`.
fn is_means_of_payment(words: &[String]) -> bool {
    let has_one_of = |wanted: &str| words.iter().any(|word| has(wanted, word));
    has_one_of("cvv cvc iban") || (has_one_of("card") && has_one_of("number token"))
}

/// Whether a word is a verb of that category and nothing else.
fn is_plain(category: Category, word: &str) -> bool {
    VERBS.iter().any(|(of, list)| *of == category && has(list, word))
}

fn one_of(words: &[String], wanted: &str) -> Option<String> {
    words.iter().find(|word| has(wanted, word)).cloned()
}

/// Whether there are characters that are not seen.
fn has_unseen(text: &str) -> bool {
    text.chars().filter(|character| !is_drawn(*character)).any(|character| {
        let mut alone = [0; 4];
        character.is_control() || fold(character.encode_utf8(&mut alone)).is_empty()
    })
}

/// White space, and what makes one picture of two.
fn is_drawn(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200D}' | '\u{FE0E}' | '\u{FE0F}')
}

impl fmt::Display for Signal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CalledReadOnly => out.write_str("its annotations call it read-only, which does not count"),
            Self::CalledDestructive => out.write_str("its annotations call it destructive, which does not count"),
            Self::Bulk(word) => write!(out, "many things at once: `{}`", shown(word)),
            Self::Admin(word) => write!(out, "power over others: `{}`", shown(word)),
            Self::Parameters(count) => write!(out, "{count} parameters are many"),
            Self::Money(amount, currency) => {
                write!(out, "it takes `{}` and `{}`, as a payment does", shown(amount), shown(currency))
            }
            Self::PaysWith(argument) => write!(out, "its argument `{}` is what one pays with", shown(argument)),
            Self::Pays(word) => write!(out, "its name says `{}` as well", shown(word)),
            Self::Unbraked(argument) => write!(out, "its argument `{}` takes a brake off", shown(argument)),
            Self::Lasting(word) => write!(out, "its description says `{}`", shown(word)),
            Self::Costs(word) => write!(out, "its description speaks of money: `{}`", shown(word)),
            Self::Orders(phrase) => write!(out, "its description gives orders: `{}`", shown(phrase)),
            Self::Unseen => out.write_str("there are characters in it that nobody sees"),
        }
    }
}
