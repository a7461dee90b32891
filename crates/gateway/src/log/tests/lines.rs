//! Lines of logs for the tests of everything that reads one.

use std::time::Duration;

use floorwalker_policy::{GrantId, Plan, RuleName, ServerName, SessionId, Timestamp};

use crate::log::{Commit, Entry, History, Judged, Outcome, Record, Verdict};
use crate::ports::Committed;

/// A log on its way; every record is a second later than the one before.
#[derive(Debug, Default)]
pub(in crate::log) struct Lines {
    pub(in crate::log) text: String,
    seq: u64,
}

/// One decision, to be changed where a test wants another one.
pub(in crate::log) fn call(grant: &str, tool: &str, verdict: Verdict) -> Judged {
    Judged {
        grant: GrantId::new(grant).unwrap(),
        server: ServerName::new("borealhost").unwrap(),
        session: SessionId::new("s-1").ok(),
        method: "tools/call".to_owned(),
        tool: Some(tool.to_owned()),
        argument_keys: vec!["sku".to_owned()],
        verdict,
        rule: None,
        reason: None,
        retry_after: None,
        ask: None,
        policy: None,
        commit: None,
        unidentified: 0,
    }
}

/// A denial by a rule.
pub(in crate::log) fn denial(tool: &str, rule: &str, retry_after: Option<Duration>) -> Judged {
    Judged {
        rule: Some(RuleName::placed(rule.to_owned())),
        reason: Some("It is not allowed.".to_owned()),
        retry_after,
        ..call("grant-a", tool, Verdict::Deny)
    }
}

/// A plan as it was committed.
pub(in crate::log) fn done(plan: Plan) -> Option<Commit> {
    Some(Commit { committed: Committed { at: Timestamp::from_millis(1), turn: 1 }, plan })
}

impl Lines {
    pub(in crate::log) fn decision(&mut self, judged: Judged) -> &mut Self {
        self.push(Entry::Decision(Box::new(judged)))
    }

    pub(in crate::log) fn outcome(&mut self, of: u64, outcome: Outcome) -> &mut Self {
        self.push(Entry::Outcome { of, outcome, commit: None })
    }

    pub(in crate::log) fn push(&mut self, entry: Entry) -> &mut Self {
        self.seq += 1;
        let at = Timestamp::from_millis(1_768_473_000_000 + self.seq * 1_000);
        self.text += &Record { at, entry }.line(self.seq).unwrap();
        self.text.push('\n');
        self
    }

    pub(in crate::log) fn history(&self) -> History {
        History::read(self.text.as_bytes()).unwrap()
    }
}
