//! Names of tools that no server has.

use floorwalker_json::{Span, listed, nearest, shown};

use super::KnownServer;
use crate::{Policy, Warning, WarningCode};

pub(super) fn review(policy: &Policy, servers: &[KnownServer], warnings: &mut Vec<Warning>) {
    let tools = policy.tools().into_iter().map(|(name, rules)| (name, rules.span));
    for (name, span) in tools.chain(policy.hidden_names()) {
        let is_unknown = !servers.is_empty() && !servers.iter().any(|server| server.may_have(name));
        warnings.extend(is_unknown.then(|| unknown(name, span, servers)));
    }
}

fn unknown(name: &str, span: Span, servers: &[KnownServer]) -> Warning {
    let names: Vec<String> = servers.iter().map(|server| shown(&server.name)).collect();
    let who = listed(names.iter().map(String::as_str));
    let says = match names.len() {
        1 => format!("{who} has no tool `{}`", shown(name)),
        _ => format!("none of {} has a tool `{}`", who.replace(" or ", " and "), shown(name)),
    };
    let there = servers.iter().flat_map(|server| server.tools.iter().flatten()).map(|(tool, _)| tool.as_str());
    let help = match nearest(name, there) {
        Some(tool) => format!("did you mean `{}`?", shown(tool)),
        None => "take it out, or write the tool's name as the server lists it".to_owned(),
    };
    Warning::new(WarningCode::UnknownTool, span, says, help)
}
