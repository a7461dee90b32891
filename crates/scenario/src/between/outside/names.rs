//! What the texts of a gateway's file can name: the servers, the grants, their policies and profiles as documents, and the
//! files in which the runner hands them over.
//!
//! Documents become template values number by number: our JSON library keeps numbers as text, which no template could
//! compare.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use floorwalker_json::Digest;
use minijinja::Value;

use crate::between::ours::{OWN_CREDENTIAL, agent_token, upstream_token};
use crate::world::{Materials, Wiring};

/// Everything that can be named in one run.
#[derive(Debug)]
pub(crate) struct Names {
    folder: PathBuf,
    here: PathBuf,
    floorwalker: PathBuf,
    servers: BTreeMap<String, Value>,
    grants: BTreeMap<String, Value>,
    upstream_token_file: Value,
}

/// Of what a text speaks: a text for all speaks of no server and no grant.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About<'a> {
    pub(crate) folder: Option<&'a Path>,
    pub(crate) server: Option<&'a str>,
    pub(crate) grant: Option<&'a str>,
    pub(crate) port: Option<u16>,
}

impl Names {
    /// Writes what is handed over in files below `folder`, and makes the names.
    pub(crate) fn new(
        (folder, here, floorwalker): (&Path, &Path, &Path),
        wiring: &Wiring,
        materials: &Materials,
        urls: &BTreeMap<String, String>,
    ) -> io::Result<Self> {
        let files = Handed { folder: folder.join("given") };
        let mut servers = BTreeMap::new();
        for name in wiring.mocks.keys() {
            servers.insert(name.clone(), server(name, urls.get(name), materials, &files)?);
        }
        let mut grants = BTreeMap::new();
        for name in wiring.grants.keys() {
            grants.insert(name.clone(), grant(name, materials, &files)?);
        }
        let upstream_token_file = files.text("gateway.upstream-token", OWN_CREDENTIAL)?;
        let (folder, here, floorwalker) = (folder.to_owned(), here.to_owned(), floorwalker.to_owned());
        Ok(Self { folder, here, floorwalker, servers, grants, upstream_token_file })
    }

    /// The names as one text sees them. What it does not speak of is not there.
    pub(crate) fn about(&self, about: About<'_>) -> Value {
        let mut names: Vec<(&str, Value)> = vec![
            ("floorwalker", shown(&self.floorwalker)),
            ("folder", shown(about.folder.unwrap_or(&self.folder))),
            ("here", shown(&self.here)),
            ("servers", self.servers.values().cloned().collect()),
            ("grants", self.grants.values().cloned().collect()),
            ("upstream_token", Value::from(OWN_CREDENTIAL)),
            ("upstream_token_file", self.upstream_token_file.clone()),
        ];
        names.extend(about.port.map(|port| ("port", Value::from(port))));
        let server = about.server.and_then(|server| self.servers.get(server));
        let grant = about.grant.and_then(|grant| self.grants.get(grant));
        names.extend(server.map(|server| ("server", server.clone())));
        names.extend(grant.map(|grant| ("grant", grant.clone())));
        Value::from_pairs(names)
    }
}

/// Where the runner writes what a gateway may read.
struct Handed {
    folder: PathBuf,
}

impl Handed {
    fn text(&self, name: &str, text: &str) -> io::Result<Value> {
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(name);
        fs::write(&path, text)?;
        Ok(shown(&path))
    }

    fn document(&self, name: &str, document: Option<&serde_json::Value>) -> io::Result<Value> {
        document.map_or(Ok(Value::from(())), |document| self.text(name, &document.to_string()))
    }
}

fn server(name: &str, url: Option<&String>, materials: &Materials, files: &Handed) -> io::Result<Value> {
    let profile = materials.profile_documents.get(name);
    Ok(Value::from_pairs([
        ("name", Value::from(name)),
        ("url", Value::from(url.map(String::as_str).unwrap_or_default())),
        ("profile", document(profile)),
        ("profile_file", files.document(&format!("{name}.profile.json"), profile)?),
    ]))
}

fn grant(name: &str, materials: &Materials, files: &Handed) -> io::Result<Value> {
    let policy = materials.policy_documents.get(name);
    let (token, upstream) = (agent_token(name), upstream_token(name));
    Ok(Value::from_pairs([
        ("name", Value::from(name)),
        ("policy", document(policy)),
        ("policy_file", files.document(&format!("{name}.policy.json"), policy)?),
        ("token_sha256", Value::from(Digest::of(token.as_bytes()).to_string())),
        ("token_file", files.text(&format!("{name}.token"), &token)?),
        ("token", Value::from(token)),
        ("upstream_token_file", files.text(&format!("{name}.upstream-token"), &upstream)?),
        ("upstream_token", Value::from(upstream)),
    ]))
}

/// A document as templates read it; nothing where there is none.
pub(crate) fn document(document: Option<&serde_json::Value>) -> Value {
    document.map_or(Value::from(()), value)
}

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(flag) => Value::from(*flag),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::from(whole),
            (None, Some(fraction)) => Value::from(fraction),
            (None, None) => Value::from(number.to_string()),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(elements) => elements.iter().map(value).collect(),
        serde_json::Value::Object(members) => {
            Value::from_pairs(members.iter().map(|(key, member)| (key.as_str(), value(member))))
        }
    }
}

fn shown(path: &Path) -> Value {
    Value::from(path.display().to_string())
}
