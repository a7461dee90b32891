//! G12, and G8 for checkouts: what others do with a checkout changes nothing for its owner, and they learn nothing of it.
//!
//! For every policy without shared counters, and every history of several grants who open checkouts, look at them, pay for them
//! and fetch what was bought, their own, each other's and such as nobody opened, with replies that come or do not: a call on a
//! checkout is let through for its owner only; a foreign checkout and one that is not there are refused in the same words; and
//! the first grant is told the same as in the world in which nobody else calls.

use std::collections::{BTreeMap, BTreeSet};

use floorwalker_json::{Document, Format, Keys, scan};
use floorwalker_policy::{
    Call, Decision, Denial, GrantId, Moment, Plan, Policy, Profile, ServerName, SessionId, State, Timestamp,
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Value, json};

use crate::{
    broken::keeping::{FoldsHandles, ForgetsOwnersOfPolls, TellsForeignFromUnknown},
    engine::{Engine, Seen},
    generate::{
        policies::{About, CALLS, Dialects, policy},
        words::{CATALOGUE, GRANTS, SERVERS},
    },
    hold::{Held, Property},
    play::definition,
    written::Written,
};

pub(crate) const PROPERTY: Property = Property {
    name: "owners",
    pairs: 6_000,
    check: |engine, run| {
        let cases = (policy(About { dialects: Dialects::JsonUnshared, ..CALLS }), vec(step(), 1..40));
        run.cases(cases, |(policy, steps)| hold(engine, policy, steps))
    },
    broken: &[&ForgetsOwnersOfPolls, &TellsForeignFromUnknown, &FoldsHandles],
};

/// Which of the catalogue's tools do what to a checkout.
const PROFILE: &str = r#"{
    "version": 1, "profile": "shop",
    "tools": {
        "buy": { "does": "create" },
        "look": { "does": "poll", "id": "x" },
        "buy/now": { "does": "complete", "id": "x", "again": ["open"] },
        "pay.bill": { "does": "claim", "id": "x", "attempts": 3 }
    },
    "reply": { "object": ["structured"], "id": "/id", "status": "/status", "terminal": ["gone"] },
    "polls": [{ "until": "60s", "gap": "5s" }],
    "secrets": [{ "kind": "voucher", "places": ["/voucher"] }]
}"#;

/// Which step of the list opened the checkout that somebody calls for, and how its name is spelled.
#[derive(Clone, Debug)]
struct Cart {
    opened: Index,
    is_shouted: bool,
}

#[derive(Clone, Debug)]
struct Step {
    pause: u64,
    grant: &'static str,
    tool: &'static str,
    cart: Cart,
    is_lost: bool,
}

#[test]
fn a_checkout_is_its_owners() {
    PROPERTY.holds();
}

#[test]
fn broken_engines_let_others_in_or_tell() {
    PROPERTY.finds_what_is_broken();
}

fn step() -> impl Strategy<Value = Step> {
    let grant = prop_oneof![1 => Just(GRANTS[0]), 1 => select(GRANTS[1..4].to_vec())];
    let cart = (any::<Index>(), prop::bool::weighted(0.1)).prop_map(|(opened, is_shouted)| Cart { opened, is_shouted });
    let tool = prop_oneof![1 => Just(CATALOGUE[0]), 2 => select(CATALOGUE[1..].to_vec())];
    (select(vec![0, 0, 1, 4_999, 5_000, 60_000]), grant, tool, cart, prop::bool::weighted(0.1))
        .prop_map(|(pause, grant, tool, cart, is_lost)| Step { pause, grant, tool, cart, is_lost })
}

fn hold(engine: &dyn Engine, policy: &Written, steps: &[Step]) -> Held {
    let with_others = told(engine, policy, steps, |_| true)?;
    let alone = told(engine, policy, steps, |grant| grant == GRANTS[0])?;
    prop_assert_eq!(with_others, alone);
    Ok(())
}

/// What the first grant is told when those call who may.
fn told(
    engine: &dyn Engine,
    policy: &Written,
    steps: &[Step],
    calls: impl Fn(&str) -> bool,
) -> Result<Vec<String>, TestCaseError> {
    let document = Document::parse("profile", PROFILE, Format::Json).unwrap();
    let profile = Profile::load(&document).unwrap();
    let (state, policy) = (State::default(), engine.load(&policy.source()));
    let mut shop = Shop { engine, profile, policy, state, opened: BTreeMap::new(), paid: BTreeSet::new() };
    let (mut at, mut told) = (Timestamp::from_millis(1_000_000), Vec::new());
    for (number, step) in steps.iter().enumerate() {
        at = Timestamp::from_millis(at.as_millis() + step.pause);
        if calls(step.grant) {
            let words = shop.call(Moment { at, turn: 2 * number as u64 + 1 }, number, step, steps.len())?;
            told.extend((step.grant == GRANTS[0]).then_some(words));
        }
    }
    Ok(told)
}

/// A gateway and a server that believes whoever names a checkout.
struct Shop<'e> {
    engine: &'e dyn Engine,
    profile: Profile,
    policy: Policy,
    state: State,
    /// Who opened what.
    opened: BTreeMap<String, &'static str>,
    paid: BTreeSet<String>,
}

impl Shop<'_> {
    fn call(&mut self, now: Moment, number: usize, step: &Step, steps: usize) -> Result<String, TestCaseError> {
        let is_opening = step.tool == CATALOGUE[0];
        let letter = if step.cart.is_shouted { "C" } else { "c" };
        let cart = if is_opening { format!("c{number}") } else { format!("{letter}{}", step.cart.opened.index(steps)) };
        let is_own = is_opening || self.opened.get(&cart) == Some(&step.grant);
        let mut untouched = self.state.clone();
        match self.asked(now, step, &cart) {
            Err(denial) if is_own => Ok(format!("{denial:?}")),
            Err(denial) => {
                std::mem::swap(&mut self.state, &mut untouched);
                let of_nothing = self.asked(now, step, "there is no such checkout");
                prop_assert_eq!(&Err(denial.clone()), &of_nothing.map(drop), "{} of another", cart);
                self.state = untouched;
                Ok(format!("{denial:?}"))
            }
            Ok(plan) => {
                prop_assert!(is_own, "{:?} may call {} on {}", step.grant, step.tool, cart);
                Ok(self.answered(now, step, &cart, &plan))
            }
        }
    }

    /// Decides and commits.
    fn asked(&mut self, now: Moment, step: &Step, cart: &str) -> Result<Plan, Option<Denial>> {
        let seen = Seen { profile: Some(&self.profile), definition: definition(step.tool) };
        let decide = |call: &Call<'_>| self.engine.decide(&self.policy, seen, call);
        let plan = match with_call(step, cart, decide) {
            Decision::Allow(plan) => plan,
            refused => return Err(denied(refused)),
        };
        match self.engine.commit(&mut self.state, now, &plan) {
            Decision::Allow(()) => Ok(plan),
            refused => Err(denied(refused)),
        }
    }

    /// The server does what it is told, and its reply is looked at.
    fn answered(&mut self, now: Moment, step: &Step, cart: &str, plan: &Plan) -> String {
        let reply = self.served(step, cart).to_string();
        let result = scan(reply.as_bytes(), Keys::Distinct).unwrap();
        let observe = |call: &Call<'_>| self.engine.observe(&self.profile, call, &result, now.turn);
        let follows = if step.is_lost { Ok(plan.unanswered()) } else { with_call(step, cart, observe) };
        let later = Moment { turn: now.turn + 1, ..now };
        let kept = follows.map(|follows| self.engine.commit(&mut self.state, later, &follows));
        format!("{plan}: {reply}, {kept:?}")
    }

    fn served(&mut self, step: &Step, cart: &str) -> Value {
        let is_paid = self.paid.contains(cart);
        let status = if is_paid { "paid" } else { "open" };
        let shown = match step.tool {
            "buy" => {
                // Where the reply is lost nobody learns whose it is.
                self.opened.extend((!step.is_lost).then(|| (cart.to_owned(), step.grant)));
                json!({ "id": cart, "status": "open" })
            }
            "buy/now" => {
                self.paid.insert(cart.to_owned());
                json!({ "id": cart, "status": "paid" })
            }
            "pay.bill" if is_paid => json!({ "id": cart, "status": "gone", "voucher": format!("voucher of {cart}") }),
            _ => json!({ "id": cart, "status": status }),
        };
        json!({ "structuredContent": shown })
    }
}

fn denied<P>(decision: Decision<P>) -> Option<Denial> {
    match decision {
        Decision::Deny(denial) => Some(denial),
        _ => None,
    }
}

fn with_call<T>(step: &Step, cart: &str, does: impl FnOnce(&Call<'_>) -> T) -> T {
    let source = json!({ "x": cart }).to_string();
    let arguments = scan(source.as_bytes(), Keys::Unconfusable).unwrap();
    let arguments = (step.tool != CATALOGUE[0]).then_some(&arguments);
    let (grant, server) = (GrantId::new(step.grant).unwrap(), ServerName::new(SERVERS[0]).unwrap());
    let session = SessionId::new(step.grant).unwrap();
    does(&Call { grant: &grant, server: &server, session: Some(&session), tool: step.tool, arguments })
}
