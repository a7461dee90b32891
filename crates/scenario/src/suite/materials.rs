//! The files that a scenario names, read: policies and checkout profiles.

use std::fs;
use std::sync::Arc;

use floorwalker_json::{Document, Problem, nearest};
use floorwalker_policy::{Policy, Profile};
use serde_json::Value;

use super::{Suite, lines, rests};
use crate::document::{FileName, ProfileName, Scenario};
use crate::template::plain;
use crate::world::{Materials, ReadPolicy};

/// A grant's policy, where it was read, and as a document.
type GrantPolicy = (Option<Arc<Policy>>, String, Option<Value>);

/// A mock's checkout profile, where it was read, and as a document.
type ReadProfile = (Arc<Profile>, String, Value);

impl Suite {
    pub(super) fn materials(&self, document: &Document, scenario: &Scenario) -> Result<Materials, Vec<String>> {
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
