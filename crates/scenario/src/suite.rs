//! The library face: a folder with scenarios, policies, profiles and snapshots, and one function that runs a scenario.
//!
//! Files are read and written here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use floorwalker_json::{Document, Format, Problem, nearest};
use floorwalker_policy::{Policy, Profile};
use serde_json::Value;

use crate::between::Trouble;
use crate::document::{FileName, ProfileName, Scenario};
use crate::replay::{Extent, Replayed, Unplayed, WalkSummary, bites_as_written, replay, unguarded};
use crate::report::{Broken, Ending, Report, Unguarded, reason};
use crate::run::{Expectations, Played};
use crate::snapshot::{self, SnapshotState};
use crate::template::plain;
use crate::transcript;
use crate::world::{Materials, Middleman, ReadPolicy};

mod rests;

/// How the name of a scenario's file may end.
const ENDINGS: [&str; 2] = ["yaml", "yml"];

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

/// A grant's policy, where it was read, and as a document.
type GrantPolicy = (Option<Arc<Policy>>, String, Option<Value>);

/// A mock's checkout profile, where it was read, and as a document.
type ReadProfile = (Arc<Profile>, String, Value);

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

    /// Reads one scenario and everything it names, without running it.
    ///
    /// # Errors
    /// One line for every problem, with its place.
    pub fn check(&self, path: &str) -> Result<(), Vec<String>> {
        self.load(path).map(drop)
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

    fn materials(&self, document: &Document, scenario: &Scenario) -> Result<Materials, Vec<String>> {
        let (mut materials, mut problems) = (Materials::default(), Vec::new());
        for (grant, file) in &scenario.policies {
            match self.policy(document, file) {
                Ok((policy, path, document)) => {
                    materials.policies.insert(grant.clone(), policy);
                    materials.policy_files.insert(grant.clone(), path);
                    materials.policy_documents.extend(document.map(|document| (grant.clone(), document)));
                }
                Err(lines) => problems.extend(lines),
            }
        }
        for file in scenario.reloaded() {
            match (&file.name, self.policy(document, file)) {
                (Some(name), Ok((Some(policy), path, _))) => {
                    materials.reloads.insert(name.clone(), ReadPolicy { path, policy });
                }
                (_, Ok(_)) => {}
                (_, Err(lines)) => problems.extend(lines),
            }
        }
        for (server, name) in &scenario.profiles {
            match self.profile(document, server, name) {
                Ok(Some((profile, path, document))) => {
                    materials.profiles.insert(server.clone(), profile);
                    materials.profile_documents.insert(server.clone(), document);
                    materials.profile_files.insert(server.clone(), path);
                }
                Ok(None) => {}
                Err(lines) => problems.extend(lines),
            }
        }
        problems.dedup();
        if problems.is_empty() { Ok(materials) } else { Err(problems) }
    }

    fn policy(&self, document: &Document, file: &FileName) -> Result<GrantPolicy, Vec<String>> {
        let Some(name) = &file.name else { return Ok((None, "none".to_owned(), None)) };
        let path = self.named(document, file, "policies", name)?;
        let read = self.document(&path)?;
        let policy = Policy::load(&read).map_err(|problems| lines(&read, problems))?;
        Ok((Some(Arc::new(policy)), path, Some(plain(&read.root))))
    }

    fn profile(
        &self,
        document: &Document,
        server: &str,
        name: &ProfileName,
    ) -> Result<Option<ReadProfile>, Vec<String>> {
        let path = match name {
            ProfileName::OfMock(span) => self.existing("profiles", server).ok_or_else(|| {
                let problem = Problem::new(*span, format!("there is no `profiles/{server}.yaml`"));
                let help = format!("write `profiles: {{ {server}: none }}` if that is meant");
                lines(document, vec![problem.with_help(help)])
            })?,
            ProfileName::IfThere => match self.existing("profiles", server) {
                Some(path) => path,
                None => return Ok(None),
            },
            ProfileName::Written(file) => match &file.name {
                Some(name) => self.named(document, file, "profiles", name)?,
                None => return Ok(None),
            },
        };
        let read = self.document(&path)?;
        let profile = Profile::load(&read).map_err(|problems| lines(&read, problems))?;
        Ok(Some((Arc::new(profile), path, plain(&read.root))))
    }

    /// The path of a file that a scenario names.
    fn named(&self, document: &Document, file: &FileName, folder: &str, name: &str) -> Result<String, Vec<String>> {
        self.existing(folder, name).ok_or_else(|| {
            let problem =
                Problem::new(file.span, format!("there is no `{folder}/{name}.json` and no `{folder}/{name}.yaml`"));
            let there = self.stems(folder);
            let meant = meant(name, &there).map(|stem| format!("did you mean `{stem}`?"));
            lines(document, vec![Problem { help: meant, ..problem }])
        })
    }

    /// What may be named in that folder.
    fn stems(&self, folder: &str) -> Vec<String> {
        let names = fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten().map(|entry| entry.file_name());
        let texts = names.filter_map(|name| name.into_string().ok());
        let mut stems: Vec<String> =
            texts.filter_map(|name| ["json", "yaml"].into_iter().find_map(|ending| stem_of(&name, ending))).collect();
        stems.sort();
        stems
    }

    fn existing(&self, folder: &str, name: &str) -> Option<String> {
        rests::candidates(folder, name).into_iter().find(|path| self.root.join(path).is_file())
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

/// The stem of a file's name with that ending.
fn stem_of(name: &str, ending: &str) -> Option<String> {
    Some(name.strip_suffix(ending)?.strip_suffix('.')?.to_owned())
}

/// The nearest stem, or the first one with a word in it that is near.
fn meant<'s>(written: &str, stems: &'s [String]) -> Option<&'s str> {
    let all = || stems.iter().map(String::as_str);
    let by_word = || {
        let word = nearest(written, all().flat_map(|stem| stem.split('-')))?;
        all().find(|stem| stem.split('-').any(|part| part == word))
    };
    nearest(written, all()).or_else(by_word)
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
