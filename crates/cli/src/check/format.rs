//! What the findings are told in.
//!
//! INVARIANT: the same documents give the same bytes.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::Checked;
use crate::{exit::Failure, finding::Finding, replay::github, screen};

/// What the findings are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Each with the line that it is about, for people
    Text,
    /// One JSON document (schemas/check.json)
    Json,
    /// Workflow commands that GitHub shows beside the lines
    Github,
}

/// What came of the documents.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CheckReport {
    /// The version of this format.
    version: u32,
    /// One entry per document, in the order in which they were checked.
    documents: Vec<DocumentReport>,
}

/// What came of one document.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DocumentReport {
    /// The file, as it was named.
    path: String,
    /// What it is; absent where that does not show.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// Whether it loads.
    loads: bool,
    /// What keeps it from loading, and what deserves a second look.
    findings: Vec<FindingLine>,
}

/// One thing that was found.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FindingLine {
    /// The file that it is about: the document, or one that the document names. Absent where `says` has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The code of a warning; without one the document does not load.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// The line in the file, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// The column in the line, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    /// What it is, and the way out.
    says: String,
}

impl Format {
    pub(super) fn tell(self, checked: &[Checked]) -> Result<(), Failure> {
        match self {
            Self::Text => text(checked),
            Self::Json => Ok(screen::print(&json(checked)?)?),
            Self::Github => Ok(screen::print(&commands(checked))?),
        }
    }
}

/// What loads is told on standard output, what was found on standard error.
fn text(checked: &[Checked]) -> Result<(), Failure> {
    for checked in checked {
        checked.findings.iter().try_for_each(Finding::tell)?;
        if let (true, Some(kind)) = (checked.loads(), checked.kind) {
            let warnings = match checked.warnings() {
                0 => String::new(),
                number => format!(", {}", screen::counted(number, "warning")),
            };
            let ok = screen::styled(screen::GOOD, "ok");
            screen::print(&format!("{ok} {} ({kind}{warnings})\n", checked.path.display()))?;
        }
    }
    if checked.iter().any(|checked| checked.warnings() > 0) {
        screen::tell("`floorwalker check --why CODE` says why a warning matters and what to write instead\n")?;
    }
    Ok(())
}

fn json(checked: &[Checked]) -> Result<String, Failure> {
    let documents = checked.iter().map(|checked| DocumentReport {
        path: checked.path.display().to_string(),
        kind: checked.kind.map(|kind| kind.to_string()),
        loads: checked.loads(),
        findings: checked.findings.iter().map(line).collect(),
    });
    let report = CheckReport { version: 1, documents: documents.collect() };
    let text = serde_json::to_string_pretty(&report).map_err(|error| Failure::Harness(error.to_string()))?;
    Ok(format!("{text}\n"))
}

fn line(finding: &Finding) -> FindingLine {
    let place = finding.place();
    FindingLine {
        file: Some(finding.file.clone()).filter(|file| !file.is_empty()),
        code: finding.code.map(|code| code.word()),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        says: finding.says(),
    }
}

fn commands(checked: &[Checked]) -> String {
    let of = |finding: &Finding| {
        let FindingLine { file, code, line, column, says } = line(finding);
        let mut properties = Vec::new();
        properties.extend(file.map(|file| ("file", file)));
        properties.extend(line.map(|line| ("line", line.to_string())));
        properties.extend(column.map(|column| ("col", column.to_string())));
        properties.push(("title", code.unwrap_or("floorwalker check").to_owned()));
        github::command(if code.is_some() { "warning" } else { "error" }, &properties, &says)
    };
    checked.iter().flat_map(|checked| &checked.findings).map(of).collect()
}

#[cfg(test)]
mod tests;
