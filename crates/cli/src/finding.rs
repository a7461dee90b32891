//! One thing that was found in a document: what is wrong with it, or deserves a second look.

use floorwalker_json::{Place, Problem};
use floorwalker_policy::{Warning, WarningCode};
use miette::Severity;

use crate::{documents, exit::Failure, screen};

/// What was found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The file, as it is shown.
    pub(crate) file: String,
    /// Its text, where that may be shown.
    source: Option<String>,
    problem: Problem,
    /// What kind of warning it is; without one the document does not load.
    pub(crate) code: Option<WarningCode>,
}

impl Finding {
    pub(crate) fn problem(file: &str, source: impl Into<String>, problem: &Problem) -> Self {
        Self { file: file.to_owned(), source: Some(source.into()), problem: problem.clone(), code: None }
    }

    pub(crate) fn warning(file: &str, source: Option<String>, warning: &Warning) -> Self {
        let Warning { code, problem } = warning;
        Self { file: file.to_owned(), source, problem: problem.clone(), code: Some(*code) }
    }

    /// What is wrong, where the line itself says the place.
    pub(crate) fn line(line: String) -> Self {
        Self {
            file: String::new(),
            source: None,
            problem: Problem::new(floorwalker_json::Span::default(), line),
            code: None,
        }
    }

    /// Line and column, where they are known.
    pub(crate) fn place(&self) -> Option<Place> {
        self.source.as_ref().map(|source| self.problem.span.place(source))
    }

    /// What it is, and the way out.
    pub(crate) fn says(&self) -> String {
        match &self.problem.help {
            Some(help) => format!("{}; {help}", self.problem.says),
            None => self.problem.says.clone(),
        }
    }

    /// Shows it on standard error, with the line it stands in where there is one.
    pub(crate) fn tell(&self) -> Result<(), Failure> {
        let problem = self.problem.clone();
        match (&self.source, self.code) {
            (Some(source), Some(code)) => documents::tell_warning(&self.file, source, &Warning { code, problem })?,
            (Some(source), None) => documents::tell(&self.file, source, Severity::Error, &[problem])?,
            (None, Some(code)) => screen::tell(&format!("warning: {}: {} [{code}]\n", self.file, self.says()))?,
            (None, None) => screen::tell_error(&self.says()),
        }
        Ok(())
    }
}
