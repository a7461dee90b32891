//! Gateways that are ours but for one thing, each of them wrong, and the scenario that finds it out.

use std::collections::BTreeMap;
use std::sync::Arc;

use floorwalker_gateway::{Clock, Envelope, Outlet, Port, Reply, TextLog};
use floorwalker_json::{Document, Format};
use floorwalker_policy::{Policy, Timestamp};

use crate::between::ours::Ours;
use crate::between::ours::leaving::{Stands, until_served};
use crate::between::{Between, Found, Reloaded};
use crate::inbox::Nowhere;
use crate::replay::{Extent, replay};
use crate::run::Expectations;
use crate::suite::Suite;
use crate::world::clock::VirtualClock;
use crate::world::parking::Place;
use crate::world::{Middleman, Wiring};

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    /// A reload begins with empty counters.
    Refills,
    /// Between the old policy and the new one there is a moment without rules.
    Opens,
    /// What cannot be read is taken for a policy without rules.
    FailsOpen,
    /// What cannot be read takes the policy before away.
    FailsShut,
    /// Limits count in the time on the wall.
    CountsByTheWall,
    /// The last record before a crash is not there after it.
    ForgetsARecord,
    /// A call is given up, and gives back what it was charged, when its client hangs up.
    RefundsOnHangUp,
}

#[derive(Debug)]
struct Broken {
    ours: Ours,
    wiring: Wiring,
    flaw: Flaw,
}

#[derive(Debug)]
struct OnTheWall(VirtualClock);

impl Clock for OnTheWall {
    fn now(&self) -> Timestamp {
        self.0.wall()
    }

    fn wall(&self) -> Timestamp {
        self.0.wall()
    }

    fn sleep(&self, span: std::time::Duration) -> Port<'_, ()> {
        self.0.sleep(span)
    }
}

impl Broken {
    fn new(wiring: &Wiring, flaw: Flaw) -> Self {
        let mut ours = Ours::in_process(wiring.clone());
        if flaw == Flaw::CountsByTheWall {
            ours.clock = |clock| Arc::new(OnTheWall(clock));
        }
        Self { ours, wiring: wiring.clone(), flaw }
    }

    fn everybody_has(&self, policy: &Found) -> BTreeMap<String, Found> {
        self.wiring.grants.keys().map(|grant| (grant.clone(), policy.clone())).collect()
    }

    /// Begins anew as if the last record had not been written.
    fn forget_the_last_record(&self) {
        let log = self.ours.log();
        let before_last = log.trim_end().rfind('\n').map_or(0, |end| end + 1);
        self.ours.with_running(|running| running.life.end());
        self.begins_with(log.get(..before_last).unwrap_or_default().to_owned());
    }

    async fn abandon_wrongly(&self, envelope: Envelope) -> Result<Option<Reply>, String> {
        match until_served(&self.wiring, self.ours.exchange(envelope, &Nowhere)).await? {
            Stands::Answered(reply) => Ok(Some(reply)),
            Stands::AtServer(call) => {
                drop(call);
                self.forget_the_last_record();
                self.ours.open().await.map(|_| None)
            }
        }
    }

    fn begins_with(&self, log: String) {
        self.ours.with_running(|running| running.log = Arc::new(TextLog::with_text(log)));
    }

    async fn reload_wrongly(&self, found: BTreeMap<String, Found>) -> Result<Reloaded, String> {
        match self.flaw {
            Flaw::Refills => {
                self.begins_with(String::new());
                self.ours.open().await?;
            }
            Flaw::Opens => {
                self.ours.read_again(self.everybody_has(&open())).await?;
                self.wiring.parking.park(Place::Terms).await;
            }
            _ => {}
        }
        let reloaded = self.ours.read_again(found).await?;
        let instead = match self.flaw {
            Flaw::FailsOpen => open(),
            Flaw::FailsShut => Found::Policy(None),
            _ => return Ok(reloaded),
        };
        if reloaded != Reloaded::Loaded {
            self.ours.read_again(self.everybody_has(&instead)).await?;
        }
        Ok(reloaded)
    }
}

fn open() -> Found {
    let document = Document::parse("p", r#"{ "version": "1", "default": "allow" }"#, Format::Json);
    Found::Policy(Policy::load(&document.expect("it can be read")).ok().map(Arc::new))
}

impl Between for Broken {
    fn start(&self) -> Port<'_, Result<(), String>> {
        self.ours.start()
    }

    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        self.ours.exchange(envelope, outlet)
    }

    fn abandon(&self, envelope: Envelope) -> Port<'_, Result<Option<Reply>, String>> {
        if self.flaw == Flaw::RefundsOnHangUp {
            return Box::pin(self.abandon_wrongly(envelope));
        }
        self.ours.abandon(envelope)
    }

    fn restart(&self) -> Port<'_, Result<(), String>> {
        self.ours.restart()
    }

    fn crash(&self) -> Port<'_, Result<(), String>> {
        if self.flaw == Flaw::ForgetsARecord {
            self.forget_the_last_record();
        }
        self.ours.crash()
    }

    fn reload(&self, found: BTreeMap<String, Found>) -> Port<'_, Result<Reloaded, String>> {
        Box::pin(self.reload_wrongly(found))
    }

    fn log(&self) -> String {
        self.ours.log()
    }
}

/// Whether the scenario holds for a gateway with that flaw.
fn holds(path: &str, flaw: Flaw) -> bool {
    let suite = Suite::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).expect("there are scenarios");
    let loaded = suite.load(&format!("scenarios/{path}.yaml")).unwrap_or_else(|problems| panic!("{problems:?}"));
    let make = move |wiring: &Wiring| Ok(Box::new(Broken::new(wiring, flaw)) as Box<dyn Between>);
    // The witnesses alone are heard, so that no gateway is caught by its words.
    let expectations = Expectations::Ignore;
    let extent = Extent { middleman: Middleman::Other(Arc::new(make)), expectations, bound: 1_000 };
    let replayed = replay(&loaded.scenario, &loaded.materials, &extent).expect("the harness works");
    replayed.worse.as_ref().unwrap_or(&replayed.first).violations.is_empty()
}

#[test]
fn each_flaw_is_found_by_the_witnesses() {
    let cases = [
        (Flaw::Refills, "policy/reload-no-reset"),
        (Flaw::Refills, "policy/reload-tighten"),
        (Flaw::Opens, "policy/reload-under-way"),
        (Flaw::FailsOpen, "policy/typo-fails-load"),
        (Flaw::FailsOpen, "policy/duplicate-keys"),
        (Flaw::FailsOpen, "policy/missing-default"),
        (Flaw::FailsOpen, "policy/bad-numbers"),
        (Flaw::FailsOpen, "policy/reload-invalid"),
        (Flaw::FailsOpen, "policy/reload-partial-write"),
        (Flaw::FailsShut, "policy/reload-invalid"),
        (Flaw::FailsShut, "policy/reload-partial-write"),
        (Flaw::CountsByTheWall, "session/another-time-on-the-wall"),
        (Flaw::ForgetsARecord, "session/crash-at-any-point"),
        (Flaw::RefundsOnHangUp, "rate/cancel-refund"),
    ];
    for (flaw, path) in cases {
        assert!(holds(path, Flaw::None), "{path} does not hold without a flaw");
        assert!(!holds(path, flaw), "{path} holds for a gateway with the flaw {flaw:?}");
    }
}
