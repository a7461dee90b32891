//! What happens to the gateway itself: it panics where no agent calls, and its files are broken and mended.

use std::collections::BTreeMap;
use std::sync::Arc;

use floorwalker_gateway::{Envelope, Outlet, Port, Reply};

use super::{Extent, THEFT, loaded, reasons, replay, run};
use crate::between::ours::Ours;
use crate::between::{Between, Found, Reloaded};
use crate::run::Expectations;
use crate::world::{Middleman, ReadPolicy};

/// Our gateway, which panics at the approvers' door, in a reload and in a crash.
#[derive(Debug)]
struct Panicky(Ours);

impl Between for Panicky {
    fn start(&self) -> Port<'_, Result<(), String>> {
        self.0.start()
    }

    fn exchange<'a>(&'a self, envelope: Envelope, outlet: &'a dyn Outlet) -> Port<'a, Reply> {
        self.0.exchange(envelope, outlet)
    }

    fn approvals(&self, _envelope: Envelope) -> Port<'_, Option<Reply>> {
        Box::pin(async { panic!("a bug at the door") })
    }

    fn reload(&self, _found: BTreeMap<String, Found>) -> Port<'_, Result<Reloaded, String>> {
        Box::pin(async { panic!("a bug of the reload") })
    }

    fn crash(&self) -> Port<'_, Result<(), String>> {
        Box::pin(async { panic!("a bug of the crash") })
    }

    fn restart(&self) -> Port<'_, Result<(), String>> {
        self.0.restart()
    }

    fn log(&self) -> String {
        self.0.log()
    }
}

#[test]
fn a_panic_where_no_agent_calls_breaks_the_scenario_too() {
    for step in ["{ approvals: all, by: nobody, expect: { status: 401 } }", "reload: {}", "crash"] {
        let source = THEFT.replacen("steps:", &format!("steps:\n  - {step}"), 1);
        let panicky = Middleman::Other(Arc::new(|wiring| {
            Ok(Box::new(Panicky(Ours::in_process(wiring.clone()))) as Box<dyn Between>)
        }));
        let found = reasons(&run(&source, panicky, Expectations::Honour));
        assert!(found[0].starts_with("step 1") && found[0].contains("the gateway panicked"), "{step}: {found:?}");
    }
}

#[test]
fn a_file_is_mended_for_everybody_by_whoever_names_it() {
    let broken = "  - { reload: { grant-a: p, grant-b: p }, text: \"\", expect: refused }\n";
    for (mending, mends) in [("{ grant-a: p }", true), ("{ grant-a: other }", false)] {
        let source = THEFT.replacen("steps:", &format!("steps:\n{broken}  - reload: {mending}"), 1);
        let (scenario, mut materials) = loaded(&source);
        let policy = materials.policies.values().flatten().next().expect("there is a policy").clone();
        for name in ["p", "other"] {
            let read = ReadPolicy { path: format!("policies/{name}.json"), policy: Arc::clone(&policy) };
            materials.reloads.insert(name.to_owned(), read);
        }
        let extent = Extent { middleman: Middleman::Ours, expectations: Expectations::Honour, bound: 1 };
        let found = reasons(&replay(&scenario, &materials, &extent).expect("the harness works"));
        assert_eq!(found.is_empty(), mends, "{mending}: {found:?}");
    }
}
