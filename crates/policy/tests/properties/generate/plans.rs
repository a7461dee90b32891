//! Plans by chance, with changes of all kinds in any order, on few rows: what no policy asks for, a state must bear all the
//! same.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use floorwalker_json::{Decimal, Digest};
use floorwalker_policy::{
    Amount, Change, Charge, CheckoutKey, CounterKey, Ending, GrantId, Handle, Moment, Once, Plan, PollPace, QuoteKey,
    RuleName, Scope, ServerName, Stretch, Timestamp, Total,
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};

/// A plan, so many milliseconds after the one before.
#[derive(Clone, Debug)]
pub(crate) struct Timed {
    pause: u64,
    changes: Vec<Planned>,
}

/// A change, or the take-back of an earlier plan of the list.
#[derive(Clone, Debug)]
enum Planned {
    Change(Change),
    TakeBack(Index),
}

impl Timed {
    /// The plans and when they are committed.
    pub(crate) fn moments(plans: &[Self]) -> Vec<(Moment, Plan)> {
        let mut moments: Vec<(Moment, Plan)> = Vec::new();
        let mut now = Moment { at: Timestamp::from_millis(1_000), turn: 0 };
        for timed in plans {
            now = Moment { at: now.at.after(Duration::from_millis(timed.pause)), turn: now.turn + 1 };
            let change = |planned: &Planned| match planned {
                Planned::Change(change) => change.clone(),
                Planned::TakeBack(_) if moments.is_empty() => Change::TakeBack { at: now.at, plan: Plan::default() },
                Planned::TakeBack(index) => {
                    let (then, plan) = index.get(&moments);
                    Change::TakeBack { at: then.at, plan: plan.clone() }
                }
            };
            let changes = timed.changes.iter().map(change).collect();
            moments.push((now, Plan { changes }));
        }
        moments
    }
}

pub(crate) fn plans() -> impl Strategy<Value = Vec<Timed>> {
    let planned = prop_oneof![
        12 => change().prop_map(Planned::Change),
        1 => any::<Index>().prop_map(Planned::TakeBack),
    ];
    let pause = select(vec![0, 0, 1, 4_999, 5_000, 5_001, 59_999, 60_000]);
    vec((pause, vec(planned, 1..5)).prop_map(|(pause, changes)| Timed { pause, changes }), 1..14)
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        5 => charge(),
        4 => (checkout(), grant()).prop_map(|(checkout, grant)| Change::Bind { checkout, grant }),
        2 => (checkout(), grant()).prop_map(|(checkout, grant)| Change::Own { checkout, grant }),
        2 => checkout().prop_map(|checkout| Change::Poll { checkout, pace: pace() }),
        2 => (checkout(), select(vec![("ready", false), ("waiting", false), ("gone", true)]))
            .prop_map(|(checkout, (status, terminal))| Change::Advance { checkout, status: status.to_owned(), terminal }),
        3 => (checkout(), once(), any::<bool>()).prop_map(|(checkout, once, picky)| begin(checkout, once, picky)),
        2 => (checkout(), once(), select(vec![Ending::Done, Ending::Refused, Ending::Unknown]))
            .prop_map(|(checkout, once, ending)| Change::End { checkout, once, ending }),
        1 => (checkout(), 0..20_u64).prop_map(|(checkout, asked)| Change::Reopen { checkout, asked }),
        2 => (checkout(), total(), any::<bool>())
            .prop_map(|(checkout, total, agreed)| Change::Total { checkout, total, agreed }),
        1 => (quote(), total()).prop_map(|(quote, total)| Change::Quote { quote, total }),
        1 => (quote(), prop::option::of(total())).prop_map(|(quote, total)| Change::Within { quote, total }),
        1 => (select(vec!["one", "two"]), grant())
            .prop_map(|(secret, grant)| Change::Deliver { secret: Digest::of(secret.as_bytes()), grant }),
    ]
}

fn charge() -> impl Strategy<Value = Change> {
    // A counter has one window: what a shorter one has left, no longer one after it can count.
    let counters = select(vec![("a", 60), ("b", 5), ("c", 60)]);
    let scope = prop_oneof![Just(Scope::Policy), grant().prop_map(Scope::Grant)];
    (counters, scope, select(vec!["0", "1", "2", "0.5"]), 0_u64..6).prop_map(|((counter, secs), scope, amount, max)| {
        Change::Charge(Charge {
            counter: CounterKey { server: server(), counter: Arc::from(counter), scope },
            amount: Amount::parse(amount).expect("it is an amount"),
            max: max.into(),
            window: Duration::from_secs(secs).into(),
            rule: RuleName::fixed("/limit"),
            on_deny: None,
        })
    })
}

fn begin(checkout: CheckoutKey, once: Once, is_picky: bool) -> Change {
    let from = is_picky.then(|| Arc::new(BTreeSet::from(["ready".to_owned()])));
    Change::Begin { checkout, once, attempts: (once == Once::Claim).then_some(2), from }
}

fn pace() -> Arc<PollPace> {
    let secs = Duration::from_secs;
    Arc::new(PollPace { stretches: vec![Stretch { until: secs(60), gap: secs(5) }] })
}

fn server() -> ServerName {
    ServerName::new("s").expect("it is a name")
}

fn grant() -> impl Strategy<Value = GrantId> + Clone {
    select(vec!["a", "b"]).prop_map(|name| GrantId::new(name).expect("it is a name"))
}

fn checkout() -> impl Strategy<Value = CheckoutKey> + Clone {
    select(vec!["c", "d"])
        .prop_map(|handle| CheckoutKey { server: server(), handle: Handle::new(handle).expect("it is a name") })
}

fn quote() -> impl Strategy<Value = QuoteKey> {
    grant().prop_map(|grant| QuoteKey { server: server(), handle: Handle::new("q").expect("it is a name"), grant })
}

fn once() -> impl Strategy<Value = Once> {
    select(vec![Once::Completion, Once::Claim])
}

fn total() -> impl Strategy<Value = Total> {
    (select(vec![3_u64, 5]), select(vec!["USD", "EUR"]))
        .prop_map(|(amount, currency)| Total::new(Decimal::from(amount), currency).expect("it is a total"))
}
