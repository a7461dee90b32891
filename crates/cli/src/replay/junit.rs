//! `--format junit`: a suite per folder of scenarios and a case per scenario, as CI servers read it.
//!
//! What did not hold is a failure; what could not be put to the test is an error. No times are in it: they are optional, and
//! without them the same scenarios in the same state give the same bytes.

use std::collections::BTreeMap;

use floorwalker_scenario::{Report, stem};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{broken, excerpt::Detail, finding::Finding, table, verdict::Verdict};
use crate::{exit::Failure, screen, workspace};

/// The document as text. `more` is what a rerun needs besides the path.
pub(crate) fn render(reports: &[Report], more: &str) -> Result<String, Failure> {
    let mut suites: BTreeMap<String, TestSuite> = BTreeMap::new();
    for report in reports {
        let (folder, _) = parts(report);
        let suite = suites.entry(folder.clone()).or_insert_with(|| TestSuite::new(folder));
        suite.add_test_case(case(report, more));
    }
    let mut document = quick_junit::Report::new("floorwalker");
    document.add_test_suites(suites.into_values());
    document.to_string().map_err(|error| Failure::Harness(error.to_string()))
}

fn case(report: &Report, more: &str) -> TestCase {
    let (folder, name) = parts(report);
    let mut case = TestCase::new(name, status(report, more));
    case.set_classname(folder.replace('/', "."));
    case
}

fn status(report: &Report, more: &str) -> TestCaseStatus {
    let verdict = Verdict::of(report);
    let kind = match verdict {
        Verdict::Held => return TestCaseStatus::success(),
        _ if verdict.is_untested() => NonSuccessKind::Error,
        _ => NonSuccessKind::Failure,
    };
    let mut status = TestCaseStatus::non_success(kind);
    let findings = Finding::all_of(report);
    let told = broken::told(report, Detail::Whole) + &table::commands(std::slice::from_ref(report), more);
    status
        .set_type(verdict.word())
        .set_message(findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        .set_description(screen::plain(&told));
    status
}

/// `scenarios/checkout` and `second-poll`.
fn parts(report: &Report) -> (String, String) {
    let stem = stem(&report.path);
    match stem.rsplit_once('/') {
        Some((folder, name)) => (format!("{}/{folder}", workspace::FOLDER), name.to_owned()),
        None => (workspace::FOLDER.to_owned(), stem.to_owned()),
    }
}

#[cfg(test)]
mod tests;
