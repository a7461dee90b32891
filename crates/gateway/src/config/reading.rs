//! Reads the document: first what stands in it, then what it means, all problems at once.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use floorwalker_json::{Document, Fields, Format, Node, Problem, Span, nearest, shown};
use floorwalker_policy::{KnownServer, Policy, Profile, Warning, duration, review};

use crate::config::{Config, ConfigError, FileProblem, FileWarning, Sources, Ways};
use crate::gate::Server;

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);
const LOOPBACK_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
const LISTEN_HELP: &str = "write it like `127.0.0.1:8787` or `[::1]:8787`";
const LOG: &str = "decisions.jsonl";
const DEADLINE: Duration = Duration::from_secs(60);
const DEADLINE_HELP: &str = "write it like `30s` or `2m`";

/// A configuration on its way to its meaning.
pub(super) struct Reading<'d> {
    folder: &'d Path,
    pub(super) sources: Sources<'d>,
    pub(super) problems: Vec<Problem>,
    /// Problems of other files.
    elsewhere: Vec<FileProblem>,
    /// What is odd in the configuration itself, though it means something.
    pub(super) oddities: Vec<Warning>,
    /// Each file is read once, however many name it; nothing stands for one that does not load.
    policies: BTreeMap<PathBuf, Option<PolicyFile>>,
    pub(super) ways: Ways,
}

/// A policy, and the upstreams that it is for.
struct PolicyFile {
    document: Document,
    policy: Arc<Policy>,
    servers: BTreeSet<String>,
}

/// Reads the whole configuration.
pub(super) fn config(document: &Document, folder: &Path, sources: Sources<'_>) -> Result<Config, ConfigError> {
    let mut reading = Reading {
        folder,
        sources,
        problems: Vec::new(),
        elsewhere: Vec::new(),
        oddities: Vec::new(),
        policies: BTreeMap::new(),
        ways: Ways::default(),
    };
    let config = reading.config(&document.root);
    let mut own = reading.problems;
    own.sort_by_key(|problem| problem.span.start);
    let in_config = |problem| FileProblem { file: document.name.clone(), source: document.source.clone(), problem };
    let problems: Vec<_> = own.into_iter().map(in_config).chain(reading.elsewhere).collect();
    if problems.is_empty() {
        let (file, source) = (&document.name, &document.source);
        let odd = |warning| FileWarning { file: file.clone(), source: source.clone(), warning };
        let of_policies = reading.policies.values().flatten().flat_map(|policy| policy.warnings(&config.servers));
        let warnings = reading.oddities.into_iter().map(odd).chain(of_policies).collect();
        Ok(Config { warnings, ways: reading.ways, ..config })
    } else {
        Err(ConfigError { problems })
    }
}

impl Reading<'_> {
    fn config(&mut self, root: &Node<'_>) -> Config {
        let mut fields = Fields::of(root, "the configuration", &mut self.problems);
        let listen = fields.optional("listen").and_then(|node| self.listen(node)).unwrap_or(LISTEN);
        let hosts = self.hosts(fields.optional("hosts"), listen, root);
        let origins = fields.optional("origins").map_or_else(Vec::new, |node| self.origins(node));
        let log = fields
            .optional("log")
            .and_then(|node| self.text(node, "`log`", "write a path, like `decisions.jsonl`"))
            .unwrap_or(LOG);
        let deadline = fields.optional("deadline").and_then(|node| self.deadline(node));
        let upstreams = fields.required("upstreams", &mut self.problems);
        let grants = fields.required("grants", &mut self.problems);
        let asked = fields.optional("approvals");
        fields.finish(&mut self.problems);
        let names = self.names(upstreams, grants);
        let tokens = grants.map_or_else(BTreeMap::new, |node| self.tokens(node, &names));
        let approvals = asked.map(|node| self.approvals(node, &tokens, &names));
        self.check_asks(root, &tokens, approvals.as_ref());
        if let (Some(node), Some(approvals)) = (asked, &approvals) {
            self.check_listeners(node, listen, approvals.listen, &hosts);
        }
        Config {
            listen,
            hosts,
            origins,
            log: self.folder.join(log),
            deadline: deadline.unwrap_or(DEADLINE),
            servers: upstreams.map_or_else(Vec::new, |node| self.servers(node, &names)),
            warnings: Vec::new(),
            approvals,
            ways: Ways::default(),
            tokens,
        }
    }

    /// Two doors, and names under which both can be reached.
    fn check_listeners(&mut self, node: &Node<'_>, agents: SocketAddr, approvers: SocketAddr, hosts: &[String]) {
        if agents == approvers && agents.port() != 0 {
            let says = format!("agents and approvers would both come to `{agents}`");
            self.complain(node, says, "give approvers a `listen` of their own");
        }
        if !approvers.ip().is_loopback() && LOOPBACK_HOSTS.iter().all(|host| hosts.iter().any(|known| known == host)) {
            let says = String::from("approvers listen on no loopback address, and `hosts` does not name the gateway");
            self.complain(node, says, "list the names under which it is reached in `hosts`");
        }
    }

    pub(super) fn listen(&mut self, node: &Node<'_>) -> Option<SocketAddr> {
        let text = self.text(node, "`listen`", LISTEN_HELP)?;
        let address = text.parse().ok();
        if address.is_none() {
            let says = format!("`{}` is no address with a port", shown(text));
            self.complain(node, says, LISTEN_HELP);
        }
        address
    }

    fn hosts(&mut self, node: Option<&Node<'_>>, listen: SocketAddr, root: &Node<'_>) -> Vec<String> {
        match node {
            Some(node) => self.texts(node, "`hosts`", is_host, "write a name without port, like `gateway.example`"),
            None if listen.ip().is_loopback() => LOOPBACK_HOSTS.map(str::to_owned).to_vec(),
            None => {
                let says = String::from("`hosts` is missing, and `listen` is no loopback address");
                self.complain(root, says, "list the names under which agents reach the gateway");
                Vec::new()
            }
        }
    }

    fn origins(&mut self, node: &Node<'_>) -> Vec<String> {
        self.texts(node, "`origins`", is_origin, "write it like `https://agent.example`, without a path")
    }

    fn deadline(&mut self, node: &Node<'_>) -> Option<Duration> {
        let text = self.text(node, "`deadline`", DEADLINE_HELP)?;
        let deadline = duration(text).ok().filter(|deadline| !deadline.is_zero());
        if deadline.is_none() {
            self.complain(node, format!("`{}` is no deadline", shown(text)), DEADLINE_HELP);
        }
        deadline
    }

    /// A list of texts that all pass the test.
    fn texts(&mut self, node: &Node<'_>, what: &str, passes: fn(&str) -> bool, help: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.list(node, what) {
            let Some(text) = self.text(element, &format!("an element of {what}"), help) else { continue };
            match passes(text) {
                true => texts.push(text.to_owned()),
                false => self.complain(element, format!("`{}` does not belong in {what}", shown(text)), help),
            }
        }
        texts
    }

    /// A text that is not empty; `help` shows what is right.
    pub(super) fn text<'n>(&mut self, node: &'n Node<'_>, what: &str, help: &str) -> Option<&'n str> {
        let text = node.as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            let says = if node.as_str().is_some() { "an empty one" } else { node.kind() };
            self.complain(node, format!("{what} must be a text, but here is {says}"), help);
        }
        text
    }

    pub(super) fn list<'n, 's>(&mut self, node: &'n Node<'s>, what: &str) -> &'n [Node<'s>] {
        let elements = node.as_array();
        if elements.is_none() {
            self.complain(node, format!("{what} must be a list, but here is {}", node.kind()), "write a list");
        }
        elements.unwrap_or_default()
    }

    pub(super) fn complain(&mut self, node: &Node<'_>, says: String, help: impl Into<String>) {
        self.problems.push(Problem::new(node.span, says).with_help(help));
    }

    /// Complains about a name that is not known, with the nearest one that is.
    pub(super) fn complain_unknown<'k>(
        &mut self,
        span: Span,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'k str>,
    ) {
        let problem = Problem::new(span, format!("there is no {what} `{}`", shown(name)));
        self.problems.push(match nearest(name, known) {
            Some(word) => problem.with_help(format!("did you mean `{word}`?")),
            None => problem,
        });
    }

    /// The policy in the file that `node` names, for that upstream.
    pub(super) fn policy(&mut self, node: &Node<'_>, server: &str) -> Option<Arc<Policy>> {
        let path = self.folder.join(self.text(node, "`policy`", "write a path, like `policy.yaml`")?);
        if !self.policies.contains_key(&path) {
            let read = self.document(node, &path).and_then(|document| {
                let policy = self.loaded(&document, Policy::load(&document)).map(Arc::new)?;
                Some(PolicyFile { document, policy, servers: BTreeSet::new() })
            });
            self.policies.insert(path.clone(), read);
        }
        let file = self.policies.get_mut(&path)?.as_mut()?;
        file.servers.insert(server.to_owned());
        Some(Arc::clone(&file.policy))
    }

    /// The checkout profile in the file that `node` names.
    pub(super) fn profile(&mut self, node: &Node<'_>) -> Option<Arc<Profile>> {
        let path = self.folder.join(self.text(node, "`profile`", "write a path, like `profile.yaml`")?);
        let document = self.document(node, &path)?;
        self.loaded(&document, Profile::load(&document)).map(Arc::new)
    }

    /// The text of the file that `node` names.
    pub(super) fn file(&mut self, node: &Node<'_>, path: &Path) -> Option<String> {
        match (self.sources.read)(path) {
            Ok(text) => Some(text),
            Err(error) => {
                let says = format!("`{}` cannot be read: {error}", shown(&path.display().to_string()));
                self.problems.push(Problem::new(node.span, says));
                None
            }
        }
    }

    pub(super) fn resolved(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    fn document(&mut self, node: &Node<'_>, path: &Path) -> Option<Document> {
        let source = self.file(node, path)?;
        let file = path.display().to_string();
        match Document::parse(&*file, &*source, Format::of_name(&file)) {
            Ok(document) => Some(document),
            Err(problem) => {
                self.elsewhere.push(FileProblem { file, source, problem });
                None
            }
        }
    }

    fn loaded<T>(&mut self, document: &Document, loaded: Result<T, Vec<Problem>>) -> Option<T> {
        match loaded {
            Ok(loaded) => Some(loaded),
            Err(problems) => {
                self.elsewhere.extend(problems.iter().map(|problem| in_document(document, problem)));
                None
            }
        }
    }
}

impl PolicyFile {
    /// What deserves a second look, with what is known of the upstreams: their profiles.
    fn warnings(&self, upstreams: &[Server]) -> Vec<FileWarning> {
        let meant = upstreams.iter().filter(|server| self.servers.contains(server.name.as_str()));
        let known = meant.map(|server| {
            let known = KnownServer::new(server.name.as_str());
            server.profile.iter().cloned().fold(known, KnownServer::with_profile)
        });
        let Document { name, source, .. } = &self.document;
        let told = review(&self.policy, &known.collect::<Vec<_>>());
        told.into_iter().map(|warning| FileWarning { file: name.clone(), source: source.clone(), warning }).collect()
    }
}

fn in_document(document: &Document, problem: &Problem) -> FileProblem {
    FileProblem { file: document.name.clone(), source: document.source.clone(), problem: problem.clone() }
}

/// A host name or address as a `Host` header names it, without its port.
fn is_host(text: &str) -> bool {
    let name = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    match name {
        Some(address) => address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'),
        None => text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')),
    }
}

fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    !scheme.is_empty() && !authority.is_empty() && !authority.contains(['/', '?', '#', '@', ' '])
}
