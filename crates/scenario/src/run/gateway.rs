//! What happens to the gateway in a run: it reads new policies, it crashes, somebody sets the wall clock.

use std::collections::BTreeMap;
use std::time::Duration;

use floorwalker_json::{Document, Format};
use floorwalker_policy::Policy;
use futures_util::future::BoxFuture;

use crate::agent::{Panicked, caught};
use crate::between::{Found, Reloaded};
use crate::document::{Edit, FileName, NewPolicy, ReloadEnd, ReloadStep, Step, WallShift};
use crate::duration;
use crate::run::doing::Done;
use crate::run::{Line, Run};
use crate::world::parking::Place;
use crate::world::{Materials, ReadPolicy};

impl<'r> Run<'r> {
    pub(super) fn reload(&mut self, reload: &'r ReloadStep) -> BoxFuture<'r, Done<'r>> {
        let (world, found) = (self.world, self.found(reload));
        Box::pin(async move {
            world.wiring.parking.park(Place::Terms).await;
            let reloaded = caught(world.between.reload(found)).await;
            Done::Reload(reload, reloaded.unwrap_or_else(|Panicked| Err("the gateway panicked".to_owned())))
        })
    }

    /// The gateway's end and its next beginning are one moment: who calls in between is not answered, and that is all.
    pub(super) fn crash(&self) -> BoxFuture<'r, Done<'r>> {
        let world = self.world;
        Box::pin(async move {
            let parking = &world.wiring.parking;
            parking.park(Place::Gateway).await;
            let open = parking.pause();
            let crashed = caught(world.between.crash()).await;
            let crashed = crashed.unwrap_or_else(|Panicked| Err("the gateway panicked".to_owned()));
            parking.open(open);
            let line = line("crash", "done", "the gateway ended where it stood, and folded its log again".to_owned());
            Done::Deed(line, crashed.map(|()| Vec::new()))
        })
    }

    pub(super) fn set_wall(&mut self, shift: WallShift) {
        self.world.wiring.clock.set_wall(shift);
        let detail = match shift {
            WallShift::Ahead(span) => format!("the wall clock is set forward by {}", duration::shown(span)),
            WallShift::Back(span) => format!("the wall clock is set back by {}", duration::shown(span)),
        };
        self.note("world", "clock", &detail);
    }

    pub(super) fn settle_reload(
        &mut self,
        step: &Step,
        at: Duration,
        reload: &ReloadStep,
        reloaded: Result<Reloaded, String>,
    ) {
        let (end, why) = match reloaded {
            Ok(Reloaded::Loaded) => (ReloadEnd::Loaded, None),
            Ok(Reloaded::Refused(why)) => (ReloadEnd::Refused, Some(why)),
            Err(why) => return self.violate(step, "the gateway to be told of its new policies".to_owned(), why),
        };
        let detail = why.clone().unwrap_or_else(|| told(reload));
        self.lines.push(Line { at, ..line("reload", end.word(), detail) });
        if end != reload.expect {
            let happened = match why {
                Some(why) => format!("they cannot be read: {why}"),
                None => "they were loaded".to_owned(),
            };
            self.violate(step, format!("the new policies to be {}", reload.expect.word()), happened);
        }
        if end == ReloadEnd::Loaded {
            self.note_files(reload);
        }
    }

    /// What lies there from now on. A file that is named says the same to everybody for whom it was broken.
    fn found(&mut self, reload: &ReloadStep) -> BTreeMap<String, Found> {
        let mut found = found(reload, self.materials);
        for (grant, policy) in &reload.grants {
            let NewPolicy::File(FileName { name: Some(name), .. }) = policy else { continue };
            let Some(says) = found.get(grant).cloned() else { continue };
            for (other, _) in self.broken_files.iter().filter(|(_, broken)| *broken == name) {
                found.entry(other.clone()).or_insert_with(|| says.clone());
            }
        }
        self.broken_files.retain(|grant, _| !found.get(grant).is_some_and(|found| !matches!(found, Found::Broken(_))));
        for (grant, policy) in &reload.grants {
            if let (NewPolicy::File(FileName { name: Some(name), .. }), Some(Found::Broken(_))) =
                (policy, found.get(grant))
            {
                self.broken_files.insert(grant.clone(), name.clone());
            }
        }
        found
    }

    /// Which file each grant's policy is from now on, for messages.
    fn note_files(&mut self, reload: &ReloadStep) {
        for (grant, policy) in &reload.grants {
            let path = match policy {
                NewPolicy::File(FileName { name: Some(name), .. }) => {
                    self.materials.reloads.get(name).map_or(name.as_str(), |read| read.path.as_str())
                }
                NewPolicy::File(_) | NewPolicy::Gone => "none",
            };
            self.policy_files.insert(grant.clone(), path.to_owned());
        }
    }
}

fn line(what: &str, verdict: &str, detail: String) -> Line {
    Line {
        at: Duration::ZERO,
        who: "world".to_owned(),
        what: what.to_owned(),
        verdict: verdict.to_owned(),
        detail,
        told: Vec::new(),
    }
}

/// What each grant has from now on: `grant-a: tighter, grant-b is gone`.
fn told(reload: &ReloadStep) -> String {
    let edited = if reload.edit == Edit::AsItIs { "" } else { ", edited" };
    let one = |(grant, policy): &(String, NewPolicy)| match policy {
        NewPolicy::File(FileName { name: Some(name), .. }) => format!("{grant}: {name}{edited}"),
        NewPolicy::File(_) => format!("{grant}: none"),
        NewPolicy::Gone => format!("{grant} is gone"),
    };
    match reload.grants.as_slice() {
        [] => "nothing changed".to_owned(),
        grants => grants.iter().map(one).collect::<Vec<_>>().join(", "),
    }
}

fn found(reload: &ReloadStep, materials: &Materials) -> BTreeMap<String, Found> {
    let one = |policy: &NewPolicy| match policy {
        NewPolicy::Gone => Found::Gone,
        NewPolicy::File(FileName { name: None, .. }) => Found::Policy(None),
        NewPolicy::File(FileName { name: Some(name), .. }) => match materials.reloads.get(name) {
            Some(read) => edited(&reload.edit, read),
            None => Found::Broken(format!("`{name}` was not read")),
        },
    };
    reload.grants.iter().map(|(grant, policy)| (grant.clone(), one(policy))).collect()
}

/// What the file says by now.
fn edited(edit: &Edit, read: &ReadPolicy) -> Found {
    let ReadPolicy { path, policy } = read;
    let loaded = match edit {
        Edit::AsItIs => return Found::Policy(Some(policy.clone())),
        Edit::Missing => return Found::Broken(format!("{path}: cannot be read: there is no such file")),
        Edit::Text(text) => Document::parse(path.as_str(), text.as_str(), Format::of_name(path))
            .map_err(|problem| vec![problem])
            .and_then(|document| Policy::load(&document))
            .map_err(|problems| problems.iter().map(|problem| problem.line(path, text)).collect::<Vec<_>>()),
    };
    match loaded {
        Ok(policy) => Found::Policy(Some(policy.into())),
        Err(problems) => Found::Broken(problems.join("; and ")),
    }
}
