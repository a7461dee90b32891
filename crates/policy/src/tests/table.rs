//! Calls and replies, decided and committed, as a table.
//!
//! One line per event: the second, the grant, what happens, the tool, its JSON, and after `=>` what must come of it. What
//! happens is a `call` with its arguments; the `reply` to it with the object that it shows; the `error` that the tool
//! reports; that the reply is `lost`; or that the call was `unsent`. The last four are about the latest call of that grant to
//! that tool; a reply may also name its arguments before ` -> `, and then needs no call.
//!
//! Where a call needs a yes, `approve` and `deny` have a person in the place of the tool and, in that of the JSON, which ask
//! of the table is meant, from one; the latest unless written. `redefine` changes the definition of every tool.

use std::collections::HashMap;

use floorwalker_json::{Digest, DigestKey, Document, Format, Keys, scan};

use crate::{
    ApproverId, Ask, AskId, Call, Change, Consent, Decision, Definition, Denial, GrantId, Moment, Outward, Plan,
    Policy, Profile, Row, RowKey, ServerName, State, Timestamp, decide, explain, explain::tests::consistent, observe,
};

pub(super) const BOREALHOST: &str = include_str!("../../../../profiles/borealhost.yaml");

struct Table {
    policy: Policy,
    profile: Profile,
    state: State,
    turn: u64,
    /// The asks that were opened, in order.
    asks: Vec<AskId>,
    definition: Digest,
    /// The latest call of each grant to each tool.
    asked: HashMap<(String, String), Asked>,
}

#[derive(Clone, Default)]
struct Asked {
    at: Moment,
    arguments: String,
    plan: Plan,
}

/// Every event has the outcome that its line says, with BorealHost's profile.
#[track_caller]
pub(super) fn check(policy: &str, events: &str) {
    check_with(BOREALHOST, policy, events);
}

/// The same with another profile.
#[track_caller]
pub(super) fn check_with(profile: &str, policy: &str, events: &str) {
    let policy = Policy::load(&Document::parse("policy.json", policy, Format::Json).unwrap()).unwrap();
    let profile = Profile::load(&Document::parse("profile.yaml", profile, Format::Yaml).unwrap()).unwrap();
    let mut table = Table {
        policy,
        profile,
        state: State::default(),
        turn: 0,
        asks: Vec::new(),
        definition: Digest::of(b""),
        asked: HashMap::new(),
    };
    let events = events.lines().map(str::trim).filter(|line| !line.is_empty());
    for (event, expect) in events.map(|line| line.split_once(" => ").expect("a line has an `=>`")) {
        assert_eq!(table.event(event), expect, "{event}");
    }
}

impl Table {
    fn event(&mut self, event: &str) -> String {
        let mut words = event.splitn(5, ' ');
        let mut word = || words.next().unwrap_or("");
        let (secs, grant, kind, tool, json): (f64, _, _, _, _) =
            (word().parse().unwrap(), word(), word(), word(), word());
        self.turn += 1;
        let now = Moment { at: Timestamp::from_millis((secs * 1_000.0).round() as u64), turn: self.turn };
        let latest = self.asked.get(&(grant.to_owned(), tool.to_owned())).cloned().unwrap_or_default();
        match kind {
            "call" => self.call(now, grant, tool, if json.is_empty() { "{}" } else { json }),
            "reply" => self.reply(now, grant, tool, &latest, json),
            "error" if json.is_empty() => self.answer(now, grant, tool, &latest, r#"{"isError":true,"content":[]}"#),
            "error" => {
                let text = serde_json::Value::from(json);
                let result = format!(r#"{{"isError":true,"content":[{{"type":"text","text":{text}}}]}}"#);
                self.answer(now, grant, tool, &latest, &result)
            }
            "approve" => self.answer_ask(now, (grant, tool), Consent::Given, json),
            "deny" => self.answer_ask(now, (grant, tool), Consent::Refused, json),
            "redefine" => {
                self.definition = Digest::of(self.turn.to_string().as_bytes());
                "done".to_owned()
            }
            "lost" => self.commit(now, &latest.plan.unanswered()),
            "unsent" => {
                let back = Change::TakeBack { at: latest.at.at, plan: latest.plan };
                self.commit(now, &Plan { changes: vec![back] })
            }
            _ => panic!("`{kind}` is no event"),
        }
    }

    fn call(&mut self, now: Moment, grant: &str, tool: &str, arguments: &str) -> String {
        let asked = (grant.to_owned(), tool.to_owned());
        let scanned = scan(arguments.as_bytes(), Keys::Unconfusable).unwrap();
        let (grant, server) = (GrantId::new(grant).unwrap(), ServerName::new("server").unwrap());
        let call = Call { grant: &grant, server: &server, session: None, tool, arguments: Some(&scanned) };
        let parameters = vec!["checkout_id".to_owned(), "sku".to_owned()];
        let definition = Definition { parameters, schema: None, digest: Some(self.definition) };
        let definition = (tool != "no_such_tool").then_some(&definition);
        let decision = decide(Some(&self.policy), Some(&self.profile), definition, &call);
        let (explained, findings) = explain(Some(&self.policy), Some(&self.profile), definition, &call);
        assert_eq!(explained, decision, "an explanation decides as the engine does");
        consistent(&decision, &findings);
        match decision {
            Decision::Deny(denial) => said(&denial),
            Decision::Ask(_) => panic!("no state was asked"),
            Decision::Allow(plan) => {
                let said = self.commit(now, &plan);
                if said == "allow" {
                    self.asked.insert(asked, Asked { at: now, arguments: arguments.to_owned(), plan });
                }
                said
            }
        }
    }

    fn reply(&mut self, now: Moment, grant: &str, tool: &str, latest: &Asked, json: &str) -> String {
        let (arguments, object) = json.split_once(" -> ").unwrap_or((&latest.arguments, json));
        let latest = Asked { arguments: arguments.to_owned(), ..latest.clone() };
        self.answer(now, grant, tool, &latest, &format!(r#"{{"content":[{{"type":"text","text":{object:?}}}]}}"#))
    }

    fn answer(&mut self, now: Moment, grant: &str, tool: &str, latest: &Asked, result: &str) -> String {
        let arguments = if latest.arguments.is_empty() { "{}" } else { &latest.arguments };
        let arguments = scan(arguments.as_bytes(), Keys::Distinct).unwrap();
        let result = scan(result.as_bytes(), Keys::Distinct).unwrap();
        let (grant, server) = (GrantId::new(grant).unwrap(), ServerName::new("server").unwrap());
        let call = Call { grant: &grant, server: &server, session: None, tool, arguments: Some(&arguments) };
        match observe(&self.profile, &DigestKey::new([7; 32]), &call, &result, latest.at.turn) {
            Err(unreadable) => {
                self.commit(now, &latest.plan.unanswered());
                unreadable.to_string()
            }
            Ok(seen) => self.commit(now, &seen.plan),
        }
    }

    fn commit(&mut self, now: Moment, plan: &Plan) -> String {
        let mut beside = self.state.clone();
        let decision = self.state.commit(now, plan);
        let (explained, findings) = beside.commit_explained(now, plan);
        assert_eq!((&explained, &beside), (&decision, &self.state), "an explained commit is a commit");
        consistent(&decision, &findings);
        match decision {
            Decision::Allow(()) => "allow".to_owned(),
            Decision::Deny(denial) => said(&denial),
            Decision::Ask(ask) => self.open(now, &ask),
        }
    }

    fn open(&mut self, now: Moment, ask: &Ask) -> String {
        let rule = &ask.wanted.terms.rule;
        if let Some(open) = ask.open {
            let number = self.asks.iter().position(|id| *id == open.id).unwrap() + 1;
            return format!("ask {rule} as #{number}, {} ms left", open.expires_in.as_millis());
        }
        match self.state.commit(now, &ask.plan) {
            Decision::Allow(()) => {
                let key = RowKey::Approvals(ask.wanted.grant.clone());
                let Some(Row::Approvals(row)) = self.state.row(&key) else { panic!("the ask is there") };
                self.asks.push(row.asks.last().unwrap().id);
                format!("ask {rule}")
            }
            other => panic!("{other:?}"),
        }
    }

    fn answer_ask(&mut self, now: Moment, (grant, person): (&str, &str), consent: Consent, number: &str) -> String {
        let number = if number.is_empty() { self.asks.len() } else { number.parse().unwrap() };
        let (grant, approver) = (GrantId::new(grant).unwrap(), ApproverId::new(person).unwrap());
        let ask = self.asks[number - 1];
        let row = self.state.row(&RowKey::Approvals(grant.clone()));
        let asks = row.map_or(&[][..], |row| if let Row::Approvals(row) = row { &row.asks } else { &[] });
        let known = asks.iter().find(|known| known.id == ask);
        let costs = known.map(|known| known.wanted.cost_keys().collect()).unwrap_or_default();
        self.commit(now, &Plan { changes: vec![Change::Answer { grant, ask, approver, consent, costs }] })
    }
}

pub(super) fn said(denial: &Denial) -> String {
    let wait = denial.retry_after.map(|wait| format!(" after {} ms", wait.as_millis())).unwrap_or_default();
    let outward = if denial.outward == Outward::UnknownTool { " as unknown" } else { "" };
    format!("deny {}{wait}{outward}", denial.rule)
}
