//! `floorwalker check`: does a document load, and if not, why and where; and what in it deserves a second look.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use floorwalker_policy::{KnownServer, WarningCode};
use floorwalker_scenario::ENDINGS;

use crate::{exit::Failure, finding::Finding, screen};

mod document;
mod format;
mod kind;
mod lesson;
mod servers;

use document::Checked;
use format::Format;
use kind::Kind;

/// The folder that cargo builds in.
const BUILT: &str = "target";

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
/// document a file is shows in its keys. Of a folder, every `.json`, `.yaml` and `.yml` below it is checked, but for folders
/// named `target` or with a dot at the beginning, and documents of no known kind. A policy is checked for the servers that are
/// named; a scenario's and a configuration's, for those that they name themselves.
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
        for path in &self.paths {
            match path.is_dir() {
                true => checked.extend(self.below(path, &servers)?),
                false => checked.push(document::check(path, self.kind, &servers)?),
            }
        }
        pass_over(&mut checked, &self.paths)?;
        self.leave_out(&mut checked);
        self.format.tell(&checked)?;
        self.ended(&checked)
    }

    /// What stands below a folder that was named. Where that is nothing, the folder is what did not pass.
    fn below(&self, folder: &Path, servers: &[KnownServer]) -> Result<Vec<Checked>, Failure> {
        let mut files = Vec::new();
        find(folder, &mut files)
            .map_err(|error| Failure::Harness(format!("`{}` cannot be read: {error}", folder.display())))?;
        let checked = files.iter().map(|file| document::check(file, self.kind, servers));
        let mut checked = checked.collect::<Result<Vec<_>, _>>()?;
        if checked.iter().all(|checked| checked.is_unknown) {
            let why = format!(
                "there is no document below `{}`: no `.json`, `.yaml` or `.yml` of a known kind",
                folder.display()
            );
            checked.push(Checked::absent(folder, why));
        }
        Ok(checked)
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

/// Takes out what is of no known kind and was not named itself: a folder is full of other people's documents.
fn pass_over(checked: &mut Vec<Checked>, named: &[PathBuf]) -> io::Result<()> {
    let before = checked.len();
    checked.retain(|checked| !checked.is_unknown || named.contains(&checked.path));
    match before.saturating_sub(checked.len()) {
        0 => Ok(()),
        1 => screen::tell("1 document of no known kind was passed over\n"),
        several => screen::tell(&format!("{several} documents of no known kind were passed over\n")),
    }
}

/// Every document below a folder, in order, but for what tools keep for themselves.
fn find(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_dir() {
            if name != BUILT && !name.as_encoded_bytes().starts_with(b".") {
                find(&path, found)?;
            }
        } else if path
            .extension()
            .is_some_and(|ending| ending == "json" || ENDINGS.iter().any(|known| ending == *known))
        {
            found.push(path);
        }
    }
    Ok(())
}
