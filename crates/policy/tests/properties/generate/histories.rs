//! Histories by chance: calls of several grants and sessions, close to the edges of windows; how they end and when; other
//! policies; ends of the gateway.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Map, Value};

use super::{
    policies::{About, policy},
    words::{
        AMOUNTS, CATALOGUE, GRANTS, LOOK_ALIKES, NO_TOOLS, NUMBERS, OWN_SESSIONS, PAUSES, SERVERS, SESSIONS, VALUES,
    },
};
use crate::written::{Asked, Case, Deed, Ended, Step, parsed};

/// What the histories of a property are about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Happens {
    pub(crate) steps: usize,
    /// How many policies there are; with more than one they change.
    pub(crate) policies: usize,
    /// Whether the clock is sometimes set back. Calls are all answered then.
    pub(crate) clock_back: bool,
    /// Whether calls fail, get lost or are not sent.
    pub(crate) endings: bool,
}

pub(crate) const PLAIN: Happens = Happens { steps: 24, policies: 1, clock_back: false, endings: false };

pub(crate) fn case(about: About, happens: Happens) -> impl Strategy<Value = Case> {
    let policies = vec(policy(about), happens.policies);
    (policies, vec(step(about, happens), 1..happens.steps)).prop_map(|(policies, steps)| Case { policies, steps })
}

pub(crate) fn step(about: About, happens: Happens) -> impl Strategy<Value = Step> {
    let pause = (pause(), prop::bool::weighted(0.05)).prop_map(move |(pause, is_back)| match is_back {
        true if happens.clock_back => -pause,
        _ => pause,
    });
    (pause, deed(about, happens)).prop_map(|(pause, deed)| Step { pause, deed })
}

/// Most steps follow each other at once, so that windows fill.
pub(crate) fn pause() -> impl Strategy<Value = i64> {
    prop_oneof![3 => Just(0), 2 => select(PAUSES.to_vec())]
}

fn deed(about: About, happens: Happens) -> impl Strategy<Value = Deed> {
    let waits = prop_oneof![6 => Just(0), 1 => 1..4_usize];
    let ended = match happens.endings {
        false => Just(Ended::Answered).boxed(),
        true => select(vec![Ended::Answered, Ended::Failed, Ended::Lost, Ended::NotSent, Ended::NotSent]).boxed(),
    };
    let ask = (asked(about), waits.clone(), waits, ended).prop_map(|(asked, stall, lag, ended)| Deed::Ask {
        asked,
        stall,
        lag,
        ended,
    });
    let reload = (prop::option::of(select(GRANTS.to_vec())), 0..happens.policies)
        .prop_map(|(grant, policy)| Deed::Reload { grant, policy });
    prop_oneof![
        20 => ask,
        if happens.policies > 1 { 5 } else { 0 } => reload,
        1 => Just(Deed::Restart),
    ]
}

/// Most calls come from few, so that limits are met.
pub(crate) fn asked(about: About) -> impl Strategy<Value = Asked> {
    let grant = prop_oneof![3 => Just(0_usize), 1 => Just(3), 2 => 0..GRANTS.len()];
    let server = prop_oneof![4 => Just(SERVERS[0]), 1 => select(SERVERS.to_vec())];
    let tool = prop_oneof![
        8 => select(CATALOGUE[..3].to_vec()),
        u32::from(about.rules) => select(CATALOGUE.to_vec()),
        u32::from(about.rules) => select(NO_TOOLS.to_vec()),
    ];
    (grant, any::<Option<Index>>(), server, tool, arguments(about)).prop_map(
        |(grant, session, server, tool, arguments)| {
            let sessions = if grant == 0 { &OWN_SESSIONS[..] } else { &SESSIONS[..] };
            let session = session.map(|index| *index.get(sessions));
            Asked { grant: GRANTS[grant], session, server, tool, arguments }
        },
    )
}

fn arguments(about: About) -> BoxedStrategy<Option<Value>> {
    if !about.rules && !about.amounts {
        return Just(None).boxed();
    }
    let words = if about.amounts { AMOUNTS.to_vec() } else { VALUES.to_vec() };
    let texts: Vec<&str> = VALUES.iter().filter(|value| value.starts_with('"')).copied().collect();
    let value = move || {
        let numbers = if about.amounts { AMOUNTS.to_vec() } else { NUMBERS.to_vec() };
        prop_oneof![2 => select(words.clone()), 1 => select(texts.clone()), 1 => select(numbers)].prop_map(parsed)
    };
    let nested = value().prop_map(|value| Value::Object([("c".to_owned(), value)].into_iter().collect()));
    let y = prop_oneof![select(VALUES.to_vec()).prop_map(parsed), nested];
    let rare = prop::bool::weighted(if about.amounts { 0.6 } else { 0.1 });
    let dotted = prop_oneof![1 => value(), 2 => Just(Value::from("EUR"))];
    let currency = prop_oneof![5 => Just("USD"), 1 => Just("usd"), 1 => Just("EUR")];
    let members = (
        prop::option::weighted(0.9, value()),
        prop::option::of(y),
        prop::option::weighted(0.8, currency),
        rare,
        dotted,
    );
    let object = (members, prop::option::weighted(0.05, select(LOOK_ALIKES[..4].to_vec()))).prop_map(
        |((x, y, currency, has_dotted, dotted), look_alike)| {
            let mut members = Map::new();
            members.extend(x.map(|x| ("x".to_owned(), x)));
            members.extend(y.map(|y| ("y".to_owned(), y)));
            members.extend(currency.map(|currency| ("currency".to_owned(), currency.into())));
            members.extend(has_dotted.then_some(("a.b".to_owned(), dotted)));
            // A key beside one that it could be taken for never gets here: the message is not understood.
            if let Some((key, parameter)) = look_alike {
                members.remove(parameter);
                members.insert(key.to_owned(), Value::from(1));
            }
            Value::Object(members)
        },
    );
    prop::option::weighted(0.95, object).boxed()
}
