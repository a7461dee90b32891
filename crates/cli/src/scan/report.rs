//! What was found, for people and for programs.

use floorwalker_json::shown;
use floorwalker_policy::{Category, Classified, Evidence, Scanned};
use serde::Serialize;
use serde_json::{Value, json};

use super::source::Tool;
use crate::screen;

/// The classification as JSON.
#[derive(Debug, Serialize)]
struct Report<'r> {
    server: &'r str,
    profile: Option<&'r str>,
    tools: Vec<Line<'r>>,
}

/// One tool in it.
#[derive(Debug, Serialize)]
struct Line<'r> {
    name: &'r str,
    category: &'static str,
    evidence: Vec<String>,
    signals: Vec<String>,
}

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
        text.push_str(&format!("  {odd} deserve a second look, and say why\n"));
    }
    if let Some(profile) = profile {
        text.push_str(&format!("  the checkout profile `{profile}` fits these tools\n"));
    }
    text
}

fn is_untold(classified: &Classified) -> bool {
    classified.evidence.iter().any(|evidence| matches!(evidence, Evidence::Nothing | Evidence::Money(..)))
}

/// The classification for programs.
pub(super) fn json(label: &str, profile: Option<&str>, scanned: &[Scanned]) -> String {
    let line = |Scanned { tool, classified }| Line {
        name: &tool.name,
        category: classified.category.as_str(),
        evidence: classified.evidence.iter().map(ToString::to_string).collect(),
        signals: classified.signals.iter().map(ToString::to_string).collect(),
    };
    pretty(&json!(Report { server: label, profile, tools: scanned.iter().map(line).collect() }))
}

/// The definitions, as `mock --tools` reads them.
pub(super) fn tools(tools: &[Tool]) -> String {
    pretty(&json!({ "tools": tools.iter().map(|tool| &tool.definition).collect::<Vec<_>>() }))
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
