//! The ports of a gateway on the stand: an upstream with a script, a clock that stands, a log and a store that fail when
//! they are told to.

use std::{
    collections::VecDeque,
    future::{pending, poll_fn},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use floorwalker_policy::{Decision, Plan, RowKey, Timestamp};
use futures_util::{
    FutureExt as _,
    stream::{self, StreamExt as _},
};
use http::{HeaderValue, StatusCode};

use crate::{
    log::{Record, TextLog},
    ports::{
        Clock, Committed, Entropy, EntropyError, Inbound, Log, LogError, Looked, Outbound, Outlet, Port, SendError,
        Store, StoreError, Upstream,
    },
    store::MemoryStore,
};

/// What the upstream does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Turn {
    /// Answers with these messages; `$ID` in them stands for the id that was asked under.
    Answer { status: u16, session: Option<&'static str>, messages: Vec<Result<String, SendError>>, then_hangs: bool },
    /// Does not answer.
    Hang,
    /// Cannot be reached, or is lost on the way.
    Fail(SendError),
}

impl Turn {
    pub(crate) fn says(status: u16, messages: &[&str]) -> Self {
        let messages = messages.iter().map(|message| Ok((*message).to_owned())).collect();
        Self::Answer { status, session: None, messages, then_hangs: false }
    }

    /// A result in an envelope that is right.
    pub(crate) fn result(result: &str) -> Self {
        Self::says(200, &[&format!(r#"{{"jsonrpc":"2.0","id":$ID,"result":{result}}}"#)])
    }

    /// The tools' names as a page of `tools/list`.
    pub(crate) fn tools(names: &[&str], next: Option<&str>) -> Self {
        let tools: Vec<String> =
            names.iter().map(|name| format!(r#"{{"name":"{name}","inputSchema":{{}}}}"#)).collect();
        let next = next.map(|cursor| format!(r#","nextCursor":"{cursor}""#)).unwrap_or_default();
        Self::result(&format!(r#"{{"tools":[{}]{next}}}"#, tools.join(",")))
    }

    /// The answer to `initialize`.
    pub(crate) fn agrees(version: &str) -> Self {
        let result = format!(
            r#"{{"protocolVersion":"{version}","capabilities":{{}},"serverInfo":{{"name":"u","version":"1"}}}}"#
        );
        Self::result(&result).in_session("up-1")
    }

    pub(crate) fn in_session(self, id: &'static str) -> Self {
        match self {
            Self::Answer { status, messages, then_hangs, .. } => {
                Self::Answer { status, session: Some(id), messages, then_hangs }
            }
            other => other,
        }
    }

    pub(crate) fn lost() -> Self {
        Self::Fail(SendError::Lost("the line went dead".to_owned()))
    }

    pub(crate) fn not_sent() -> Self {
        Self::Fail(SendError::NotSent("nobody picked up".to_owned()))
    }
}

/// An upstream that follows a script and keeps what it was sent. Past the end of the script nobody can reach it.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    turns: Mutex<VecDeque<Turn>>,
    sent: Mutex<Vec<Outbound>>,
}

impl Scripted {
    pub(crate) fn will(&self, turn: Turn) {
        self.turns.lock().unwrap().push_back(turn);
    }

    /// Leaves out the rest of the script.
    pub(crate) fn forget(&self) {
        self.turns.lock().unwrap().clear();
    }

    /// Everything that went up since this was asked last.
    pub(crate) fn sent(&self) -> Vec<Outbound> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

impl Upstream for Scripted {
    fn send(&self, request: Outbound) -> Port<'_, Result<Inbound, SendError>> {
        let id = id_of(&request.body);
        self.sent.lock().unwrap().push(request);
        let turn = self.turns.lock().unwrap().pop_front().unwrap_or_else(Turn::not_sent);
        Box::pin(async move {
            match turn {
                Turn::Answer { status, session, messages, then_hangs } => {
                    let filled = move |message: String| Bytes::from(message.replace("$ID", &id));
                    let messages = stream::iter(messages).map(move |message| message.map(&filled));
                    let messages = match then_hangs {
                        true => messages.chain(stream::pending()).boxed(),
                        false => messages.boxed(),
                    };
                    let session = session.map(HeaderValue::from_static);
                    Ok(Inbound { status: StatusCode::from_u16(status).unwrap(), session, messages })
                }
                Turn::Hang => pending().await,
                Turn::Fail(error) => Err(error),
            }
        })
    }
}

fn id_of(body: &[u8]) -> String {
    let message: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    message.get("id").map(ToString::to_string).unwrap_or_default()
}

/// A clock that stands until it is moved. Who sleeps wakes only while it rings.
#[derive(Debug, Default)]
pub(crate) struct HandClock {
    millis: AtomicU64,
    rings: AtomicBool,
}

impl HandClock {
    pub(crate) fn moves(&self, span: Duration) {
        self.millis.fetch_add(u64::try_from(span.as_millis()).unwrap(), Ordering::Relaxed);
    }

    /// From now on every deadline has passed for whoever still waits.
    pub(crate) fn rings(&self) {
        self.rings.store(true, Ordering::Relaxed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis.load(Ordering::Relaxed))
    }

    fn wall(&self) -> Timestamp {
        self.now()
    }

    fn sleep(&self, _: Duration) -> Port<'_, ()> {
        Box::pin(poll_fn(|_| if self.rings.load(Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending }))
    }
}

/// Bytes that anybody can guess: one, two, three.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    given: AtomicU64,
    pub(crate) dry: AtomicBool,
}

impl Entropy for Counted {
    fn bytes(&self) -> Result<[u8; 16], EntropyError> {
        if self.dry.load(Ordering::Relaxed) {
            return Err(EntropyError("the well is dry".to_owned()));
        }
        Ok(u128::from(self.given.fetch_add(1, Ordering::Relaxed) + 1).to_be_bytes())
    }
}

/// A log that takes so many more records, and none after.
#[derive(Debug)]
pub(crate) struct BrittleLog {
    text: TextLog,
    room: AtomicUsize,
    parked: AtomicBool,
}

impl BrittleLog {
    pub(crate) fn new() -> Self {
        Self { text: TextLog::new(), room: AtomicUsize::new(usize::MAX), parked: AtomicBool::new(false) }
    }

    /// The next record waits once, until it is asked for again.
    pub(crate) fn parks(&self) {
        self.parked.store(true, Ordering::Relaxed);
    }

    pub(crate) fn takes(&self, records: usize) {
        self.room.store(records, Ordering::Relaxed);
    }

    pub(crate) fn text(&self) -> String {
        self.text.text()
    }
}

impl Log for BrittleLog {
    fn append(&self, record: Record) -> Port<'_, Result<u64, LogError>> {
        let room = self.room.load(Ordering::Relaxed);
        self.room.store(room.saturating_sub(1), Ordering::Relaxed);
        match room {
            0 => Box::pin(async { Err(LogError("the disk is full".to_owned())) }),
            _ if self.parked.swap(false, Ordering::Relaxed) => {
                let mut is_parked = true;
                let waits = poll_fn(move |_| match std::mem::take(&mut is_parked) {
                    true => Poll::Pending,
                    false => Poll::Ready(()),
                });
                let written = self.text.append(record);
                Box::pin(waits.then(|()| written))
            }
            _ => self.text.append(record),
        }
    }
}

/// A store that can be told to fail.
#[derive(Debug, Default)]
pub(crate) struct BrittleStore {
    memory: MemoryStore,
    pub(crate) broken: AtomicBool,
}

impl Store for BrittleStore {
    fn commit<'a>(&'a self, now: Timestamp, plan: &'a Plan) -> Port<'a, Result<Decision<Committed>, StoreError>> {
        match self.broken.load(Ordering::Relaxed) {
            true => Box::pin(async { Err(StoreError("the shelf fell down".to_owned())) }),
            false => self.memory.commit(now, plan),
        }
    }

    fn look<'a>(&'a self, now: Timestamp, key: &'a RowKey) -> Port<'a, Result<Looked, StoreError>> {
        match self.broken.load(Ordering::Relaxed) {
            true => Box::pin(async { Err(StoreError("the shelf fell down".to_owned())) }),
            false => self.memory.look(now, key),
        }
    }
}

/// What an agent was told before its reply.
#[derive(Debug, Default)]
pub(crate) struct Inbox(Mutex<Vec<Bytes>>);

impl Inbox {
    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|told| String::from_utf8_lossy(told).into_owned()).collect()
    }
}

impl Outlet for Inbox {
    fn notify(&self, message: Bytes) -> Port<'_, ()> {
        self.0.lock().unwrap().push(message);
        Box::pin(std::future::ready(()))
    }
}
