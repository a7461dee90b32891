//! A step made ready: its names filled in, and the future that does it.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::HeaderValue;
use serde_json::Value;

use floorwalker_mocks::Control;

use crate::agent::{Agent, RawRequest};
use crate::answer::Answer;
use crate::between::Reloaded;
use crate::document::{
    Action, CallStep, Deed, Handling, HeaderChange, Patience, RawBody, RawStep, ReloadStep, Step, WorldStep,
};
use crate::run::{Line, Run};
use crate::template::{Names, TextTemplate, Unkept, text_of};
use crate::world::World;
use crate::world::parking::Place;

/// Something that is about to happen.
pub(crate) struct Doing<'r> {
    pub(crate) step: &'r Step,
    pub(crate) future: BoxFuture<'r, Done<'r>>,
}

/// What came of it.
pub(crate) enum Done<'r> {
    Answer(Answer),
    /// The transcript's line, and what the human found, or why it could not be done.
    Deed(Line, Result<Vec<(String, Value)>, String>),
    /// What the gateway made of new policies.
    Reload(&'r ReloadStep, Result<Reloaded, String>),
}

impl<'r> Run<'r> {
    /// Makes a step ready. One that needs what was never kept is passed over: whatever kept nothing was judged already.
    pub(crate) fn prepare(&mut self, step: &'r Step) -> Option<Doing<'r>> {
        let future = match &step.action {
            Action::Call(call) => self.call(call),
            Action::Raw(raw) => self.raw(raw),
            Action::World(world) => self.deed(world),
            Action::Approval(step) => self.approval(step),
            Action::Reload(reload) => Ok(self.reload(reload)),
            Action::Crash => Ok(self.crash()),
            _ => return None,
        };
        match future {
            Ok(future) => Some(Doing { step, future }),
            Err(Unkept(name)) => {
                let who = step.action.agent().unwrap_or("world").to_owned();
                self.note(&who, &step.action.named(), &format!("passed over: nothing was kept as ${name}"));
                if self.violations.is_empty() {
                    self.violate(step, format!("something kept as `${name}`"), "nothing was".to_owned());
                }
                None
            }
        }
    }

    fn call(&self, call: &'r CallStep) -> Result<BoxFuture<'r, Done<'r>>, Unkept> {
        let world = self.world;
        let agent = world.agent(Some(&call.agent));
        let arguments = call.with.fill(&self.names)?;
        Ok(Box::pin(async move {
            let (between, CallStep { server, tool, .. }) = (&*world.between, call);
            match call.patience {
                Patience::Stays => Done::Answer(agent.call(between, server, tool, &arguments).await),
                Patience::HangsUp => match agent.call_and_hang_up(between, server, tool, &arguments).await {
                    Ok(answer) => Done::Answer(answer),
                    Err(why) => Done::Deed(stayed(call), Err(why)),
                },
            }
        }))
    }

    fn raw(&self, raw: &'r RawStep) -> Result<BoxFuture<'r, Done<'r>>, Unkept> {
        let world = self.world;
        let agent = world.agent(raw.agent.as_deref());
        let mut names = self.names.clone();
        names.insert("meta".to_owned(), agent.meta());
        let request = raw_request(raw, &names)?;
        Ok(Box::pin(async move { Done::Answer(agent.raw(&*world.between, request).await) }))
    }

    fn deed(&self, step: &'r WorldStep) -> Result<BoxFuture<'r, Done<'r>>, Unkept> {
        let world = self.world;
        let planned = planned(&step.deed, &self.names)?;
        Ok(Box::pin(async move {
            world.wiring.parking.park(Place::World).await;
            let (line, outcome) = planned.carry_out(world, &step.server);
            Done::Deed(line, outcome)
        }))
    }
}

/// The line of an agent that could not hang up.
fn stayed(call: &CallStep) -> Line {
    Line {
        at: std::time::Duration::ZERO,
        who: call.agent.clone(),
        what: format!("{}/{}", call.server, call.tool),
        verdict: String::new(),
        detail: String::new(),
        told: Vec::new(),
    }
}

/// A deed with its names filled in.
enum Planned {
    Control(Value),
    Find(Vec<(String, String)>),
}

impl Planned {
    fn carry_out(self, world: &World, server: &str) -> (Line, Result<Vec<(String, Value)>, String>) {
        let line = |what: &str, detail: String| Line {
            at: std::time::Duration::ZERO,
            who: "world".to_owned(),
            what: format!("{what} {server}"),
            verdict: "done".to_owned(),
            detail,
            told: Vec::new(),
        };
        let Some(mock) = world.wiring.mocks.get(server) else {
            return (line("nothing", String::new()), Err(format!("there is no mock `{server}`")));
        };
        match self {
            Self::Control(written) => match Control::from_json(&written) {
                Ok(control) => {
                    let outcome = mock.control(&control).map(|()| Vec::new()).map_err(|error| error.to_string());
                    (line(control.verb(), detail(&control, &written)), outcome)
                }
                Err(error) => (line("nothing", String::new()), Err(error.to_string())),
            },
            Self::Find(wanted) => {
                let there = mock.settled().out_of_band();
                let found = wanted.iter().map(|(name, what)| match there.get(what) {
                    Some(value) => Ok((name.clone(), Value::from(value.clone()))),
                    None => Err(format!("there is no `{what}`; there is {}", listed(there.keys()))),
                });
                let detail = wanted.iter().map(|(_, what)| what.as_str()).collect::<Vec<_>>().join(", ");
                (line("find", detail), found.collect())
            }
        }
    }
}

impl World {
    /// The agent of that name; nobody without one.
    pub(crate) fn agent(&self, name: Option<&str>) -> &Agent {
        name.and_then(|name| self.agents.get(name)).unwrap_or(&self.nobody)
    }
}

impl Action {
    /// What it is, in the transcript.
    pub(crate) fn named(&self) -> String {
        match self {
            Self::Call(call) => format!("{}/{}", call.server, call.tool),
            Self::Raw(raw) => format!("{} {}", raw.method, raw.path),
            Self::World(world) => match &world.deed {
                Deed::Control { verb, .. } => format!("{verb} {}", world.server),
                Deed::Find(_) => format!("find {}", world.server),
            },
            Self::Approval(step) => step.does.word().to_owned(),
            Self::Wait(_) => "wait".to_owned(),
            Self::Advance(_) => "advance".to_owned(),
            Self::Together(_) => "together".to_owned(),
            Self::Repeat(_) => "repeat".to_owned(),
            Self::Restart => "restart".to_owned(),
            Self::Crash => "crash".to_owned(),
            Self::Reload(_) => "reload".to_owned(),
            Self::Clock(_) => "clock".to_owned(),
            Self::Session(_) => "session".to_owned(),
        }
    }

    pub(crate) fn agent(&self) -> Option<&str> {
        match self {
            Self::Call(call) => Some(&call.agent),
            Self::Raw(raw) => Some(raw.agent.as_deref().unwrap_or("nobody")),
            Self::Approval(step) => Some(&step.by),
            _ => None,
        }
    }

    /// The server that it goes to, as far as a raw request's path tells.
    pub(crate) fn server(&self) -> Option<&str> {
        match self {
            Self::Call(call) => Some(&call.server),
            Self::Raw(raw) => raw.path.split('/').nth(1),
            _ => None,
        }
    }

    pub(crate) fn handling(&self) -> Option<&Handling> {
        match self {
            Self::Call(call) => Some(&call.handling),
            Self::Raw(raw) => Some(&raw.handling),
            Self::Approval(step) => Some(&step.handling),
            _ => None,
        }
    }
}

fn raw_request(raw: &RawStep, names: &Names) -> Result<RawRequest, Unkept> {
    let mut headers = Vec::new();
    for (name, change) in &raw.headers {
        let texts: Vec<String> = match change {
            HeaderChange::Removed => Vec::new(),
            HeaderChange::Sent(values) => values.iter().map(|value| value.fill(names)).collect::<Result<_, _>>()?,
        };
        let values = texts.iter().filter_map(|text| HeaderValue::from_bytes(text.as_bytes()).ok());
        headers.push((name.clone(), values.collect()));
    }
    let body = match &raw.body {
        RawBody::Text(text) => Bytes::from(text.fill(names)?),
        RawBody::Bytes(bytes) => Bytes::copy_from_slice(bytes),
    };
    let (method, path, mirrors) = (raw.method.clone(), raw.path.clone(), raw.mirrors.clone());
    Ok(RawRequest { method, path, headers, mirrors, body })
}

fn planned(deed: &Deed, names: &Names) -> Result<Planned, Unkept> {
    Ok(match deed {
        Deed::Control { control, .. } => Planned::Control(control.fill(names)?),
        Deed::Find(keep) => {
            let wanted = keep.iter().map(|(name, what): &(String, TextTemplate)| Ok((name.clone(), what.fill(names)?)));
            Planned::Find(wanted.collect::<Result<_, _>>()?)
        }
    })
}

/// What a control says besides its word, for the transcript: `checkout 00…01, sign forged`.
fn detail(control: &Control, written: &Value) -> String {
    if let Control::Fault(fault) = control {
        return format!("{}, {} times: {}", fault.tool, fault.times, fault.then.word());
    }
    let members = written.as_object().into_iter().flatten().filter(|(key, _)| *key != "world");
    members.map(|(key, value)| format!("{key} {}", text_of(value))).collect::<Vec<_>>().join(", ")
}

fn listed<'t>(words: impl Iterator<Item = &'t String>) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}
