//! A sequence of calls, as files and command lines write them.
//!
//! Times only go forward: a call that says none comes with the one before it. A file is a list, or a map with `calls`.

use std::time::Duration;

use floorwalker_gateway::instant;
use floorwalker_json::{Document, Fields, Node, Problem, Span, listed, nearest, shown};
use floorwalker_policy::{GrantId, NameError, ServerName, SessionId, Timestamp, duration};

#[cfg(test)]
mod tests;

const AT_HELP: &str =
    "write how long after the start it is, such as `90s`, or an instant such as `2026-01-15T10:30:00Z`";
const REPEAT_MAX: u64 = 100_000;

/// Calls in their order.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    pub(super) calls: Vec<Asked>,
    pub(super) starts: Starts,
}

/// From where on times count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Starts {
    /// Nobody knows when.
    #[default]
    Sometime,
    /// The first call names an instant.
    At(Timestamp),
}

/// What calls are where they do not say.
#[derive(Debug)]
pub(super) struct Unsaid {
    pub(super) grant: GrantId,
    pub(super) server: ServerName,
    /// For the calls of the command line.
    pub(super) repeat: u32,
    pub(super) every: Duration,
}

/// One call.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) at: Timestamp,
    pub(super) grant: GrantId,
    pub(super) server: ServerName,
    pub(super) session: Option<SessionId>,
    pub(super) tool: String,
    pub(super) arguments: Option<Node<'static>>,
    pub(super) ends: Ends,
    pub(super) expect: Expect,
}

/// How a call ends that was let through.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ends {
    /// That is not said, so it is on its way.
    Unsaid,
    /// With the result of a tool.
    Replied(Node<'static>),
    /// The reply was lost.
    Lost,
    /// Not a byte was sent.
    NotSent,
}

/// How it must come out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expect {
    pub(super) verdict: Option<Verdict>,
    pub(super) rule: Option<String>,
}

/// How a call comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allow,
    Deny,
    Ask,
    Withheld,
}

impl Verdict {
    const ALL: [Self; 4] = [Self::Allow, Self::Deny, Self::Ask, Self::Withheld];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Ask => "ask",
            Self::Withheld => "withheld",
        }
    }
}

impl Sequence {
    /// Adds the calls of a document; what is wrong with it.
    pub(super) fn read(&mut self, document: &Document, unsaid: &Unsaid) -> Vec<Problem> {
        let mut reading = Reading { sequence: self, unsaid, source: &document.source, problems: Vec::new() };
        reading.document(&document.root);
        reading.problems.sort_by_key(|problem| problem.span.start);
        reading.problems
    }

    /// Adds a call of the command line.
    pub(super) fn push(&mut self, tool: &str, arguments: &Document, unsaid: &Unsaid) -> Vec<Problem> {
        let mut reading = Reading { sequence: self, unsaid, source: &arguments.source, problems: Vec::new() };
        if let Some(arguments) = reading.map(&arguments.root, "the arguments") {
            let at = reading.sequence.calls.last().map(|call| call.at.after(unsaid.every));
            let asked = Asked {
                at: at.unwrap_or_default(),
                grant: unsaid.grant.clone(),
                server: unsaid.server.clone(),
                session: None,
                tool: tool.to_owned(),
                arguments: Some(arguments),
                ends: Ends::Unsaid,
                expect: Expect::default(),
            };
            reading.sequence.repeat(&asked, unsaid.repeat.into(), unsaid.every);
        }
        reading.problems
    }

    fn repeat(&mut self, asked: &Asked, times: u64, every: Duration) {
        let mut at = asked.at;
        for _ in 0..times {
            self.calls.push(Asked { at, ..asked.clone() });
            at = at.after(every);
        }
    }
}

/// One document on its way into the sequence.
struct Reading<'r> {
    sequence: &'r mut Sequence,
    unsaid: &'r Unsaid,
    source: &'r str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn document(&mut self, root: &Node<'_>) {
        let entries = match root.as_array() {
            Some(entries) => Some(entries),
            None => {
                let mut fields = Fields::of(root, "a document of calls", &mut self.problems);
                let calls = fields.required("calls", &mut self.problems);
                fields.finish(&mut self.problems);
                calls.and_then(|node| {
                    if node.as_array().is_none() {
                        self.complain(node.span, format!("`calls` is {}", node.kind()), "write a list of calls");
                    }
                    node.as_array()
                })
            }
        };
        if entries.is_some_and(<[_]>::is_empty) {
            self.complain(root.span, "there is no call in it", "write at least one: `- tool: …`");
        }
        for entry in entries.unwrap_or_default() {
            self.call(entry);
        }
    }

    fn call(&mut self, node: &Node<'_>) {
        let mut fields = Fields::of(node, "a call", &mut self.problems);
        let at = fields.optional("at");
        let [grant, server, session] = ["grant", "server", "session"].map(|key| fields.optional(key));
        let tool = fields.required("tool", &mut self.problems);
        let arguments = fields.optional("arguments");
        let [reply, lost, not_sent] = ["reply", "lost", "not_sent"].map(|key| fields.optional(key));
        let [expect, rule] = ["expect", "rule"].map(|key| fields.optional(key));
        let [repeat, every] = ["repeat", "every"].map(|key| fields.optional(key));
        fields.finish(&mut self.problems);
        let at = self.at(at);
        let asked = Asked {
            at,
            grant: self.name(grant, "`grant`", GrantId::new).unwrap_or_else(|| self.unsaid.grant.clone()),
            server: self.name(server, "`server`", ServerName::new).unwrap_or_else(|| self.unsaid.server.clone()),
            session: self.name(session, "`session`", SessionId::new),
            tool: tool.and_then(|node| self.text(node, "`tool`")).unwrap_or_default(),
            arguments: arguments.and_then(|node| self.map(node, "`arguments`")),
            ends: self.ends(reply, lost, not_sent),
            expect: Expect {
                verdict: expect.and_then(|node| self.verdict(node)),
                rule: rule.and_then(|node| self.text(node, "`rule`")),
            },
        };
        if let (Some(node), None) = (every, repeat) {
            let help = "write `repeat: N` beside it, or take it out";
            self.complain(node.span, "`every` is there without `repeat`, so there is nothing to space", help);
        }
        if let (Some(Verdict::Allow), Some(node)) = (asked.expect.verdict, rule) {
            let help = "take `rule` out, or expect `deny`, `ask` or `withheld`";
            self.complain(node.span, "no rule decides against a call that is allowed", help);
        }
        let times = repeat.map_or(Some(1), |node| self.times(node)).unwrap_or(1);
        let every = every.and_then(|node| self.span(node)).unwrap_or_default();
        self.sequence.repeat(&asked, times, every);
    }

    fn at(&mut self, node: Option<&Node<'_>>) -> Timestamp {
        let last = self.sequence.calls.last().map(|call| call.at);
        let Some(node) = node else { return last.unwrap_or_default() };
        let Some(at) = self.instant(node) else { return last.unwrap_or_default() };
        if last.is_some_and(|last| at < last) {
            self.complain(node.span, "this call is earlier than the one before it", "put the calls in their order");
        }
        at
    }

    /// A span since the start, or an instant, which only can be told from a start that has one.
    fn instant(&mut self, node: &Node<'_>) -> Option<Timestamp> {
        let text = node.as_str().unwrap_or_default();
        let begins = match self.sequence.starts {
            Starts::At(start) => start,
            Starts::Sometime => Timestamp::default(),
        };
        if let Ok(span) = duration(text) {
            return Some(begins.after(span));
        }
        let Ok(at) = instant(text) else {
            let says = format!("`at` is {}", self.written(node));
            self.complain(node.span, says, AT_HELP);
            return None;
        };
        if self.sequence.calls.is_empty() {
            self.sequence.starts = Starts::At(at);
        } else if self.sequence.starts == Starts::Sometime {
            let help = "write an instant at the first call too, or a span here";
            self.complain(node.span, "`at` is an instant, but the calls before it have none", help);
            return None;
        }
        Some(at)
    }

    fn ends(&mut self, reply: Option<&Node<'_>>, lost: Option<&Node<'_>>, not_sent: Option<&Node<'_>>) -> Ends {
        let said: Vec<&Node<'_>> = [reply, lost, not_sent].into_iter().flatten().collect();
        if let [_, second, ..] = said.as_slice() {
            let help = "keep one of `reply`, `lost` and `not_sent`";
            self.complain(second.span, "a call ends in one way", help);
        }
        for (node, key) in [(lost, "lost"), (not_sent, "not_sent")] {
            if let Some(node) = node.filter(|node| node.as_bool() != Some(true)) {
                let says = format!("`{key}` is {}", self.written(node));
                self.complain(node.span, says, "write `true`, or take it out");
            }
        }
        match (reply, lost, not_sent) {
            (Some(node), ..) => self.reply(node).map_or(Ends::Unsaid, Ends::Replied),
            (None, Some(_), _) => Ends::Lost,
            (None, None, Some(_)) => Ends::NotSent,
            (None, None, None) => Ends::Unsaid,
        }
    }

    /// Whoever writes the object itself would wonder why nobody finds it.
    fn reply(&mut self, node: &Node<'_>) -> Option<Node<'static>> {
        let reply = self.map(node, "`reply`")?;
        if let Some(is_error) = node.get("isError").filter(|is_error| is_error.as_bool().is_none()) {
            let says = format!("`isError` is {}", self.written(is_error));
            self.complain(is_error.span, says, "write `true` or `false`");
        }
        if ["structuredContent", "content", "isError"].iter().any(|key| reply.get(key).is_some()) {
            return Some(reply);
        }
        let help = "write a tool's result: `{ structuredContent: { … } }`, or one with `content` or `isError`";
        self.complain(node.span, "`reply` is no tool's result", help);
        None
    }

    fn verdict(&mut self, node: &Node<'_>) -> Option<Verdict> {
        let verdict = Verdict::ALL.into_iter().find(|verdict| node.as_str() == Some(verdict.word()));
        if verdict.is_none() {
            let words = Verdict::ALL.map(Verdict::word);
            let help = match nearest(node.as_str().unwrap_or_default(), words) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("write {}", listed(words)),
            };
            self.complain(node.span, format!("`expect` is {}", self.written(node)), help);
        }
        verdict
    }

    fn times(&mut self, node: &Node<'_>) -> Option<u64> {
        let times = node.as_u64().filter(|times| (1..=REPEAT_MAX).contains(times));
        if times.is_none() {
            let says = format!("`repeat` is {}", self.written(node));
            self.complain(node.span, says, format!("write a whole number from 1 to {REPEAT_MAX}"));
        }
        times
    }

    fn span(&mut self, node: &Node<'_>) -> Option<Duration> {
        let span = node.as_str().and_then(|text| duration(text).ok());
        if span.is_none() {
            let says = format!("`every` is {}", self.written(node));
            self.complain(node.span, says, "write a span of time, such as `250ms`, `5s` or `1m30s`");
        }
        span
    }

    fn name<T>(
        &mut self,
        node: Option<&Node<'_>>,
        what: &str,
        new: impl Fn(&str) -> Result<T, NameError>,
    ) -> Option<T> {
        let node = node?;
        match new(&self.text(node, what)?) {
            Ok(name) => Some(name),
            Err(error) => {
                self.complain(node.span, format!("{what} is {}", self.written(node)), error.to_string());
                None
            }
        }
    }

    fn text(&mut self, node: &Node<'_>, what: &str) -> Option<String> {
        let text = node.as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            self.complain(node.span, format!("{what} is {}", self.written(node)), "write a name, in quotes");
        }
        text.map(str::to_owned)
    }

    fn map(&mut self, node: &Node<'_>, what: &str) -> Option<Node<'static>> {
        if node.as_object().is_none() {
            self.complain(node.span, format!("{what} must be a map, but here is {}", node.kind()), "write `{ … }`");
            return None;
        }
        Some(node.clone().into_owned())
    }

    fn written(&self, node: &Node<'_>) -> String {
        match node.as_array().is_some() || node.as_object().is_some() {
            true => node.kind().to_owned(),
            false => format!("`{}`", shown(node.span.text(self.source))),
        }
    }

    fn complain(&mut self, span: Span, says: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::new(span, says).with_help(help));
    }
}
