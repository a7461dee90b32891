//! Rounds on real files, with a channel for a file system and a list for a screen.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc::{Sender, channel},
    time::Duration,
};

use floorwalker_scenario::{Options, Report, Snapshots, Suite};

use super::{Signal, Stage, next, watch};
use crate::{exit::Failure, workspace};

const SCENARIO: &str = "
version: 1
scenario: Somebody looks at prices
guarantees: [G3]
policy: POLICY
mocks: { borealhost: {} }
profiles: { borealhost: none }
agents: { a: g }
steps: [{ agent: a, call: borealhost/list_plans, expect: allow }]
ledger: { borealhost: { executed: { list_plans: 1 } } }
";
const OPEN: &str = r#"{ "version": "1", "default": "deny", "tools": { "list_plans": {} } }"#;
const CLOSED: &str = r#"{ "version": "1", "default": "deny", "tools": {} }"#;

/// A change that somebody makes after a round.
type Change = fn(&Path) -> Vec<PathBuf>;

/// Makes its next change whenever a round was told, and stops after the last one.
struct Script {
    root: PathBuf,
    signals: Sender<Signal>,
    changes: Vec<Change>,
    rounds: Vec<Vec<String>>,
    told: Vec<(usize, usize)>,
}

impl Stage for Script {
    fn chosen(&mut self) -> Result<(Suite, Vec<String>), Failure> {
        let suite = workspace::suite(&self.root)?;
        let paths = suite.paths().to_vec();
        Ok((suite, paths))
    }

    fn play(&mut self, suite: &Suite, paths: &[String]) -> Vec<Report> {
        self.rounds.push(paths.to_vec());
        let options = Options { snapshots: Snapshots::Skip, ..Options::default() };
        paths.iter().map(|path| suite.run(path, &options)).collect()
    }

    fn tell(&mut self, played: &[Report], all: &[Report]) -> Result<(), Failure> {
        self.told.push((played.len(), all.len()));
        let signals = match self.changes.is_empty() {
            true => vec![Signal::Stop],
            false => self.changes.remove(0)(&self.root).into_iter().map(Signal::Changed).collect(),
        };
        signals.into_iter().for_each(|signal| self.signals.send(signal).unwrap());
        Ok(())
    }
}

fn write(root: &Path, name: &str, text: &str) -> PathBuf {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// What was played in every round, how much of how much was told, and how it ended.
fn watched(test: &str, changes: &[Change]) -> (Script, Result<(), Failure>) {
    let root = std::env::temp_dir().join(format!("floorwalker-watch-{test}-{}", std::process::id()));
    for name in ["one", "two"] {
        write(&root, &format!("scenarios/{name}.yaml"), &SCENARIO.replace("POLICY", name));
        write(&root, &format!("policies/{name}.json"), OPEN);
    }
    let (signals, received) = channel();
    let mut script = Script { root: root.clone(), signals, changes: changes.to_vec(), rounds: vec![], told: vec![] };
    let ended = watch(&root, &mut script, &received, Duration::ZERO);
    fs::remove_dir_all(root).unwrap();
    (script, ended)
}

const ONE: &str = "scenarios/one.yaml";
const TWO: &str = "scenarios/two.yaml";

#[test]
fn first_everything_then_what_a_change_touches() {
    let (script, ended) = watched(
        "touch",
        &[
            |root| vec![write(root, "policies/two.json", CLOSED), write(root, "policies/two.json~", "")],
            |root| vec![write(root, "scenarios/one.yaml", &SCENARIO.replace("POLICY", "two"))],
            |root| vec![write(root, "policies/two.json", OPEN)],
        ],
    );
    assert_eq!(script.rounds, [vec![ONE, TWO], vec![TWO], vec![ONE], vec![ONE, TWO]]);
    assert_eq!(script.told, [(2, 2), (1, 2), (1, 2), (2, 2)]);
    assert!(ended.is_ok(), "{ended:?}");
}

#[test]
fn the_end_speaks_of_all_as_they_came_out_last() {
    let broken: Change = |root| vec![write(root, "policies/two.json", CLOSED)];
    let other: Change = |root| vec![write(root, "policies/one.json", OPEN)];
    let (script, ended) = watched("end", &[broken, other]);
    assert_eq!(script.rounds.last().unwrap(), &[ONE]);
    assert!(matches!(ended, Err(Failure::NotHeld)), "the second is still broken: {ended:?}");
}

#[test]
fn scenarios_come_and_go() {
    let (script, ended) = watched(
        "come-and-go",
        &[
            |root| vec![write(root, "scenarios/new.yaml", &SCENARIO.replace("POLICY", "missing"))],
            |root| vec![write(root, "policies/missing.yaml", OPEN)],
            |root| {
                fs::remove_file(root.join(TWO)).unwrap();
                vec![root.join(TWO), write(root, "policies/one.json", OPEN)]
            },
        ],
    );
    let new = "scenarios/new.yaml";
    assert_eq!(script.rounds, [vec![ONE, TWO], vec![new], vec![new], vec![ONE]]);
    assert_eq!(script.told.last(), Some(&(1, 2)), "of the two that are left");
    assert!(ended.is_ok(), "{ended:?}");
}

/// A change that nobody is told of is made by the next one, so a round in which nothing is there must not end the watcher.
#[test]
fn the_folder_of_all_may_go_and_come_back() {
    let root = std::env::temp_dir().join(format!("floorwalker-watch-away-{}", std::process::id()));
    let (signals, received) = channel();
    write(&root, ONE, &SCENARIO.replace("POLICY", "one"));
    write(&root, "policies/one.json", OPEN);
    let mut script = Away { root: root.clone(), signals, looks: 0, rounds: 0 };
    let ended = watch(&root, &mut script, &received, Duration::ZERO);
    fs::remove_dir_all(root).unwrap();
    assert!(ended.is_ok(), "{ended:?}");
    assert_eq!((script.looks, script.rounds), (3, 2));
}

/// Moves the scenarios away after its first round, and back as soon as they were missed.
struct Away {
    root: PathBuf,
    signals: Sender<Signal>,
    looks: usize,
    rounds: usize,
}

impl Stage for Away {
    fn chosen(&mut self) -> Result<(Suite, Vec<String>), Failure> {
        self.looks += 1;
        let (here, away) = (self.root.join("scenarios"), self.root.join("away"));
        let suite = workspace::suite(&self.root).inspect_err(|_| {
            fs::rename(&away, &here).unwrap();
            self.signals.send(Signal::Changed(here)).unwrap();
        })?;
        let paths = suite.paths().to_vec();
        Ok((suite, paths))
    }

    fn play(&mut self, suite: &Suite, paths: &[String]) -> Vec<Report> {
        self.rounds += 1;
        let options = Options { snapshots: Snapshots::Skip, ..Options::default() };
        paths.iter().map(|path| suite.run(path, &options)).collect()
    }

    fn tell(&mut self, _: &[Report], _: &[Report]) -> Result<(), Failure> {
        let here = self.root.join("scenarios");
        let signal = match self.rounds {
            1 => {
                fs::rename(&here, self.root.join("away")).unwrap();
                Signal::Changed(here)
            }
            _ => Signal::Stop,
        };
        self.signals.send(signal).unwrap();
        Ok(())
    }
}

#[test]
fn strokes_of_one_change_are_one_round_and_a_wish_to_stop_waits_for_nothing() {
    let (sender, signals) = channel();
    for name in ["a", "b", "a"] {
        sender.send(Signal::Changed(PathBuf::from(name))).unwrap();
    }
    let changed = next(&signals, Duration::ZERO).unwrap();
    assert_eq!(changed.into_iter().collect::<Vec<_>>(), [PathBuf::from("a"), PathBuf::from("b")]);
    sender.send(Signal::Changed(PathBuf::from("a"))).unwrap();
    sender.send(Signal::Stop).unwrap();
    assert_eq!(next(&signals, Duration::from_secs(3_600)), None);
    drop(sender);
    assert_eq!(next(&signals, Duration::from_secs(3_600)), None);
}
