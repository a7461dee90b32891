//! A starting policy: what a server offers, grouped by what it does, with the default rule of each category.
//!
//! It is a draft that somebody has to read, so every line says why it is there. Names and descriptions are the server's
//! own words and perhaps meant to mislead: a name is written so that it means itself, a comment so that it stays one.
//!
//! INVARIANT: what is written loads as a policy without a problem, denies what it does not name, and the same tools give
//! the same text.

use std::collections::{BTreeSet, HashMap};

use floorwalker_json::fold;

use self::page::Page;
use crate::{Category, Classified, Published, names::check};

mod page;
mod quoted;

#[cfg(test)]
mod tests;

/// What a counter's name has that the tool's does not.
const RATE: &str = "_rate";

/// A tool and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// The tool.
    pub tool: Published,
    /// What was concluded about it.
    pub classified: Classified,
}

/// What a starting policy says of where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'o> {
    /// Whose tools these are.
    pub server: &'o str,
    /// The checkout profile that there is for this server.
    pub profile: Option<&'o str>,
}

/// Why a tool cannot stand in a policy. It stays denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unfit {
    /// No policy can name it.
    Name,
    /// Another tool's name can be taken for it.
    Confusable,
}

/// Writes the policy, as YAML in the dialect of PolicyLayer JSON v1.
#[must_use]
pub fn starting_policy(origin: Origin<'_>, tools: &[Scanned]) -> String {
    let mut page = Page::default();
    page.head(origin, tools.len());
    let alike = alike(tools);
    let of = |category: Category| tools.iter().filter(move |scanned| scanned.classified.category == category);
    let mut hidden = BTreeSet::new();
    let destructive: Vec<&Scanned> = of(Category::Destructive)
        .filter(|scanned| can_be_named(&scanned.tool.name) && hidden.insert(scanned.tool.name.as_str()))
        .collect();
    page.hidden(&destructive);
    page.begin_tools();
    for category in Category::ALL.into_iter().filter(|category| *category != Category::Destructive) {
        let fit: Vec<&Scanned> = of(category).filter(|scanned| unfit(&scanned.tool.name, &alike).is_none()).collect();
        page.group(category, &fit);
    }
    let open = tools.iter().filter(|scanned| !hidden.contains(scanned.tool.name.as_str()));
    let left_out: Vec<(&Scanned, Unfit)> =
        open.filter_map(|scanned| Some((scanned, unfit(&scanned.tool.name, &alike)?))).collect();
    page.left_out(&left_out);
    page.finish()
}

/// How many tools have names that can be taken for each other.
fn alike(tools: &[Scanned]) -> HashMap<String, usize> {
    let mut counts = HashMap::<String, usize>::new();
    for scanned in tools {
        let count = counts.entry(fold(&scanned.tool.name).into_owned()).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

fn unfit(name: &str, alike: &HashMap<String, usize>) -> Option<Unfit> {
    if !can_be_named(name) {
        return Some(Unfit::Name);
    }
    let is_alone = alike.get(fold(name).as_ref()).is_none_or(|count| *count <= 1);
    (!is_alone).then_some(Unfit::Confusable)
}

/// Whether a policy can name the tool and count its calls. `*` means every tool there, and the JSON library keeps the
/// names with a `$` for itself.
fn can_be_named(name: &str) -> bool {
    let is_kept = name.starts_with("$serde_json::");
    name != "*" && !is_kept && check(&format!("{name}{RATE}")).is_ok() && !name.is_empty() && name.trim() == name
}
