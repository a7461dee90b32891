//! The scenarios of the seed policies, walked by an engine alone.
//!
//! They are the real files of `scenarios/`. An engine plays no mock and reads no bytes, so a step that only a mock takes
//! passes by, what happens together happens in the order of the file, and a file with a step that only a gateway can take
//! is left out, with the reason. What is demanded is the verdict, the rule and the wait that the file expects.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use floorwalker_json::{Document, Format, Node, canonical};
use floorwalker_policy::{
    Decision, Definition, Denial, GrantId, Moment, Outward, Plan, Policy, ServerName, SessionId, State, Timestamp,
    duration,
};

use crate::{
    ALL,
    engine::{Engine, Real, Seen},
    play::{BEGIN, decision_of},
    written::Ended,
};

const SEEDS: [&str; 3] = ["seed-borealhost", "seed-forage", "seed-toofi"];

/// Steps that only mocks take.
const OF_MOCKS: [&str; 2] = ["world", "advance"];

/// Verdicts on a call that was made, whatever came of it.
const MADE: [&str; 4] = ["allow", "lost", "withheld", "refused"];

#[test]
fn broken_engines_pass_the_seed_scenarios() {
    let scenarios = scenarios();
    let broken = ALL.iter().flat_map(|property| property.broken.iter().copied());
    for engine in std::iter::once::<&dyn Engine>(&Real).chain(broken) {
        for (name, scenario) in &scenarios {
            if let Err(Stop::Differs(what)) = walk(engine, scenario) {
                panic!("{engine:?} does not pass {name}: {what}");
            }
        }
    }
}

#[test]
fn an_engine_can_walk_most_seed_scenarios() {
    let (mut walked, mut left) = (0, BTreeSet::new());
    for (name, scenario) in scenarios() {
        match walk(&Real, &scenario) {
            Ok(()) => walked += 1,
            Err(Stop::OnlyAGateway(step)) => drop(left.insert(format!("{name}: a step with {step}"))),
            Err(Stop::Differs(what)) => panic!("{name}: {what}"),
        }
    }
    println!("{walked} are walked, and left are {left:#?}");
    assert!(walked >= 12, "only {walked} are walked");
}

/// Why a walk ends early.
#[derive(Debug)]
enum Stop {
    /// The file expects something else.
    Differs(String),
    /// No engine takes such a step alone.
    OnlyAGateway(String),
}

/// The scenarios in which every grant has a seed policy.
fn scenarios() -> Vec<(String, Document)> {
    let mut found = Vec::new();
    for path in files(&root().join("scenarios")) {
        if path.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let document = Document::parse(path.to_string_lossy(), source, Format::Yaml).unwrap();
        if policies(&document.root).iter().all(|(_, name)| SEEDS.contains(&name.as_str())) {
            found.push((path.strip_prefix(root()).unwrap().display().to_string(), document));
        }
    }
    found
}

fn walk(engine: &dyn Engine, scenario: &Document) -> Result<(), Stop> {
    let root = &scenario.root;
    let named: BTreeMap<String, String> = policies(root).into_iter().collect();
    let grants = agents(root).into_iter().map(|(_, grant, _)| grant);
    let policy = |grant: String| {
        let name = named.get(&grant).or(named.get("")).unwrap();
        (grant, Arc::new(engine.load(&seed(name))))
    };
    let mut walk = Walk {
        engine,
        policies: grants.map(policy).collect(),
        agents: agents(root).into_iter().map(|(name, grant, era)| (name, Agent { grant, session: era })).collect(),
        state: State::default(),
        log: Vec::new(),
        now: Moment { at: Timestamp::from_millis(BEGIN), turn: 0 },
        wall: 0,
        ended: BTreeMap::new(),
    };
    walk.steps(root.get("steps").and_then(Node::as_array).unwrap())
}

struct Walk<'e> {
    engine: &'e dyn Engine,
    policies: BTreeMap<String, Arc<Policy>>,
    agents: BTreeMap<String, Agent>,
    state: State,
    log: Vec<(Moment, Plan)>,
    now: Moment,
    /// How far the clock on the wall is ahead, in milliseconds.
    wall: i64,
    /// How many calls ended how, so far.
    ended: BTreeMap<&'static str, u64>,
}

struct Agent {
    grant: String,
    /// The number of its session, in the era that has them.
    session: Option<u64>,
}

impl Walk<'_> {
    fn steps(&mut self, steps: &[Node<'_>]) -> Result<(), Stop> {
        steps.iter().try_for_each(|step| self.step(step))
    }

    fn step(&mut self, step: &Node<'_>) -> Result<(), Stop> {
        let before = self.ended.clone();
        if step.get("call").is_some() {
            self.call(step)?;
        } else if let Some(steps) = step.get("together").and_then(Node::as_array) {
            self.steps(steps)?;
        } else if let Some(times) = step.get("repeat").and_then(Node::as_u64) {
            self.repeat(times, step)?;
        } else if let Some(wait) = step.get("wait") {
            self.pass(wait);
        } else if let Some(agent) = step.get("session").and_then(Node::as_str) {
            let session = &mut self.agents.get_mut(agent).unwrap().session;
            *session = session.map(|number| number + 1);
        } else if ["restart", "crash"].iter().any(|key| step.as_str() == Some(key) || step.get(key).is_some()) {
            self.restart();
        } else if let Some(by) = step.get("clock").and_then(|clock| clock.get("wall")).and_then(Node::as_str) {
            let span = duration(by.trim_start_matches(['+', '-'])).unwrap().as_millis() as i64;
            self.wall += if by.starts_with('-') { -span } else { span };
        } else if let Some(name) = reloaded(step) {
            self.reload(name);
        } else if !OF_MOCKS.iter().any(|key| step.get(key).is_some()) {
            let keys: Vec<&str> = step.as_object().into_iter().flatten().map(|member| &*member.key).collect();
            return Err(Stop::OnlyAGateway(keys.join(" ")));
        }
        self.counted(step.get("outcome"), &before)
    }

    /// Whoever starts looks at the wall, and goes on from there, but not before what is written down.
    fn restart(&mut self) {
        self.state = State::default();
        self.log.iter().for_each(|(then, plan)| self.engine.redo(&mut self.state, *then, plan));
        let wall = self.now.at.as_millis().saturating_add_signed(self.wall);
        let written = self.log.iter().map(|(then, _)| then.at.as_millis()).max().unwrap_or_default();
        self.now.at = Timestamp::from_millis(wall.max(written));
        self.wall = wall as i64 - self.now.at.as_millis() as i64;
    }

    fn reload(&mut self, name: &str) {
        let after = Arc::new(self.engine.load(&seed(name)));
        for before in self.policies.values_mut() {
            *before = self.engine.reload(&mut self.state, before, &after);
        }
    }

    /// How the calls inside a step must have ended, together.
    fn counted(&self, outcome: Option<&Node<'_>>, before: &BTreeMap<&str, u64>) -> Result<(), Stop> {
        let Some(outcome) = outcome.and_then(Node::as_object) else { return Ok(()) };
        let expected = |words: &[&str]| -> Option<u64> {
            let counts = outcome.iter().filter(|member| words.contains(&&*member.key));
            counts.map(|member| member.value.as_u64()).reduce(|sum, count| Some(sum? + count?))?
        };
        for (word, words) in [("allow", &MADE[..]), ("deny", &["deny"]), ("unknown", &["unknown"])] {
            let so_far = |ended: &BTreeMap<&str, u64>| ended.get(word).copied().unwrap_or_default();
            let found = so_far(&self.ended) - so_far(before);
            if expected(words).is_some_and(|expected| expected != found) {
                return Err(Stop::Differs(format!("{word} {found} times")));
            }
        }
        Ok(())
    }

    fn repeat(&mut self, times: u64, step: &Node<'_>) -> Result<(), Stop> {
        for round in 0..times {
            if let (true, Some(every)) = (round > 0, step.get("every")) {
                self.pass(every);
            }
            match (step.get("step"), step.get("steps").and_then(Node::as_array)) {
                (Some(step), _) => self.step(step)?,
                (None, steps) => self.steps(steps.unwrap_or_default())?,
            }
        }
        Ok(())
    }

    fn pass(&mut self, wait: &Node<'_>) {
        self.now.at = self.now.at.after(duration(wait.as_str().unwrap()).unwrap());
    }

    fn call(&mut self, step: &Node<'_>) -> Result<(), Stop> {
        let agent = &self.agents[step.get("agent").and_then(Node::as_str).unwrap()];
        let (server, tool) = step.get("call").and_then(Node::as_str).unwrap().split_once('/').unwrap();
        let session = agent.session.map(|number| SessionId::new(&format!("{} {number}", agent.grant)).unwrap());
        let (grant, server) = (GrantId::new(&agent.grant).unwrap(), ServerName::new(server).unwrap());
        let source = step.get("with").map(canonical);
        let (policy, definition) = (&self.policies[&agent.grant], Definition::default());
        let seen = Seen { profile: None, definition: Some(&definition) };
        let who = (&grant, session.as_ref(), &server);
        let decision = decision_of(self.engine, policy, seen, who, tool, source.as_deref());
        self.now.turn += 1;
        let verdict = match decision {
            Decision::Allow(plan) => self.commit(&plan).map(|()| plan),
            refused => refused,
        };
        *self.ended.entry(word(&verdict)).or_default() += 1;
        let expected = Expected::of(step.get("expect"));
        if let Decision::Allow(plan) = &verdict {
            let then = self.now;
            self.now.turn += 1;
            let follows = self.engine.end(expected.ended, then, self.now, plan);
            let _ = self.commit(&follows);
        }
        expected.compare(&verdict)
    }

    fn commit(&mut self, plan: &Plan) -> Decision<()> {
        let decision = self.engine.commit(&mut self.state, self.now, plan);
        if decision == Decision::Allow(()) {
            self.log.push((self.now, plan.clone()));
        }
        decision
    }
}

/// What a step says must come of its call.
struct Expected<'n> {
    verdict: Option<&'n str>,
    rule: Option<&'n str>,
    retry_after: Option<&'n str>,
    ended: Ended,
}

impl<'n> Expected<'n> {
    fn of(expect: Option<&'n Node<'_>>) -> Self {
        let text = |key| expect.and_then(|expect| expect.get(key)).and_then(Node::as_str);
        let failed = text("tool_error").is_some();
        let word = expect.and_then(Node::as_str).or(text("decision"));
        let (verdict, ended) = match word {
            _ if failed => (Some("allow"), Ended::Failed),
            Some("refused") => (Some("allow"), Ended::Failed),
            Some(word) if MADE[1..].contains(&word) => (Some("allow"), Ended::Lost),
            word => (word, Ended::Answered),
        };
        Self { verdict, rule: text("rule"), retry_after: text("retry_after"), ended }
    }

    fn compare(&self, found: &Decision<Plan>) -> Result<(), Stop> {
        let denial = match found {
            Decision::Deny(denial) => Some(denial),
            _ => None,
        };
        let wait = self.retry_after.map(|text| duration(text).unwrap());
        let holds = self.verdict.is_none_or(|verdict| verdict == word(found))
            && self.rule.is_none_or(|rule| denial.is_some_and(|denial| denial.rule.as_str() == rule))
            && wait.is_none_or(|wait| denial.and_then(|denial| denial.retry_after) == Some(wait));
        if holds { Ok(()) } else { Err(Stop::Differs(format!("{found:?}"))) }
    }
}

fn word(decision: &Decision<Plan>) -> &'static str {
    match decision {
        Decision::Allow(_) => "allow",
        Decision::Deny(Denial { outward: Outward::UnknownTool, .. }) => "unknown",
        _ => "deny",
    }
}

/// The policy of each grant; of every grant, without a name, where there is one for all.
fn policies(root: &Node<'_>) -> Vec<(String, String)> {
    let Some(node) = root.get("policy") else { return vec![(String::new(), String::new())] };
    if let Some(name) = node.as_str() {
        return vec![(String::new(), name.to_owned())];
    }
    let text = |node: &Node<'_>| node.as_str().unwrap_or_default().to_owned();
    node.as_object()
        .into_iter()
        .flatten()
        .map(|member| (member.key.clone().into_owned(), text(&member.value)))
        .collect()
}

/// Every agent, its grant, and the number of its first session where its era has them.
fn agents(root: &Node<'_>) -> Vec<(String, String, Option<u64>)> {
    let members = root.get("agents").and_then(Node::as_object).into_iter().flatten();
    let agent = |(name, node): (&str, &Node<'_>)| {
        let grant = node.get("grant").unwrap_or(node).as_str().unwrap().to_owned();
        let is_legacy = node.get("era").and_then(Node::as_str) == Some("legacy");
        (name.to_owned(), grant, is_legacy.then_some(1))
    };
    members.map(|member| agent((&member.key, &member.value))).collect()
}

/// The seed policy that is read again, if it is one and its file says what it said.
fn reloaded<'n>(step: &'n Node<'_>) -> Option<&'n str> {
    let name = step.get("reload").and_then(Node::as_str)?;
    (SEEDS.contains(&name) && step.get("text").is_none()).then_some(name)
}

fn seed(name: &str) -> String {
    fs::read_to_string(root().join(format!("policies/{name}.json"))).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
