//! What was found, for people and for programs.

use floorwalker_json::shown;
use floorwalker_policy::{Category, Classified, Evidence, Scanned};
use serde_json::{Value, json};

use super::source::Tool;
use crate::screen;

/// How many tools there are of each category.
pub(super) fn summary(label: &str, profile: Option<&str>, scanned: &[Scanned]) -> String {
    let of = |category: Category| scanned.iter().filter(move |tool| tool.classified.category == category);
    let mut text =
        format!("{}: {}\n", screen::styled(screen::STRONG, &shown(label)), screen::counted(scanned.len(), "tool"));
    for category in Category::ALL {
        let untold = of(category).filter(|tool| is_untold(&tool.classified)).count();
        let untold = if untold > 0 { format!("  of {untold} nothing tells what they do") } else { String::new() };
        text.push_str(&format!("  {:<11} {:>5}{untold}\n", category.as_str(), of(category).count()));
    }
    let odd = scanned.iter().filter(|tool| !tool.classified.signals.is_empty()).count();
    if odd > 0 {
        text.push_str(&format!("  something to look at: {odd}\n"));
    }
    if let Some(profile) = profile {
        text.push_str(&format!("  the checkout profile `{profile}` fits these tools\n"));
    }
    text
}

/// That the policy knows every tool, so that there is nothing to draft.
pub(super) fn nothing_new(label: &str, policy: &str, tools: usize) -> String {
    let (label, tools) = (screen::styled(screen::STRONG, &shown(label)), screen::counted(tools, "tool"));
    format!("{label}: nothing new; `{policy}` knows all of its {tools}\n")
}

fn is_untold(classified: &Classified) -> bool {
    classified.evidence.iter().any(|evidence| matches!(evidence, Evidence::Nothing | Evidence::Money(..)))
}

/// The classification for programs.
pub(super) fn json(label: &str, profile: Option<&str>, scanned: &[Scanned]) -> String {
    let texts = |said: &[_]| said.iter().map(ToString::to_string).collect::<Vec<String>>();
    let line = |Scanned { tool, classified }: &Scanned| {
        let Classified { category, evidence, signals } = classified;
        let evidence: Vec<String> = evidence.iter().map(ToString::to_string).collect();
        json!({ "name": tool.name, "category": category.as_str(), "evidence": evidence, "signals": texts(signals) })
    };
    let tools: Vec<Value> = scanned.iter().map(line).collect();
    pretty(&json!({ "server": label, "profile": profile, "tools": tools }))
}

/// The definitions, as `mock --tools` reads them.
pub(super) fn tools(tools: &[Tool]) -> String {
    pretty(&json!({ "tools": tools.iter().map(|tool| &tool.definition).collect::<Vec<_>>() }))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
