//! `floorwalker init`: a policy, three scenarios that hold it to its word, and a job that replays them on every change.
//!
//! INVARIANT: no file that is there is touched, and when something goes wrong nothing stays behind. The snapshots are made
//! by replaying what was written, so the first `replay` of whoever ran this is green.

use std::path::{Path, PathBuf};

use floorwalker_scenario::{Options, Report, Snapshots};

use crate::{exit::Failure, screen, workspace};

mod files;

use files::{Template, Written};

const EXAMPLE: &str = "\
Example:
  floorwalker init shop";

/// Start: write a policy, three scenarios, a checkout profile and a CI job
///
/// The scenarios are an honest purchase, an attack that works where nobody stops it, and a limit at its edge, all on the
/// BorealHost mock. Their transcripts are written too, so that `floorwalker replay` holds at once. No file is ever
/// overwritten: where one is in the way, nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Arguments {
    /// The folder; made where there is none
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let templates = files::templates();
        refuse_if_any_is_there(&self.folder, &templates)?;
        let mut written = Written::default();
        for template in &templates {
            written
                .write(&self.folder, template)
                .map_err(|error| unwritable(&self.folder.join(template.path), &error))?;
        }
        let snapshots = replay(&self.folder, &templates, &mut written)?;
        written.keep();
        screen::print(&told(&self.folder, &templates, snapshots))?;
        Ok(())
    }
}

fn refuse_if_any_is_there(folder: &Path, templates: &[Template]) -> Result<(), Failure> {
    // A link that leads nowhere is in the way as well.
    let is_there = |path: &String| folder.join(path).symlink_metadata().is_ok();
    let paths = templates.iter().flat_map(|template| [Some(template.path.to_owned()), template.snapshot()]).flatten();
    let there: Vec<String> = paths.filter(is_there).map(|path| format!("\n  {path}")).collect();
    if there.is_empty() {
        return Ok(());
    }
    let help = "`floorwalker init DIR` starts in a folder of its own";
    Err(Failure::Usage(format!("nothing was written, because these are there already; {help}{}", there.concat())))
}

/// Plays the new scenarios and keeps their transcripts; says how many there are.
fn replay(folder: &Path, templates: &[Template], written: &mut Written) -> Result<usize, Failure> {
    let suite = workspace::suite(folder)?;
    let options = Options { snapshots: Snapshots::Accept, ..Options::default() };
    let scenarios = templates.iter().filter(|template| template.snapshot().is_some());
    let mut count = 0;
    for template in scenarios {
        written.expect(folder, &template.snapshot().unwrap_or_default());
        let report: Report = suite.run(template.path, &options);
        if !report.is_held() {
            let why = format!("`{}` does not hold: {:?}", template.path, report.ending);
            return Err(Failure::Harness(format!("nothing was written: {why}")));
        }
        count += 1;
    }
    Ok(count)
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Harness(format!("nothing was written: `{}` cannot be: {error}", path.display()))
}

/// What was written, and what to do next.
fn told(folder: &Path, templates: &[Template], snapshots: usize) -> String {
    let width = templates.iter().map(|template| template.path.len()).max().unwrap_or_default();
    let line = |path: &str, what: &str| format!("  {path:<width$}  {what}\n");
    let mut out = format!("{}\n", screen::styled(screen::STRONG, "written"));
    out.extend(templates.iter().map(|template| line(template.path, template.what)));
    out +=
        &line("snapshots/", &format!("the transcripts of {}, as they must be", screen::counted(snapshots, "scenario")));
    out += &format!("\n{}\n", screen::styled(screen::STRONG, "next"));
    if folder != Path::new(".") {
        out += &format!("  cd {}\n", folder.display());
    }
    out += "  floorwalker replay            every scenario holds\n";
    out += "  edit policies/shop.json       change a number, replay, and see who notices\n";
    out += "  git add .                     GitHub runs the job when this folder is the root of a repository\n";
    out
}
