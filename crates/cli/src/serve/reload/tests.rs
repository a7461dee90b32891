//! What counts as a change, told by real files.

use std::fs;
use std::path::{Path, PathBuf};

use notify::{
    Event, EventKind,
    event::{AccessKind, Flag, ModifyKind},
};

use super::{
    Settling,
    folders::{is_hint, whole},
    folders_of,
};
use crate::configuration;

const CONFIG: &str = "\
upstreams: { shop: { url: 'http://127.0.0.1:1/mcp', credential: { file: shop.token } } }
grants: [{ id: buyer, tokens: ['DIGEST'], servers: { shop: { policy: policies/p.yaml } } }]
";
const POLICY: &str =
    "version: '1'\ndefault: deny\ntools:\n  buy:\n    limits: [{ counter: buys, window: day, max: 1 }]\n";

struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("floorwalker-reload-{test}-{}", std::process::id()));
        fs::create_dir_all(path.join("policies")).unwrap();
        let folder = Self(path);
        folder.write("gateway.yaml", &CONFIG.replace("DIGEST", &"0".repeat(64)));
        folder.write("policies/p.yaml", POLICY);
        folder.write("shop.token", "secret");
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self) -> configuration::Reading {
        configuration::read(&self.0.join("gateway.yaml"), &|_| None)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The first half is a policy, and one that allows more than both the one before and the whole.
#[test]
fn a_policy_that_is_written_in_halves_counts_when_it_is_whole() {
    let folder = Folder::new("halves");
    let mut settling = Settling::default();
    let half = POLICY.split_once("    limits").unwrap().0.replace("buy:", "buy: {}");
    let strokes = ["", &half, POLICY, &POLICY.replace("max: 1", "max: 2"), &POLICY.replace("max: 1", "max: 2")];
    let settled = strokes.map(|stroke| {
        folder.write("policies/p.yaml", stroke);
        let reading = folder.read();
        (reading.outcome.is_ok(), settling.is_over(&reading.files))
    });
    assert_eq!(settled, [(false, false), (true, false), (true, false), (true, false), (true, true)]);
}

#[test]
fn every_file_that_is_looked_into_counts_and_so_does_its_absence() {
    let folder = Folder::new("files");
    let before = folder.read().files;
    let names = |files: &configuration::Files| {
        files.keys().map(|path| path.strip_prefix(&folder.0).unwrap().display().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&before), ["gateway.yaml", "policies/p.yaml", "shop.token"]);
    for name in ["policies/p.yaml", "shop.token", "gateway.yaml"] {
        let kept = fs::read_to_string(folder.0.join(name)).unwrap();
        fs::remove_file(folder.0.join(name)).unwrap();
        let gone = folder.read();
        assert!(gone.outcome.is_err() && gone.files != before, "{name}");
        folder.write(name, &kept);
        assert_eq!(folder.read().files, before, "{name}");
    }
}

#[test]
fn folders_are_watched_as_they_are_named_and_where_they_lead() {
    let folder = Folder::new("folders");
    let elsewhere = folder.0.join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::rename(folder.0.join("policies/p.yaml"), elsewhere.join("p.yaml")).unwrap();
    std::os::unix::fs::symlink(elsewhere.join("p.yaml"), folder.0.join("policies/p.yaml")).unwrap();
    let watched = folders_of(&folder.read().files);
    for name in ["", "policies", "elsewhere"] {
        assert!(watched.contains(&folder.0.join(name)) || name.is_empty(), "{name}: {watched:?}");
    }
    assert!(watched.iter().any(|path| Path::new(path).canonicalize().unwrap() == folder.0.canonicalize().unwrap()));
}

/// After an overflow nobody knows what moved; a file is busy by its place and not by its name.
#[test]
fn only_what_happens_to_the_busy_file_alone_is_no_hint() {
    let folder = Folder::new("hints");
    let at = |name: &str| folder.0.join(name);
    let busy = [whole(&at("decisions.jsonl"))];
    let event = |paths: &[PathBuf]| {
        let event = Event::new(EventKind::Modify(ModifyKind::Any));
        paths.iter().fold(event, |event, path| event.add_path(path.clone()))
    };
    assert!(is_hint(&Event::new(EventKind::Other).set_flag(Flag::Rescan), &busy));
    assert!(is_hint(&event(&[at("decisions.jsonl")]).set_flag(Flag::Rescan), &busy));
    assert!(is_hint(&event(&[]), &busy));
    assert!(is_hint(&event(&[at("policies/decisions.jsonl")]), &busy));
    assert!(is_hint(&event(&[at("decisions.jsonl"), at("gateway.yaml")]), &busy));
    assert!(!is_hint(&event(&[at("policies/../decisions.jsonl")]), &busy));
    assert!(!is_hint(&Event::new(EventKind::Access(AccessKind::Any)).add_path(at("gateway.yaml")), &busy));
}
