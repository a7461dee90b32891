//! What the words of a name or a sentence say is done: verbs with what they are done to.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    Category,
    vocabulary::{
        CONJUNCTIONS, DETERMINERS, ENDINGS, FINAL, FUNDS, LEAD_INS, MEASURES, NO_MONEY_BEHIND, NOUN_VERBS,
        PREPOSITIONS, SHOWN, UNPAID_SUBSCRIPTIONS, VAGUE_IN_TEXT, VERBS, WITH_OBJECT, has,
    },
    words,
};

/// How many words of a sentence are looked at: what a tool does is said first.
const SENTENCE: usize = 16;

/// The shortest verb that is looked for at the beginning of a word.
const FUSED_MIN: usize = 5;

/// One thing that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    /// The verb, or the noun that stands for one, as it was written but in lower case.
    pub(crate) verb: String,
    /// The object that decided what the verb means.
    pub(crate) object: Option<String>,
    pub(crate) category: Category,
}

/// A verb, and whether it is nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Plain(Category),
    OrNoun(Category),
}

/// What a name says is done, in each of its parts: `get_or_create_customer` does two things.
pub(crate) fn of_name(name: &str) -> Vec<Deed> {
    let words = words::of_name(name);
    let parts = words.split(|word| has(CONJUNCTIONS, word)).filter(|part| !part.is_empty());
    parts.flat_map(of_part).collect()
}

fn of_part(words: &[String]) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = governing(words).into_iter().map(|verb| deed(verb, words)).collect();
    let is_new = |word: &&String| deeds.iter().all(|deed| deed.verb != **word);
    let last_words = words.iter().filter(|word| has(FINAL, word));
    let further: Vec<Deed> = last_words.filter(is_new).map(|word| deed(word, words)).collect();
    deeds.extend(further);
    if deeds.is_empty() {
        deeds.extend(shown(words).or_else(|| words.iter().find_map(|word| fused(word))));
    }
    deeds
}

/// The verbs that say what a part of a name does. One at the beginning governs whatever follows. `order_create` begins
/// with a noun, because it ends with a verb; behind words that are no verbs all plain ones count, wherever they stand.
fn governing(words: &[String]) -> Vec<&String> {
    let [first, rest @ ..] = words else { return Vec::new() };
    let last = rest.last();
    let is_plain = |word: &&String| matches!(verb(word), Some(Verb::Plain(_)));
    match verb(first) {
        Some(Verb::Plain(_)) => return vec![first],
        Some(Verb::OrNoun(_)) => {
            return match last {
                Some(last) if is_plain(&last) => vec![last],
                Some(last) if is_shown(last) || is_measure(last) => Vec::new(),
                _ => vec![first],
            };
        }
        None => {}
    }
    let plain: Vec<&String> = rest.iter().filter(is_plain).collect();
    if !plain.is_empty() {
        return plain;
    }
    match last {
        Some(last) if is_shown(last) || is_measure(last) => Vec::new(),
        Some(last) if verb(last).is_some() => vec![last],
        // `stripe_charge_customer`: who, then what.
        _ => rest.first().filter(|word| verb(word).is_some()).into_iter().collect(),
    }
}

/// A name without a verb that ends with a word for what one looks at.
fn shown(words: &[String]) -> Option<Deed> {
    let last = words.last().filter(|last| is_shown(last))?;
    Some(Deed { verb: last.clone(), object: None, category: Category::Read })
}

/// `deleteuser`: a word that begins with a verb which must not be overlooked. Reading is never found in this way.
fn fused(word: &str) -> Option<Deed> {
    let strong = VERBS.iter().chain(&NOUN_VERBS).filter(|(category, _)| *category >= Category::Execute);
    let mut verbs =
        strong.flat_map(|(category, list)| list.split_ascii_whitespace().map(move |verb| (*category, verb)));
    let is_fused = |verb: &str| match word.strip_prefix(verb) {
        Some(rest) => verb.len() >= FUSED_MIN && !rest.is_empty() && !has(ENDINGS, rest),
        None => false,
    };
    let (category, verb) = verbs.find(|(_, verb)| is_fused(verb))?;
    Some(Deed { verb: verb.to_owned(), object: None, category })
}

/// What the first sentence says is done. Only a verb that begins it counts, and those that are listed with it: what stands
/// further inside is about something else more often than not.
pub(crate) fn of_sentence(text: &str) -> Vec<Deed> {
    let words = words::of_sentence(text, SENTENCE);
    let Some(begin) = words.iter().position(|word| !is_lead_in(word)) else { return Vec::new() };
    let mut rest = words.get(begin..).unwrap_or_default();
    let Some(first) = of_clause(rest, true) else { return Vec::new() };
    let mut deeds = vec![first];
    while let Some(next) = rest.iter().position(|word| is_conjunction(word)) {
        let behind = rest.get(next..).unwrap_or_default();
        let skipped = behind.iter().take_while(|word| is_conjunction(word) || is_lead_in(word)).count();
        rest = behind.get(skipped..).unwrap_or_default();
        deeds.extend(of_clause(rest, false));
    }
    deeds.retain(|deed| !has(VAGUE_IN_TEXT, &deed.verb) || deed.object.is_some());
    deeds
}

/// The verb at the beginning of these words, if there is one.
fn of_clause(words: &[String], is_first: bool) -> Option<Deed> {
    let [word, behind @ ..] = words else { return None };
    let (base, kind) =
        words::bases(word).find_map(|base| Some((verb(&base)?, base)).map(|(verb, base)| (base, verb)))?;
    let is_verb = match kind {
        Verb::Plain(_) => true,
        Verb::OrNoun(_) => is_first && behind.first().is_some_and(|next| is_object(next)),
    };
    if !is_verb {
        return None;
    }
    let is_end = |word: &String| is_conjunction(word) || has(PREPOSITIONS, word);
    let mut clause = vec![base];
    clause.extend(behind.iter().take_while(|word| !is_end(word)).cloned());
    clause.first().map(|base| deed(base, &clause))
}

/// Whether a verb stands before such a word, and no noun.
fn is_object(word: &str) -> bool {
    has(DETERMINERS, word) || has(FUNDS, words::singular(word))
}

/// What the verb means in these words.
fn deed(word: &str, words: &[String]) -> Deed {
    let own = match verb(word) {
        Some(Verb::Plain(category) | Verb::OrNoun(category)) => category,
        None => Category::Write,
    };
    let rows = WITH_OBJECT.iter().filter(|(verbs, ..)| has(verbs, word));
    let decided = rows.into_iter().find_map(|(_, objects, category)| {
        let object = words.iter().enumerate().find(|(at, other)| {
            let noun = words::singular(other);
            *other != word && has(objects, noun) && (*category != Category::Financial || is_money(*at, words))
        });
        object.map(|(_, object)| (object.clone(), *category))
    });
    match decided {
        Some((object, category)) => Deed { verb: word.to_owned(), object: Some(object), category },
        None => Deed { verb: word.to_owned(), object: None, category: own },
    }
}

/// Whether the word for money at that place means money.
fn is_money(at: usize, words: &[String]) -> bool {
    let behind = words.iter().skip(at).nth(1).map(|word| words::singular(word));
    if behind.is_some_and(|word| has(NO_MONEY_BEHIND, word)) {
        return false;
    }
    let is_subscription = words.get(at).is_some_and(|word| words::singular(word) == "subscription");
    !is_subscription || !words.iter().any(|word| has(UNPAID_SUBSCRIPTIONS, words::singular(word)))
}

fn verb(word: &str) -> Option<Verb> {
    static KNOWN: LazyLock<HashMap<&str, Verb>> = LazyLock::new(|| {
        let plain = VERBS.into_iter().map(|(category, list)| (Verb::Plain(category), list));
        let or_noun = NOUN_VERBS.into_iter().map(|(category, list)| (Verb::OrNoun(category), list));
        let all = or_noun.chain(plain);
        all.flat_map(|(verb, list)| list.split_ascii_whitespace().map(move |word| (word, verb))).collect()
    });
    KNOWN.get(word).copied()
}

fn is_shown(word: &str) -> bool {
    has(SHOWN, word) || has(SHOWN, words::singular(word))
}

fn is_measure(word: &str) -> bool {
    has(MEASURES, words::singular(word))
}

fn is_conjunction(word: &str) -> bool {
    has(CONJUNCTIONS, word)
}

fn is_lead_in(word: &str) -> bool {
    has(LEAD_INS, word)
}
