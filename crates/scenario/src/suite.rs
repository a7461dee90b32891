//! The library face: a folder with scenarios, policies, profiles and snapshots, and one function that runs a scenario.
//!
//! Files are read and written here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use floorwalker_json::{Document, Format, Problem};

use crate::between::Trouble;
use crate::document::Scenario;
use crate::replay::{Extent, Replayed, Unplayed, WalkSummary, bites_as_written, replay, unguarded};
use crate::report::{Broken, Ending, Report, Unguarded, reason};
use crate::run::{Expectations, Played};
use crate::snapshot::{self, SnapshotState};
use crate::transcript;
use crate::world::{Materials, Middleman};

mod materials;
mod rests;
mod second_look;

/// How the name of a scenario's file may end, and of every other document in YAML.
pub const ENDINGS: [&str; 2] = ["yaml", "yml"];

/// How many interleavings are walked unless something else is said, and how many are sampled beyond.
const BOUND: u64 = 1_000;

/// A folder with everything that scenarios need.
#[derive(Clone, Debug)]
pub struct Suite {
    root: PathBuf,
    paths: Vec<String>,
}

/// How to run a scenario.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who stands between the agents and the mocks.
    pub middleman: Middleman,
    /// Which judges are heard.
    pub expectations: Expectations,
    /// How many interleavings are walked, and how many sampled beyond.
    pub bound: u64,
    /// What becomes of the transcript.
    pub snapshots: Snapshots,
}

/// What becomes of a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshots {
    /// It must be the one that is kept.
    Compare,
    /// It is kept from now on.
    Accept,
    /// Nothing.
    Skip,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            middleman: Middleman::Ours,
            expectations: Expectations::Honour,
            bound: BOUND,
            snapshots: Snapshots::Compare,
        }
    }
}

/// A scenario with the files that it names.
pub(crate) struct Loaded {
    pub(crate) scenario: Scenario,
    pub(crate) materials: Materials,
}

impl Suite {
    /// Finds every scenario under `root/scenarios`.
    ///
    /// # Errors
    /// The folder cannot be read, or two files are one scenario: they would share a snapshot.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        let mut paths = Vec::new();
        find(&root, Path::new("scenarios"), &ENDINGS, &mut paths)?;
        paths.sort();
        match paths.windows(2).find(|pair| matches!(pair, [one, other] if stem(one) == stem(other))) {
            Some(pair) => {
                Err(io::Error::other(format!("`{}` are one scenario; give one another name", pair.join("` and `"))))
            }
            None => Ok(Self { root, paths }),
        }
    }

    /// The kept transcripts that no scenario has any more.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn orphans(&self) -> io::Result<Vec<String>> {
        let folder = Path::new("snapshots");
        let mut kept = Vec::new();
        if self.root.join(folder).is_dir() {
            find(&self.root, folder, &["snap"], &mut kept)?;
        }
        let known: BTreeSet<String> = self.paths.iter().map(|path| snapshot_path(path)).collect();
        kept.retain(|path| !known.contains(path));
        Ok(kept)
    }

    /// The scenario files from the root, in order: `scenarios/live/buy.yaml`.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Runs one scenario.
    #[must_use]
    pub fn run(&self, path: &str, options: &Options) -> Report {
        match self.load(path) {
            Ok(loaded) => self.play(path, &loaded, options),
            Err(problems) => unplayed(path, None, Ending::DoesNotLoad(problems)),
        }
    }

    fn play(&self, path: &str, loaded: &Loaded, options: &Options) -> Report {
        let Loaded { scenario, materials } = loaded;
        let Options { middleman, expectations, bound, .. } = options.clone();
        let bound = scenario.bound.map_or(bound, |enough| enough.min(bound));
        let unguarded = scenario.harm.as_ref().map(|harm| unguarded(scenario, materials, harm, bound));
        let replayed = match attempt(loaded, &Extent { middleman, expectations, bound }) {
            Ok(replayed) => replayed,
            Err(why) => {
                let unguarded = unguarded.and_then(Result::ok);
                return Report { unguarded, ..unplayed(path, Some(scenario), why.into()) };
            }
        };
        let transcript = transcript::whole(scenario, &replayed.first);
        let ending = ending(scenario, &replayed, unguarded.as_ref());
        let snapshot = match self.keep(path, &transcript, &ending, options.snapshots) {
            Ok(snapshot) => snapshot,
            Err(error) => return unplayed(path, Some(scenario), Ending::Failed(error.to_string())),
        };
        let (walk, calls) = (replayed.walk, replayed.calls);
        let unguarded = unguarded.and_then(Result::ok);
        Report { ending, unguarded, walk, calls, transcript, snapshot, ..unplayed(path, Some(scenario), Ending::Held) }
    }

    /// Compares the transcript, or keeps it. One of a broken scenario is never kept.
    fn keep(&self, path: &str, transcript: &str, ending: &Ending, snapshots: Snapshots) -> io::Result<SnapshotState> {
        let file = self.root.join(snapshot_path(path));
        if snapshots == Snapshots::Skip {
            return Ok(SnapshotState::Skipped);
        }
        let kept = match fs::read_to_string(&file) {
            Ok(kept) => Some(kept),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let state = snapshot::compare(kept.as_deref(), transcript);
        if state == SnapshotState::Same || snapshots == Snapshots::Compare || *ending != Ending::Held {
            return Ok(state);
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, snapshot::render(path, transcript))?;
        Ok(SnapshotState::Accepted)
    }

    /// Reads a scenario that lies here, with the lists of tools that its mocks name.
    ///
    /// # Errors
    /// Every problem of the document and of those lists.
    pub fn scenario(&self, document: &Document) -> Result<Scenario, Vec<Problem>> {
        Scenario::load_with(document, &|path| fs::read_to_string(self.root.join(path)))
    }

    pub(crate) fn load(&self, path: &str) -> Result<Loaded, Vec<String>> {
        let document = self.document(path)?;
        let scenario = self.scenario(&document).map_err(|problems| lines(&document, problems))?;
        let materials = self.materials(&document, &scenario)?;
        Ok(Loaded { scenario, materials })
    }

    fn document(&self, path: &str) -> Result<Document, Vec<String>> {
        let source = fs::read_to_string(self.root.join(path)).map_err(|error| vec![format!("{path}: {error}")])?;
        Document::parse(path, source.clone(), Format::of_name(path))
            .map_err(|problem| vec![problem.line(path, &source)])
    }
}

/// Plays a scenario, unless whoever stands between cannot be asked.
fn attempt(Loaded { scenario, materials }: &Loaded, extent: &Extent) -> Result<Replayed, Unplayed> {
    let adapted = extent.middleman.adapted(scenario);
    let mut missing = extent.middleman.missing(&adapted, materials);
    if let (Middleman::Outside(_), Some(harm)) = (&extent.middleman, &scenario.harm)
        && !bites_as_written(&adapted, materials, harm)?
    {
        missing.push("another order of calls than the written one, in which the attack does not bite".to_owned());
    }
    if missing.is_empty() { replay(&adapted, materials, extent) } else { Err(Unplayed::Missing(missing)) }
}

impl From<Unplayed> for Ending {
    fn from(why: Unplayed) -> Self {
        match why {
            Unplayed::Missing(missing) => Self::Unsupported(missing),
            Unplayed::Trouble(Trouble::Unsupported(why)) => Self::Unsupported(vec![why]),
            Unplayed::Trouble(Trouble::Crashed(crash)) => Self::Crashed(crash),
            Unplayed::Failed(why) => Self::Failed(why),
        }
    }
}

fn ending(scenario: &Scenario, replayed: &Replayed, unguarded: Option<&Result<Unguarded, Unplayed>>) -> Ending {
    let worst = replayed.worse.as_ref().unwrap_or(&replayed.first);
    if !worst.violations.is_empty() {
        return Ending::Broken(broken(scenario, worst, replayed.worse.is_some()));
    }
    match unguarded {
        None | Some(Ok(Unguarded { bites: true, .. })) => Ending::Held,
        Some(Ok(Unguarded { bites: false, .. })) => Ending::DoesNotBite,
        Some(Err(why)) => why.clone().into(),
    }
}

fn broken(scenario: &Scenario, played: &Played, in_another_order: bool) -> Broken {
    let shown_at = played.violations.iter().find_map(|violation| violation.shown_at);
    let marks = transcript::Marks::new(&played.evidence.secrets);
    Broken {
        reasons: played.violations.iter().map(|violation| reason(violation, |text| marks.put(text))).collect(),
        excerpt: transcript::excerpt(played, shown_at),
        seed: scenario.seed,
        schedule: in_another_order.then(|| played.taken.iter().map(|choice| choice.chosen).collect()),
    }
}

pub(crate) fn unplayed(path: &str, scenario: Option<&Scenario>, ending: Ending) -> Report {
    Report {
        path: path.to_owned(),
        title: scenario.map(|scenario| scenario.title.clone()).unwrap_or_default(),
        guarantees: scenario.map(|scenario| scenario.guarantees.clone()).unwrap_or_default(),
        is_attack: scenario.map(|scenario| scenario.harm.is_some()),
        ending,
        unguarded: None,
        walk: WalkSummary::default(),
        calls: 0,
        transcript: String::new(),
        snapshot: SnapshotState::Skipped,
    }
}

/// `scenarios/checkout/a-theft.yaml` without folder and ending: `checkout/a-theft`.
#[must_use]
pub fn stem(path: &str) -> &str {
    let inside = path.strip_prefix("scenarios/").unwrap_or(path);
    ENDINGS.iter().find_map(|ending| inside.strip_suffix(ending)?.strip_suffix('.')).unwrap_or(inside)
}

/// `scenarios/live/buy.yaml` is kept in `snapshots/live/buy.snap`.
fn snapshot_path(path: &str) -> String {
    format!("snapshots/{}.snap", stem(path))
}

fn lines(document: &Document, problems: Vec<Problem>) -> Vec<String> {
    problems.iter().map(|problem| problem.line(&document.name, &document.source)).collect()
}

/// Every file below `folder` with one of these endings, as paths from the root with `/` in them.
fn find(root: &Path, folder: &Path, endings: &[&str], found: &mut Vec<String>) -> io::Result<()> {
    let mut entries: BTreeMap<PathBuf, bool> = BTreeMap::new();
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        entries.insert(folder.join(entry.file_name()), entry.file_type()?.is_dir());
    }
    for (path, is_folder) in entries {
        if is_folder {
            find(root, &path, endings, found)?;
        } else if path.extension().is_some_and(|extension| endings.iter().any(|ending| extension == *ending)) {
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            found.push(parts.join("/"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
