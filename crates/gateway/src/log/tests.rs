//! Records survive the way to a line and back, and no text from outside can break a line.

pub(super) mod lines;

use std::{sync::Arc, time::Duration};

use floorwalker_json::{Decimal, Digest};
use floorwalker_policy::{
    Amount, ApproverId, Approvers, AskTerms, Change, Charge, CheckoutKey, Consent, Cost, CounterKey, Ending, GrantId,
    Handle, Once, Plan, PollPace, QuoteKey, RuleName, Scope, ServerName, SessionId, Stretch, Timestamp, Total, Unit,
    Wanted, Window,
};

use super::{Commit, Entry, FileLog, Judged, Outcome, Record, Reload, TextLog, Verdict, clip};
use crate::ports::{Committed, Log};

fn checkout() -> CheckoutKey {
    CheckoutKey { server: ServerName::new("borealhost").unwrap(), handle: Handle::new("c-1").unwrap() }
}

fn grant() -> GrantId {
    GrantId::new("grant-a").unwrap()
}

fn quote() -> QuoteKey {
    QuoteKey { server: checkout().server, handle: Handle::new("q-1").unwrap(), grant: grant() }
}

fn total(amount: &str) -> Total {
    Total::new(Decimal::parse(amount).unwrap(), "USD").unwrap()
}

fn wanted(approvers: Approvers) -> Arc<Wanted> {
    Arc::new(Wanted {
        grant: grant(),
        server: checkout().server,
        tool: Arc::from("buy"),
        call: Digest::of(b"call"),
        costs: vec![Cost::Checkout(checkout().handle), Cost::Quote(quote().handle)],
        terms: Arc::new(AskTerms {
            rule: RuleName::placed("/tools/buy/action".to_owned()),
            reason: Arc::from(""),
            approvers,
            expires: Duration::from_secs(900),
            pending_max: 0,
            cool_down: Duration::from_secs(300),
        }),
    })
}

fn answer(consent: Consent) -> Change {
    let (ask, approver) = ("00ff00ff00ff-7".parse().unwrap(), ApproverId::new("hana").unwrap());
    Change::Answer { grant: grant(), ask, approver, consent, costs: Vec::new() }
}

/// One of every change.
fn every_change() -> Plan {
    let pace = PollPace { stretches: vec![Stretch { until: Duration::from_secs(60), gap: Duration::from_secs(5) }] };
    let counter = |scope| CounterKey { server: checkout().server, counter: Arc::from("rate"), scope };
    let charge = |scope| {
        Change::Charge(Charge {
            counter: counter(scope),
            amount: 1.into(),
            max: 10.into(),
            window: Duration::from_secs(60).into(),
            rule: RuleName::placed("/tools/t/limits/rate".to_owned()),
            on_deny: None,
        })
    };
    let exact = Charge {
        counter: counter(Scope::Policy),
        amount: Amount::parse("0.1").unwrap(),
        max: Amount::parse("18446744073709551615").unwrap(),
        window: Window::Calendar(Unit::Day),
        rule: RuleName::placed("/tools/t/rules/spend".to_owned()),
        on_deny: None,
    };
    let mut changes = vec![
        Change::Charge(exact),
        charge(Scope::Grant(grant())),
        charge(Scope::Session(SessionId::new("s-1").unwrap())),
        charge(Scope::Policy),
        Change::Own { checkout: checkout(), grant: grant() },
        Change::Poll { checkout: checkout(), pace: Arc::new(pace) },
        Change::Bind { checkout: checkout(), grant: grant() },
        Change::Advance { checkout: checkout(), status: "ready".to_owned(), terminal: false },
        Change::Begin { checkout: checkout(), once: Once::Completion, attempts: None, from: None },
        Change::Begin { checkout: checkout(), once: Once::Claim, attempts: Some(20), from: None },
        Change::End { checkout: checkout(), once: Once::Completion, ending: Ending::Done },
        Change::End { checkout: checkout(), once: Once::Completion, ending: Ending::Refused },
        Change::End { checkout: checkout(), once: Once::Claim, ending: Ending::Unknown },
        Change::Reopen { checkout: checkout(), asked: 7 },
        Change::Total { checkout: checkout(), total: total("5400"), agreed: true },
        Change::Touch { checkout: checkout() },
        Change::Touched { checkout: checkout() },
        Change::Settle { checkout: checkout(), asked: 7 },
        Change::Quote { quote: quote(), total: total("0.1") },
        Change::Within { quote: quote(), total: None },
        Change::Within { quote: quote(), total: Some(total("123456789012345678901234567890.5")) },
        Change::Deliver { secret: Digest::of(b"secret"), grant: grant() },
        Change::Spend(wanted(Approvers::All)),
        Change::Open {
            wanted: wanted(Approvers::Only([ApproverId::new("hana").unwrap()].into())),
            totals: vec![None, Some(total("0.10"))],
        },
        answer(Consent::Given),
        answer(Consent::Refused),
    ];
    let plan = Plan { changes: changes.clone() };
    changes.push(Change::TakeBack { at: Timestamp::from_millis(7), plan });
    Plan { changes }
}

fn judged(tool: &str) -> Judged {
    Judged {
        grant: grant(),
        server: checkout().server,
        session: Some(SessionId::new("s-1").unwrap()),
        method: "tools/call".to_owned(),
        tool: Some(tool.to_owned()),
        argument_keys: vec!["sku".to_owned()],
        verdict: Verdict::Deny,
        rule: Some(RuleName::fixed("(hidden)")),
        reason: Some("because".to_owned()),
        retry_after: Some(Duration::from_millis(1_500)),
        ask: Some("00ff00ff00ff-7".parse().unwrap()),
        policy: Some(Digest::of(b"policy")),
        commit: Some(Commit { committed: Committed { at: Timestamp::from_millis(5), turn: 3 }, plan: every_change() }),
        unidentified: 2,
    }
}

fn decision(tool: &str) -> Record {
    Record { at: Timestamp::from_millis(1_768_473_000_123), entry: Entry::Decision(Box::new(judged(tool))) }
}

#[test]
fn every_record_survives_the_way_to_a_line_and_back() {
    let outcomes = [
        Outcome::Replied { error: false },
        Outcome::Replied { error: true },
        Outcome::Withheld("why".to_owned()),
        Outcome::NotSent("why".to_owned()),
        Outcome::Lost("why".to_owned()),
    ];
    let mut records = vec![decision("create_checkout")];
    for outcome in outcomes {
        let commit =
            Some(Commit { committed: Committed { at: Timestamp::from_millis(9), turn: 4 }, plan: every_change() });
        records.push(Record { at: Timestamp::from_millis(0), entry: Entry::Outcome { of: 1, outcome, commit } });
    }
    for reload in [Reload::Loaded, Reload::Failed("why".to_owned())] {
        records.push(Record { at: Timestamp::from_millis(7), entry: Entry::Reload(reload) });
    }
    for record in records {
        let (seq, read) = Record::parse(&record.line(12).unwrap()).unwrap();
        assert_eq!((seq, read), (12, record));
    }
}

#[test]
fn no_name_from_outside_breaks_the_line_or_the_terminal() {
    let hostile = "x\n{\"verdict\":\"allow\"}\r\u{2028}\u{85}\u{0}\u{1b}[2J\u{202e}\u{7f}";
    let line = decision(hostile).line(1).unwrap();
    assert!(line.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{line}");
    let (_, read) = Record::parse(&line).unwrap();
    assert_eq!(read, decision(hostile));
}

#[test]
fn a_changed_line_is_no_record() {
    let line = decision("t").line(1).unwrap();
    for (from, to) in [("\"deny\"", "\"maybe\""), ("\"seq\":1", "\"seq\":-1"), ("\"turn\":3", "\"turn\":null")] {
        assert!(Record::parse(&line.replace(from, to)).is_err(), "{from} -> {to}");
    }
}

#[test]
fn texts_are_clipped_by_characters() {
    assert_eq!(clip("äöü", 2), "äö...");
    assert_eq!(clip("äöü", 3), "äöü");
}

#[test]
fn a_log_goes_on_counting_where_its_text_ended() {
    let log = TextLog::with_text(format!("{}\n", decision("t").line(41).unwrap()));
    let seq = futures_util::FutureExt::now_or_never(log.append(decision("t"))).unwrap().unwrap();
    assert_eq!(seq, 42);
    assert_eq!(log.records().unwrap().len(), 2);
}

#[test]
fn a_file_is_one_logs_alone_and_a_torn_line_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("decisions.jsonl");
    let (log, text) = FileLog::open(&path).unwrap();
    assert_eq!(text, "");
    assert!(FileLog::open(&path).unwrap_err().to_string().contains("another gateway"));
    futures_util::FutureExt::now_or_never(log.append(decision("t"))).unwrap().unwrap();
    drop(log);
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{whole}{{\"seq\":2,\"at")).unwrap();
    let (log, text) = FileLog::open(&path).unwrap();
    assert_eq!(text, whole);
    let seq = futures_util::FutureExt::now_or_never(log.append(decision("t"))).unwrap().unwrap();
    assert_eq!(seq, 2);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
}
