//! The files that `init` writes, and the writing of them: all or none.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use floorwalker_scenario::stem;

use crate::workspace;

/// One file to write.
#[derive(Debug)]
pub(super) struct Template {
    /// From the folder.
    pub(super) path: &'static str,
    pub(super) text: String,
    /// What it is, in a few words.
    pub(super) what: &'static str,
}

/// Everything that is written, but for the snapshots, which the replay makes.
pub(super) fn templates() -> Vec<Template> {
    // The job caches the program by its version, so that a newer one is fetched.
    let job = include_str!("../../templates/workflow.yml").replace("FLOORWALKER_VERSION", env!("CARGO_PKG_VERSION"));
    let of = |path, text: &str, what| Template { path, text: text.to_owned(), what };
    vec![
        of("policies/shop.json", include_str!("../../templates/policies/shop.json"), "which tools, and how often"),
        of(
            "profiles/borealhost.yaml",
            include_str!("../../../../profiles/borealhost.yaml"),
            "what its tools do to a checkout",
        ),
        of(
            "scenarios/buy/a-site.yaml",
            include_str!("../../templates/scenarios/buy/a-site.yaml"),
            "an honest purchase goes through",
        ),
        of(
            "scenarios/attack/a-thief-polls-first.yaml",
            include_str!("../../templates/scenarios/attack/a-thief-polls-first.yaml"),
            "a theft does not",
        ),
        of(
            "scenarios/limit/at-its-edge.yaml",
            include_str!("../../templates/scenarios/limit/at-its-edge.yaml"),
            "a limit holds to the millisecond",
        ),
        of(".github/workflows/floorwalker.yml", &job, "replays them on every change"),
    ]
}

impl Template {
    /// Where the transcript is kept, if it is a scenario.
    pub(super) fn snapshot(&self) -> Option<String> {
        let is_scenario = self.path.starts_with(workspace::FOLDER);
        is_scenario.then(|| format!("snapshots/{}.snap", stem(self.path)))
    }
}

/// What was written so far; it goes away again unless it is kept.
#[derive(Debug, Default)]
pub(super) struct Written {
    files: Vec<PathBuf>,
    /// In the order in which they were made.
    folders: Vec<PathBuf>,
}

impl Written {
    /// Writes one file that must not be there, and the folders around it.
    pub(super) fn write(&mut self, folder: &Path, template: &Template) -> io::Result<()> {
        self.make_folders(folder, template.path)?;
        let path = folder.join(template.path);
        let mut file = File::create_new(&path)?;
        self.files.push(path);
        file.write_all(template.text.as_bytes())
    }

    /// A file that somebody else is about to write there.
    pub(super) fn expect(&mut self, folder: &Path, path: &str) {
        // Where the folders cannot be made, whoever writes the file says why.
        let _ = self.make_folders(folder, path);
        self.files.push(folder.join(path));
    }

    /// Everything is as it must be.
    pub(super) fn keep(mut self) {
        self.files.clear();
        self.folders.clear();
    }

    fn make_folders(&mut self, folder: &Path, path: &str) -> io::Result<()> {
        let file = folder.join(path);
        let missing = file.ancestors().skip(1).take_while(|above| !above.as_os_str().is_empty() && !above.exists());
        let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        missing.reverse();
        for above in missing {
            fs::create_dir(&above)?;
            self.folders.push(above);
        }
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // What cannot be taken away again was not written in the first place, or is not empty.
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}
