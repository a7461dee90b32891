//! What a replay is told in, and where that goes.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use floorwalker_scenario::Report;

use super::{document, github, junit};
use crate::{exit::Failure, screen};

/// What a replay is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The table, for people
    Text,
    /// One JSON document (schemas/report.json)
    Json,
    /// JUnit XML (schemas/junit.xsd)
    Junit,
    /// Workflow commands that GitHub shows beside the scenarios' lines
    Github,
}

/// How a report is told, and where it goes.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Telling {
    /// What the report is told in
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
    /// Write the report to this file; the table stays on the screen
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

impl Telling {
    /// Tells the reports. `text` is the table and everything around it; `more` is what a rerun needs besides the path.
    pub(crate) fn tell(&self, reports: &[Report], root: &Path, more: &str, text: &str) -> Result<(), Failure> {
        let report = match self.format {
            Format::Text => None,
            Format::Json => Some(document::render(reports, more)?),
            Format::Junit => Some(junit::render(reports, more)?),
            Format::Github => Some(github::render(reports, more, &way_to(root))),
        };
        let Some(file) = &self.output else {
            return Ok(screen::print(report.as_deref().unwrap_or(text))?);
        };
        screen::print(text)?;
        fs::write(file, report.unwrap_or_else(|| screen::plain(text)))
            .map_err(|error| Failure::Harness(format!("`{}` cannot be written: {error}", file.display())))
    }
}

/// The way from here to the root, with a `/` at its end unless it is empty; the whole way where it does not go down.
fn way_to(root: &Path) -> String {
    let whole = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let here = env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    let way = whole.strip_prefix(&here).unwrap_or(&whole);
    match way.to_string_lossy().trim_end_matches('/') {
        "" => String::new(),
        way => format!("{way}/"),
    }
}
