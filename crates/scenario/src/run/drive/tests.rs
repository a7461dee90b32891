//! Polling by hand: to the next port, past sleeps, and never for ever.

use std::time::Duration;

use floorwalker_gateway::Clock as _;
use floorwalker_json::{Document, Format};

use super::{Stuck, alone};
use crate::document::Scenario;
use crate::world::parking::Place;
use crate::world::{Materials, Middleman, World};

fn world() -> World {
    let source = "
version: 1
scenario: x
guarantees: [G1]
policy: none
mocks: { borealhost: {} }
agents: { a: g }
steps: [{ agent: a, call: borealhost/whoami, expect: allow }]
ledger: { borealhost: { charges: 0 } }
";
    let document = Document::parse("d", source, Format::Yaml).expect("the text can be read");
    let scenario = Scenario::load(&document).expect("the scenario loads");
    World::new(&scenario, &Materials::default(), &Middleman::Nobody).expect("the world is made")
}

#[test]
fn sleep_makes_time_jump_and_nothing_else_does() {
    let wiring = world().wiring;
    let begun = wiring.clock.now();
    let slept = alone(&wiring, async {
        wiring.clock.sleep(Duration::from_secs(86_400)).await;
        wiring.clock.sleep(Duration::from_millis(1)).await;
    });
    assert_eq!(slept, Ok(()));
    assert_eq!(wiring.clock.now().since(begun), Duration::from_millis(86_400_001));
}

#[test]
fn a_parked_call_goes_on_without_time() {
    let wiring = world().wiring;
    wiring.parking.open(true);
    let begun = wiring.clock.now();
    let parked = alone(&wiring, async {
        wiring.parking.park(Place::Log).await;
        wiring.parking.park(Place::Store).await;
        7
    });
    assert_eq!((parked, wiring.clock.now()), (Ok(7), begun));
}

#[test]
fn who_waits_for_nothing_is_found_out() {
    let wiring = world().wiring;
    assert_eq!(alone(&wiring, std::future::pending::<()>()), Err(Stuck::Deaf));
    let forever = async {
        loop {
            wiring.clock.sleep(Duration::from_secs(1)).await;
        }
    };
    assert_eq!(alone::<()>(&wiring, forever), Err(Stuck::Asleep));
}
