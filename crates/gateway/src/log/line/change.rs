//! Changes as lines: what a commit did, so that a restart can do it again.

use std::{sync::Arc, time::Duration};

use floorwalker_policy::{
    Amount, Change, Charge, CheckoutKey, CounterKey, Ending, Handle, Once, Plan, QuoteKey, RuleName, Scope, Timestamp,
    Unit, Window,
};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{LineError, approver, ask, consent, digest, grant, millis, server, session};

mod parts;
mod touch;
mod wanted;

use parts::{StretchLine, TotalLine, meant_pace, stretches};
use touch::{Stage, TouchLine};
use wanted::WantedLine;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChangeLine {
    Charge {
        server: String,
        counter: String,
        scope: ScopeLine,
        amount: Number,
        max: Number,
        window_ms: u64,
        /// Whether the window is the minute, hour or day of the calendar that is so long.
        #[serde(default, skip_serializing_if = "is_rolling")]
        calendar: bool,
        rule: String,
    },
    Own {
        server: String,
        checkout: String,
        grant: String,
    },
    Poll {
        server: String,
        checkout: String,
        pace: Vec<StretchLine>,
    },
    Bind {
        server: String,
        checkout: String,
        grant: String,
    },
    Advance {
        server: String,
        checkout: String,
        status: String,
        terminal: bool,
    },
    Begin {
        server: String,
        checkout: String,
        once: String,
        attempts: Option<u64>,
    },
    End {
        server: String,
        checkout: String,
        once: String,
        ending: String,
    },
    Reopen {
        server: String,
        checkout: String,
        asked: u64,
    },
    Total {
        server: String,
        checkout: String,
        total: TotalLine,
        agreed: bool,
    },
    Touch(TouchLine),
    Quote {
        server: String,
        quote: String,
        grant: String,
        total: TotalLine,
    },
    Within {
        server: String,
        quote: String,
        grant: String,
        total: Option<TotalLine>,
    },
    Deliver {
        secret: String,
        grant: String,
    },
    Spend(WantedLine),
    Open {
        wanted: WantedLine,
        totals: Vec<Option<TotalLine>>,
    },
    Answer {
        grant: String,
        approval: String,
        approver: String,
        says: String,
    },
    TakeBack {
        at_ms: u64,
        changes: Vec<ChangeLine>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ScopeLine {
    Grant(String),
    Session(String),
    Policy,
}

impl From<&Change> for ChangeLine {
    fn from(change: &Change) -> Self {
        match change {
            Change::Charge(charge) => Self::of_charge(charge),
            Change::Own { checkout, grant } => {
                Self::Own { server: on(checkout), checkout: handle_of(checkout), grant: grant.to_string() }
            }
            Change::Poll { checkout, pace } => {
                Self::Poll { server: on(checkout), checkout: handle_of(checkout), pace: stretches(pace) }
            }
            Change::Bind { checkout, grant } => {
                Self::Bind { server: on(checkout), checkout: handle_of(checkout), grant: grant.to_string() }
            }
            Change::Advance { checkout, status, terminal } => Self::Advance {
                server: on(checkout),
                checkout: handle_of(checkout),
                status: status.clone(),
                terminal: *terminal,
            },
            Change::Begin { checkout, once, attempts, .. } => Self::Begin {
                server: on(checkout),
                checkout: handle_of(checkout),
                once: once.to_string(),
                attempts: *attempts,
            },
            Change::End { checkout, once, ending } => Self::End {
                server: on(checkout),
                checkout: handle_of(checkout),
                once: once.to_string(),
                ending: ending.to_string(),
            },
            Change::Reopen { checkout, asked } => {
                Self::Reopen { server: on(checkout), checkout: handle_of(checkout), asked: *asked }
            }
            Change::Total { checkout, total, agreed } => Self::Total {
                server: on(checkout),
                checkout: handle_of(checkout),
                total: TotalLine::from(total),
                agreed: *agreed,
            },
            Change::Touch { checkout } => Self::Touch(TouchLine::new(checkout, Stage::Begun, None)),
            Change::Touched { checkout } => Self::Touch(TouchLine::new(checkout, Stage::Over, None)),
            Change::Settle { checkout, asked } => Self::Touch(TouchLine::new(checkout, Stage::Settled, Some(*asked))),
            Change::Quote { quote, total } => Self::Quote {
                server: quote.server.to_string(),
                quote: quote.handle.to_string(),
                grant: quote.grant.to_string(),
                total: TotalLine::from(total),
            },
            Change::Within { quote, total } => Self::Within {
                server: quote.server.to_string(),
                quote: quote.handle.to_string(),
                grant: quote.grant.to_string(),
                total: total.as_ref().map(TotalLine::from),
            },
            Change::Deliver { secret, grant } => Self::Deliver { secret: secret.to_string(), grant: grant.to_string() },
            Change::Spend(wanted) => Self::Spend(WantedLine::from(wanted.as_ref())),
            Change::Open { wanted, totals } => Self::Open {
                wanted: WantedLine::from(wanted.as_ref()),
                totals: totals.iter().map(|total| total.as_ref().map(TotalLine::from)).collect(),
            },
            Change::Answer { grant, ask, approver, consent, .. } => Self::Answer {
                grant: grant.to_string(),
                approval: ask.to_string(),
                approver: approver.to_string(),
                says: consent.to_string(),
            },
            Change::TakeBack { at, plan } => {
                Self::TakeBack { at_ms: at.as_millis(), changes: plan.changes.iter().map(Self::from).collect() }
            }
        }
    }
}

impl ChangeLine {
    fn of_charge(charge: &Charge) -> Self {
        Self::Charge {
            server: charge.counter.server.to_string(),
            counter: charge.counter.counter.to_string(),
            scope: ScopeLine::from(&charge.counter.scope),
            amount: number(charge.amount),
            max: number(charge.max),
            window_ms: millis(charge.window.length()),
            calendar: matches!(charge.window, Window::Calendar(_)),
            rule: charge.rule.to_string(),
        }
    }

    fn meant(self) -> Result<Change, LineError> {
        Ok(match self {
            Self::Charge { server: on, counter, scope, amount: charged, max, window_ms, calendar, rule } => {
                Change::Charge(Charge {
                    counter: CounterKey { server: server(on)?, counter: Arc::from(counter), scope: scope.meant()? },
                    amount: amount(&charged)?,
                    max: amount(&max)?,
                    window: window(window_ms, calendar)?,
                    rule: RuleName::placed(rule),
                    on_deny: None,
                })
            }
            Self::Own { server, checkout, grant: owner } => {
                Change::Own { checkout: key(server, checkout)?, grant: grant(owner)? }
            }
            Self::Poll { server, checkout, pace } => {
                Change::Poll { checkout: key(server, checkout)?, pace: Arc::new(meant_pace(&pace)) }
            }
            Self::Bind { server, checkout, grant: owner } => {
                Change::Bind { checkout: key(server, checkout)?, grant: grant(owner)? }
            }
            Self::Advance { server, checkout, status, terminal } => {
                Change::Advance { checkout: key(server, checkout)?, status, terminal }
            }
            Self::Begin { server, checkout, once, attempts } => {
                Change::Begin { checkout: key(server, checkout)?, once: meant_once(once)?, attempts, from: None }
            }
            Self::End { server, checkout, once, ending } => {
                Change::End { checkout: key(server, checkout)?, once: meant_once(once)?, ending: meant_ending(ending)? }
            }
            Self::Reopen { server, checkout, asked } => Change::Reopen { checkout: key(server, checkout)?, asked },
            Self::Total { server, checkout, total, agreed } => {
                Change::Total { checkout: key(server, checkout)?, total: total.meant()?, agreed }
            }
            Self::Touch(line) => line.meant()?,
            Self::Quote { server, quote, grant, total } => {
                Change::Quote { quote: quote_key(server, &quote, grant)?, total: total.meant()? }
            }
            Self::Within { server, quote, grant, total } => Change::Within {
                quote: quote_key(server, &quote, grant)?,
                total: total.map(TotalLine::meant).transpose()?,
            },
            Self::Deliver { secret, grant: to } => Change::Deliver { secret: digest(secret)?, grant: grant(to)? },
            Self::Spend(wanted) => Change::Spend(Arc::new(wanted.meant()?)),
            Self::Open { wanted, totals } => Change::Open {
                wanted: Arc::new(wanted.meant()?),
                totals: totals
                    .into_iter()
                    .map(|total| total.map(TotalLine::meant).transpose())
                    .collect::<Result<_, _>>()?,
            },
            Self::Answer { grant: of, approval, approver: by, says } => Change::Answer {
                grant: grant(of)?,
                ask: ask(approval)?,
                approver: approver(by)?,
                consent: consent(says)?,
                costs: Vec::new(),
            },
            Self::TakeBack { at_ms, changes } => {
                Change::TakeBack { at: Timestamp::from_millis(at_ms), plan: plan(changes)? }
            }
        })
    }
}

impl From<&Scope> for ScopeLine {
    fn from(scope: &Scope) -> Self {
        match scope {
            Scope::Grant(grant) => Self::Grant(grant.to_string()),
            Scope::Session(session) => Self::Session(session.to_string()),
            Scope::Policy => Self::Policy,
        }
    }
}

impl ScopeLine {
    fn meant(self) -> Result<Scope, LineError> {
        Ok(match self {
            Self::Grant(text) => Scope::Grant(grant(text)?),
            Self::Session(text) => Scope::Session(session(text)?),
            Self::Policy => Scope::Policy,
        })
    }
}

pub(super) fn plan(changes: Vec<ChangeLine>) -> Result<Plan, LineError> {
    let changes = changes.into_iter().map(ChangeLine::meant).collect::<Result<_, _>>()?;
    Ok(Plan { changes })
}

/// An amount prints as JSON writes numbers.
fn number(amount: Amount) -> Number {
    amount.to_string().parse().unwrap_or_else(|_| Number::from(u64::MAX))
}

fn amount(number: &Number) -> Result<Amount, LineError> {
    Amount::parse(&number.to_string()).ok_or_else(|| LineError::Text(number.to_string(), "an amount"))
}

fn window(millis: u64, is_calendar: bool) -> Result<Window, LineError> {
    let length = Duration::from_millis(millis);
    if !is_calendar {
        return Ok(Window::Rolling(length));
    }
    let unit = [Unit::Minute, Unit::Hour, Unit::Day].into_iter().find(|unit| unit.length() == length);
    unit.map(Window::Calendar).ok_or_else(|| LineError::Text(millis.to_string(), "the length of a calendar window"))
}

/// Serde asks by reference.
fn is_rolling(calendar: &bool) -> bool {
    !calendar
}

fn meant_once(word: String) -> Result<Once, LineError> {
    match word.as_str() {
        "completion" => Ok(Once::Completion),
        "claim" => Ok(Once::Claim),
        _ => Err(LineError::Text(word, "done once")),
    }
}

fn meant_ending(word: String) -> Result<Ending, LineError> {
    match word.as_str() {
        "done" => Ok(Ending::Done),
        "refused" => Ok(Ending::Refused),
        "unknown" => Ok(Ending::Unknown),
        _ => Err(LineError::Text(word, "an ending")),
    }
}

fn on(checkout: &CheckoutKey) -> String {
    checkout.server.to_string()
}

fn handle_of(checkout: &CheckoutKey) -> String {
    checkout.handle.to_string()
}

fn key(on: String, checkout: String) -> Result<CheckoutKey, LineError> {
    let handle = Handle::new(&checkout).map_err(|_| LineError::Text(checkout, "a checkout"))?;
    Ok(CheckoutKey { server: server(on)?, handle })
}

fn quote_key(on: String, quote: &str, shown_to: String) -> Result<QuoteKey, LineError> {
    let handle = Handle::new(quote).map_err(|_| LineError::Text(quote.to_owned(), "a quote"))?;
    Ok(QuoteKey { server: server(on)?, handle, grant: grant(shown_to)? })
}
