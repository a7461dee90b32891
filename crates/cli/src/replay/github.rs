//! `--format github`: workflow commands, which GitHub shows beside the lines that they are about.
//!
//! A command is one line: `::error file=…,line=…,title=…::message`. What would end a property or the line is escaped.

use floorwalker_scenario::{Report, stem};

use super::{broken, excerpt::Detail, finding::Finding, table, verdict::Verdict};
use crate::screen;

/// A command for each thing that was not as it must be, and one that says what came of everything. `folder` is the way from
/// where the command runs to the root of the suite, with a `/` at its end unless it is empty.
pub(crate) fn render(reports: &[Report], more: &str, folder: &str) -> String {
    let mut told: String = reports.iter().map(|report| commands(report, more, folder)).collect();
    told += &command("notice", &[("title", "floorwalker".to_owned())], &screen::plain(&table::verdict(reports)));
    told
}

/// The first one says everything that is known about the scenario, the others only what they are about.
fn commands(report: &Report, more: &str, folder: &str) -> String {
    let verdict = Verdict::of(report);
    let title = format!("{} {}", verdict.word(), stem(&report.path));
    let details = broken::details(report, Detail::Whole) + &table::commands(std::slice::from_ref(report), more);
    let mut details = Some(screen::plain(&details));
    let one = |finding: Finding| {
        let message = match details.take() {
            Some(details) => format!("{finding}\n{details}"),
            None => finding.to_string(),
        };
        let mut properties = vec![("file", format!("{folder}{}", finding.file))];
        properties.extend(finding.line.map(|line| ("line", line.to_string())));
        properties.extend(finding.column.map(|column| ("col", column.to_string())));
        properties.push(("title", title.clone()));
        command("error", &properties, &message)
    };
    Finding::all_of(report).into_iter().map(one).collect()
}

/// One command with its properties and its message.
pub(crate) fn command(name: &str, properties: &[(&str, String)], message: &str) -> String {
    let written: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    format!("::{name} {}::{}\n", written.join(","), data(message.trim()))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests;
