//! Intercept YAML v1: per tool, or for all of them under `*`, a list of rules, each with conditions, a counter, or both.
//!
//! Its counters know no grants, so everybody shares them, and its windows are those of the calendar, unless `windows:
//! rolling` says otherwise. Unlike there, unknown keys are refused.

use std::collections::HashMap;

use floorwalker_json::{Fields, Node, Span};

use super::{AskRule, Check, Limit, Rules, approvals::Defaults, load::AllRules, naming::Naming};
use crate::{Unit, WarningCode, Window, reading::Reading};

mod rule;
pub(super) mod shape;
mod state;

/// The tool that stands for every tool.
const EVERY: &str = "*";

const KINDS: [(&str, Windows); 2] = [("calendar", Windows::Calendar), ("rolling", Windows::Rolling)];

/// What `minute`, `hour` and `day` are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Windows {
    Calendar,
    Rolling,
}

/// What the rules of one tool are read with.
#[derive(Debug)]
struct OfTool<'r, 'd> {
    reading: &'r mut Reading<'d>,
    tool: &'r str,
    windows: Windows,
    naming: Naming,
    checks: Vec<Check>,
    limits: Vec<Limit>,
    asks: Vec<AskRule>,
    asked: &'r Defaults,
    /// The first window of the calendar.
    calendar: Option<Span>,
}

pub(super) fn rules(reading: &mut Reading<'_>, fields: &mut Fields<'_, '_>, asked: &Defaults) -> AllRules {
    let windows = fields.optional("windows").and_then(|node| reading.one_of(node, "`windows`", &KINDS));
    let windows = windows.unwrap_or(Windows::Calendar);
    let (mut tools, mut every, mut calendar) = (HashMap::new(), Rules::default(), None);
    let members = fields.optional("tools").and_then(Node::as_object);
    for member in members.into_iter().flatten() {
        let (name, span) = (&*member.key, member.key_span);
        if name != EVERY && !reading.is_name(span, name, "a tool's name") {
            continue;
        }
        let (rules, first) = of_tool(reading, &member.value, name, windows, asked);
        calendar = calendar.or(first);
        let rules = Rules { span, ..rules };
        match name {
            EVERY => every = rules,
            _ => drop(tools.insert(name.to_owned(), rules)),
        }
    }
    if let Some(span) = calendar {
        let says = "windows of the calendar let twice as much pass around the instant at which one ends";
        let help = "write `windows: rolling` beside `tools`";
        reading.warn(WarningCode::CalendarWindow, span, says, help);
    }
    (tools, every)
}

fn of_tool(
    reading: &mut Reading<'_>,
    node: &Node<'_>,
    tool: &str,
    windows: Windows,
    asked: &Defaults,
) -> (Rules, Option<Span>) {
    let mut fields = Fields::of(node, "a tool of this dialect", &mut reading.problems);
    let listed = reading.required(&mut fields, "rules", "add a list of rules; an empty one allows the tool");
    let entries = listed.map_or(&[][..], |node| reading.list(node, "`rules`"));
    reading.finish(fields, node, &[]);
    let naming = Naming::of_tool(tool);
    let (checks, limits, asks) = (Vec::new(), Vec::new(), Vec::new());
    let mut of_tool = OfTool { reading, tool, windows, naming, checks, limits, asks, asked, calendar: None };
    for entry in entries {
        of_tool.rule(entry);
    }
    let OfTool { checks, limits, asks, calendar, .. } = of_tool;
    (Rules { checks, limits, asks, ..Rules::default() }, calendar)
}

impl OfTool<'_, '_> {
    fn window(&mut self, span: Span, unit: Unit) -> Window {
        match self.windows {
            Windows::Rolling => Window::Rolling(unit.length()),
            Windows::Calendar => {
                self.calendar = self.calendar.or(Some(span));
                Window::Calendar(unit)
            }
        }
    }
}
