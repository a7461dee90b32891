//! `floorwalker check`: does a document load, and if not, why and where; and what in it deserves a second look.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use floorwalker_policy::WarningCode;

use crate::{exit::Failure, finding::Finding, screen};

mod document;
mod format;
mod kind;
mod lesson;
mod servers;

use document::Checked;
use format::Format;
use kind::Kind;

/// The two ways to ask, which have nothing in common.
const USAGE: &str = "\
floorwalker check [OPTIONS] <PATH>...
       floorwalker check --why <CODE>";

const EXAMPLE: &str = "\
Examples:
  floorwalker check policies/checkout-aware.json profiles/borealhost.yaml
  floorwalker check policy.json --server borealhost
  floorwalker check policy.json --tools my-shop.tools.json --profile my-shop.yaml
  floorwalker check . --deny-warnings --format github
  floorwalker check --why uncapped-money

Exit codes:
  0  every document loads; with --deny-warnings, and none deserves a second look
  1  with --deny-warnings, one does
  2  the command line is wrong, or names a file that is not there
  3  a document does not load";

/// Check documents: policies, checkout profiles, scenarios, configurations and what else there is
///
/// Shows every problem of every document with its place and the way out, and warnings with their codes. What kind of
/// document a file is shows in its keys. Of a folder, every `.json` and `.yaml` below it is checked. A policy is checked for
/// the servers that are named; a scenario's and a configuration's, for those that they name themselves.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE, override_usage = USAGE)]
pub(crate) struct Arguments {
    /// The documents, or folders of them
    #[arg(required_unless_present = "why", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What the documents are, where their keys do not tell
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<Kind>,
    #[command(flatten)]
    servers: servers::Named,
    /// End with 1 if a document deserves a second look
    #[arg(long)]
    deny_warnings: bool,
    /// Say nothing about warnings of this code; may be given several times
    #[arg(long = "allow", value_name = "CODE", value_parser = lesson::code)]
    allowed: Vec<WarningCode>,
    /// What the findings are told in
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Say why a warning of this code matters and what to write instead, and check nothing
    #[arg(long, value_name = "CODE", value_parser = lesson::code, conflicts_with = "paths")]
    why: Option<WarningCode>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if let Some(code) = self.why {
            return Ok(screen::print(&lesson::shown(code))?);
        }
        let servers = self.servers.known()?;
        let mut checked = Vec::new();
        for file in self.files()? {
            checked.push(document::check(&file, self.kind, &servers)?);
        }
        self.leave_out(&mut checked);
        self.format.tell(&checked)?;
        self.ended(&checked)
    }

    /// The files that were named, and those below the folders that were.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut files = Vec::new();
        for path in &self.paths {
            if !path.is_dir() {
                files.push(path.clone());
                continue;
            }
            let before = files.len();
            find(path, &mut files)
                .map_err(|error| Failure::Harness(format!("`{}` cannot be read: {error}", path.display())))?;
            if files.len() == before {
                return Err(Failure::Usage(format!("there is no `.json` and no `.yaml` below `{}`", path.display())));
            }
        }
        Ok(files)
    }

    /// What is allowed is not told, and what two documents say of a third is told once.
    fn leave_out(&self, checked: &mut [Checked]) {
        let mut told = BTreeSet::new();
        for checked in checked {
            checked.findings.retain(|finding| match finding.code {
                Some(code) => !self.allowed.contains(&code) && told.insert(identity(finding)),
                None => true,
            });
        }
    }

    fn ended(&self, checked: &[Checked]) -> Result<(), Failure> {
        let absent = checked.iter().filter(|checked| checked.is_absent).count();
        let bad = checked.iter().filter(|checked| !checked.loads()).count();
        let told = format!("{bad} of {} did not pass", screen::counted(checked.len(), "document"));
        if absent > 0 {
            return Err(Failure::Usage(told));
        }
        if bad > 0 {
            screen::tell_error(&told);
            return Err(Failure::Unreadable);
        }
        let warns = checked.iter().any(|checked| !checked.findings.is_empty());
        if self.deny_warnings && warns { Err(Failure::NotHeld) } else { Ok(()) }
    }
}

/// What a warning is about, whichever way its file was named.
fn identity(finding: &Finding) -> (PathBuf, Option<(usize, usize)>, String) {
    let path = Path::new(&finding.file);
    let place = finding.place().map(|place| (place.line, place.column));
    (path.canonicalize().unwrap_or_else(|_| path.to_owned()), place, finding.says())
}

/// Every document below a folder, in order.
fn find(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            find(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "json" || extension == "yaml") {
            found.push(path);
        }
    }
    Ok(())
}
