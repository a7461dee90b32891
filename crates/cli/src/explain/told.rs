//! An explanation for people: a block per call, and in it a line per rule.

use floorwalker_gateway::rfc3339;
use floorwalker_json::{Document, Place};
use floorwalker_policy::{Answer, Finding, Look, Timestamp};
use floorwalker_scenario::since_start;

use super::{
    sequence::{Starts, Verdict},
    veil::Veil,
    walk::{Counted, Effect, Ending, EndingKind, Explained, Known, word},
};
use crate::screen;

/// How wide the marks are that lines begin with.
const MARKS: usize = 11;

/// All that there is to tell.
pub(super) struct Whole<'w> {
    /// The policy as it was written.
    pub(super) document: &'w Document,
    pub(super) known: &'w Known<'w>,
    pub(super) starts: Starts,
    pub(super) calls: &'w [Explained<'w>],
}

impl Whole<'_> {
    pub(super) fn veil(&self) -> Veil<'_> {
        Veil::over(self.known.profile, self.calls.iter().map(|call| call.asked))
    }

    /// What is missing for more to be looked at.
    pub(super) fn notes(&self) -> Vec<&'static str> {
        let tools = "every tool counts as published, without parameters and without a schema; `--server` or `--tools` says what is";
        let profile = "there is no checkout profile, so nothing is known of owners, pace, totals and secrets; `--profile` names one";
        let missing = [(self.known.tools.is_none(), tools), (self.known.profile.is_none(), profile)];
        missing.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, note)| note).collect()
    }

    /// Where the policy says what was asked.
    pub(super) fn place(&self, call: &Explained<'_>, finding: &Finding) -> Option<Place> {
        let span = self.known.policy.place(&call.asked.tool, &finding.rule)?;
        Some(span.place(&self.document.source))
    }

    pub(super) fn time(&self, at: Timestamp) -> String {
        match self.starts {
            Starts::Sometime => since_start(at.since(Timestamp::default())),
            Starts::At(_) => rfc3339(at),
        }
    }
}

pub(super) fn render(whole: &Whole<'_>) -> String {
    let telling = Telling { whole, veil: whole.veil() };
    let notes: String = whole.notes().iter().map(|note| format!("{}\n", styled_note(note))).collect();
    let blocks: String = whole.calls.iter().zip(1_u64..).map(|(call, number)| telling.block(call, number)).collect();
    let gap = if notes.is_empty() { "" } else { "\n" };
    format!("{notes}{gap}{blocks}{}", summary(whole.calls))
}

fn styled_note(note: &str) -> String {
    screen::styled(screen::FAINT, &format!("note: {note}"))
}

fn summary(calls: &[Explained<'_>]) -> String {
    let count = |verdict| calls.iter().filter(|call| call.verdict() == verdict).count();
    let mut parts = vec![screen::counted(calls.len(), "call")];
    for (verdict, says) in [
        (Verdict::Allow, "allowed"),
        (Verdict::Deny, "denied"),
        (Verdict::Ask, "waiting for a person"),
        (Verdict::Withheld, "with a withheld reply"),
    ] {
        let number = count(verdict);
        if number > 0 {
            parts.push(format!("{number} {says}"));
        }
    }
    let otherwise = calls.iter().filter(|call| !call.is_as_expected()).count();
    if otherwise > 0 {
        parts.push(screen::styled(screen::BAD, &format!("{otherwise} otherwise than expected")));
    }
    format!("{}\n", parts.join(", "))
}

struct Telling<'t> {
    whole: &'t Whole<'t>,
    veil: Veil<'t>,
}

impl Telling<'_> {
    fn block(&self, call: &Explained<'_>, number: u64) -> String {
        let mut told = self.head(call, number);
        told += &self.findings(call, &call.findings);
        if let Some(denial) = &call.denial {
            told += &line("is told", &self.veil.short(&denial.reason));
            if let Some(wait) = denial.retry_after {
                let at = self.whole.time(call.asked.at.after(wait));
                told += &line("may retry", &format!("at {at}, if nothing comes in between"));
            }
        }
        told += &self.effects(&call.effects);
        if let Some(ending) = &call.ending {
            told += &self.ending(call, ending);
        }
        told += &self.expected(call);
        told + "\n"
    }

    fn head(&self, call: &Explained<'_>, number: u64) -> String {
        let asked = call.asked;
        let (verdict, style) = match call.verdict() {
            Verdict::Allow => ("allow", screen::GOOD),
            Verdict::Deny => ("deny", screen::BAD),
            Verdict::Ask => ("ask a person", screen::ODD),
            Verdict::Withheld => ("allow, and withhold the reply", screen::ODD),
        };
        let session = asked.session.as_ref().map(|session| format!(" in {session}")).unwrap_or_default();
        let who = self.veil.short(&format!("{}{session}  {}/{}", asked.grant, asked.server, asked.tool));
        let head = format!("#{number}  {}  {who}  ", self.whole.time(asked.at));
        let arguments = line("with", &self.veil.short(&self.veil.arguments(asked)));
        format!("{}{}\n{arguments}", screen::styled(screen::STRONG, &head), screen::styled(style, verdict))
    }

    fn findings(&self, call: &Explained<'_>, findings: &[Finding]) -> String {
        findings.iter().map(|finding| self.finding(call, finding)).collect()
    }

    fn finding(&self, call: &Explained<'_>, finding: &Finding) -> String {
        let place = self.whole.place(call, finding);
        let shown = place.map(|place| format!("  {}:{}", self.whole.document.name, place.line)).unwrap_or_default();
        let rule = format!("{}{}", self.veil.line(finding.rule.as_str()), screen::styled(screen::FAINT, &shown));
        let looks: Vec<String> = finding.looks.iter().map(|look| self.look(look, finding)).collect();
        let told = match looks.as_slice() {
            [alone] if place.is_none() => line(word(finding.answer), &format!("{rule}  {alone}")),
            looks => {
                let looks: String = looks.iter().map(|look| line("", &format!("  {look}"))).collect();
                format!("{}{looks}", line(word(finding.answer), &rule))
            }
        };
        match finding.answer {
            Answer::Passes | Answer::NotAsked => told,
            Answer::Asks => told.replacen("asks", &screen::styled(screen::ODD, "ASKS"), 1),
            Answer::Denies => told.replacen("denies", &screen::styled(screen::BAD, "DENIES"), 1),
        }
    }

    /// What a rule looked at. Where it is one thing that the rule wants so, its answer says already whether that holds.
    fn look(&self, look: &Look, finding: &Finding) -> String {
        let is_told = finding.looks.len() == 1 && look.holds == Some(finding.answer == Answer::Passes);
        let (wants, saw) = (self.veil.short(&look.wants), self.veil.short(&look.saw));
        match look.holds {
            None => format!("not asked: wants {wants}"),
            Some(_) if is_told => format!("wants {wants}; saw {saw}"),
            Some(true) => format!("holds: wants {wants}; saw {saw}"),
            Some(false) => format!("fails: wants {wants}; saw {saw}"),
        }
    }

    fn effects(&self, effects: &[Effect]) -> String {
        effects.iter().map(|effect| line("then", &self.effect(effect))).collect()
    }

    fn effect(&self, effect: &Effect) -> String {
        match effect {
            Effect::Done(words) => self.veil.short(words),
            Effect::Counted(counted) => self.counted(counted),
        }
    }

    fn counted(&self, Counted { charge, holds, fits, now }: &Counted) -> String {
        let counter = self.veil.short(&format!("{} for {}", charge.counter.counter, charge.counter.scope));
        let room = match fits {
            Some(at) if at <= now => "room for another".to_owned(),
            Some(at) => format!("room for another at {}", self.whole.time(*at)),
            None => "never room for another".to_owned(),
        };
        format!("{counter} holds {holds} of {} per {}; {room}", charge.max, charge.window)
    }

    fn ending(&self, call: &Explained<'_>, ending: &Ending) -> String {
        let says = match &ending.kind {
            EndingKind::Replied => "with its reply, which is observed".to_owned(),
            EndingKind::Unread => "with its reply, which nobody reads without a checkout profile".to_owned(),
            EndingKind::Lost => "and its reply is lost".to_owned(),
            EndingKind::NotSent => "unsent, so what it took is given back".to_owned(),
            EndingKind::Withheld { reason, .. } => format!("and its reply is withheld: {}", self.veil.short(reason)),
        };
        let told = line("ends", &says);
        format!("{told}{}{}", self.findings(call, &ending.findings), self.effects(&ending.effects))
    }

    fn expected(&self, call: &Explained<'_>) -> String {
        let expect = &call.asked.expect;
        let verdict = expect.verdict.map(Verdict::word);
        let rule = expect.rule.as_ref().map(|rule| format!("by {}", self.veil.short(rule)));
        let parts: Vec<&str> = verdict.into_iter().chain(rule.as_deref()).collect();
        if parts.is_empty() {
            return String::new();
        }
        let held = match call.is_as_expected() {
            true => "and so it is".to_owned(),
            false => {
                let by = call.rule().map(|rule| format!(" by {}", self.veil.short(rule))).unwrap_or_default();
                screen::styled(screen::BAD, &format!("but it is {}{by}", call.verdict().word()))
            }
        };
        line("expected", &format!("{}, {held}", parts.join(" ")))
    }
}

fn line(mark: &str, says: &str) -> String {
    format!("{}\n", format!("  {mark:<MARKS$}{says}").trim_end())
}
