//! The configuration of `floorwalker serve`: where to listen, which servers stand behind, who may call.
//!
//! The document is read whole before anything is opened, and everything that is wrong with it is said at once, also
//! what is wrong in the policies and profiles that it names. Files and the environment come in through [`Sources`].
//!
//! INVARIANT: no token and no credential is repeated in a problem.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use floorwalker_json::{DigestKey, Document, Format, Problem, Span};
use floorwalker_policy::Warning;
use secrecy::SecretString;

use crate::approvals::ApproverTokens;
use crate::gate::{Server, Terms};
use crate::grants::{Grant, Grants, TokenDigest};
use crate::ports::EntropyError;
use crate::system::fresh;

mod approvals;
mod grants;
mod reading;
mod servers;
mod ways;

pub use approvals::Approvals;
pub use ways::Ways;

/// Where the configuration's files and variables come from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// Reads a file.
    pub read: &'a dyn Fn(&Path) -> io::Result<String>,
    /// Reads a variable of the environment.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}

/// A configuration that says everything.
#[derive(Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The authorities that requests may name, without ports.
    pub hosts: Vec<String>,
    /// The origins that browsers may send. They are let in, but no CORS headers are sent, so a page can read no reply.
    pub origins: Vec<String>,
    /// The file of the decision log, which is also the state.
    pub log: PathBuf,
    /// How long an upstream's whole answer may take.
    pub deadline: Duration,
    /// The upstreams.
    pub servers: Vec<Server>,
    /// What deserves a second look, though everything loads.
    pub warnings: Vec<FileWarning>,
    /// Where people answer when a policy asks them.
    pub approvals: Option<Approvals>,
    tokens: BTreeMap<String, (TokenDigest, Arc<Grant>)>,
    ways: Ways,
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(problems))]
pub struct ConfigError {
    /// The problems, file by file, in the order of their places.
    pub problems: Vec<FileProblem>,
}

/// A problem and the file it is in.
#[derive(Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// The file's name.
    pub file: String,
    /// The file's text, for showing the place.
    pub source: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What deserves a second look, and the file it is in.
#[derive(Clone, PartialEq, Eq)]
pub struct FileWarning {
    /// The file's name.
    pub file: String,
    /// The file's text, for showing the place.
    pub source: String,
    /// What it is.
    pub warning: Warning,
}

impl Config {
    /// Reads the configuration of that path; other paths in it are relative to it.
    ///
    /// # Errors
    /// Every problem of the configuration and of the files that it names.
    pub fn load(path: &Path, sources: Sources<'_>) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let unreadable = |source: String, problem| ConfigError {
            problems: vec![FileProblem { file: name.clone(), source, problem }],
        };
        let text = (sources.read)(path).map_err(|error| {
            unreadable(String::new(), Problem::new(Span::default(), format!("cannot be read: {error}")))
        })?;
        let document = Document::parse(&*name, &*text, Format::of_name(&name))
            .map_err(|problem| unreadable(text.clone(), problem))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        reading::config(&document, folder, sources)
    }

    /// The grants, in a table whose look-ups are keyed with `key`; a fresh one for every process will do.
    #[must_use]
    pub fn grants(&self, key: DigestKey) -> Grants {
        let mut grants = Grants::new(key);
        for (token, grant) in self.tokens.values() {
            grants.insert(*token, Arc::clone(grant));
        }
        grants
    }

    /// Those who approve, in such a table of their own.
    #[must_use]
    pub fn approvers(&self, key: DigestKey) -> ApproverTokens {
        let mut approvers = ApproverTokens::new(key);
        for (token, approver) in self.approvals.iter().flat_map(|approvals| approvals.tokens.values()) {
            approvers.insert(*token, approver.clone());
        }
        approvers
    }

    /// What calls are judged by under this configuration; see [`Config::grants`] for the key, of which both tables of tokens
    /// get the same.
    #[must_use]
    pub fn terms(self, key: DigestKey) -> Terms {
        Terms {
            grants: self.grants(key.clone()),
            approvers: self.approvers(key),
            servers: self.servers,
            allowed_hosts: self.hosts,
            allowed_origins: self.origins,
            deadline: self.deadline,
        }
    }

    /// The file of the key under which one-time secrets are remembered: beside the log, which is of no use without it.
    #[must_use]
    pub fn key_file(&self) -> PathBuf {
        let mut name = OsString::from(&self.log);
        name.push(".key");
        PathBuf::from(name)
    }
}

impl FileProblem {
    /// `file:line:column: what is wrong; the way out`, on one line.
    #[must_use]
    pub fn line(&self) -> String {
        self.problem.line(&self.file, &self.source)
    }
}

impl fmt::Debug for FileWarning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As of a problem.
        out.write_str(&self.warning.line(&self.file, &self.source))
    }
}

impl fmt::Debug for FileProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The source of a configuration may hold a token where its digest belongs.
        out.write_str(&self.line())
    }
}

impl fmt::Debug for Sources<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Sources(..)")
    }
}

/// A new bearer token, and the digest that the configuration keeps of it.
///
/// # Errors
/// There is no entropy.
pub fn generate_token() -> Result<(SecretString, TokenDigest), EntropyError> {
    let token = format!("fw_{}", BASE64_URL_SAFE_NO_PAD.encode(fresh::<32>()?));
    let digest = TokenDigest::of(token.as_bytes());
    Ok((SecretString::from(token), digest))
}

fn lines(problems: &[FileProblem]) -> String {
    problems.iter().map(FileProblem::line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
