//! From a replies document to what each tool answers.
//!
//! ```yaml
//! version: 1
//! replies:
//!   get_balance: { json: { amount: 100 } }
//!   create_charge:
//!     - template: { id: "ch_{{ count }}", amount: "{{ arguments.amount }}" }
//!       times: 3
//!     - error: the card is exhausted
//! ```

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::secret::SecretKind;

use super::problem::ListingProblem;
use super::script::{Reply, Script, Turn};
use super::template::Template;
use super::tools::{Definition, kind};

const KINDS: [SecretKind; 4] =
    [SecretKind::ApiKey, SecretKind::CheckoutSecret, SecretKind::ClaimToken, SecretKind::PersonalData];

/// What a reply can be.
const WAYS: [&str; 4] = ["text", "json", "error", "template"];

/// Reads the replies of every tool; a reply that is wrong is a problem, and then the tool has none.
pub(crate) fn read(
    document: &Value,
    definitions: &[Definition],
    problems: &mut Vec<ListingProblem>,
) -> BTreeMap<String, Script> {
    let mut reader = Reader { problems };
    let Some(top) = reader.map(document, &[], "the replies") else { return BTreeMap::new() };
    reader.only(top, &["version", "replies"], &[]);
    if top.get("version").and_then(Value::as_u64) != Some(1) {
        reader.complain(&[], "the version is not known", "write `version: 1`");
    }
    let at = ["replies".to_owned()];
    let Some(replies) = top.get("replies").and_then(|replies| reader.map(replies, &at, "`replies`")) else {
        if !top.contains_key("replies") {
            reader.complain(&[], "there are no `replies`", "write a map from a tool's name to its reply");
        }
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for (tool, written) in replies {
        let at = [at.as_slice(), std::slice::from_ref(tool)].concat();
        if !definitions.iter().any(|definition| definition.name == *tool) {
            reader.complain(&at, format!("no tool is called `{tool}`"), "names match exactly those of the list");
        }
        found.extend(reader.script(written, &at).map(|script| (tool.clone(), script)));
    }
    found
}

/// Collects what is wrong on the way.
struct Reader<'p> {
    problems: &'p mut Vec<ListingProblem>,
}

impl Reader<'_> {
    fn complain(&mut self, at: &[String], says: impl Into<String>, help: impl Into<String>) {
        self.problems.push(ListingProblem::of_replies(at, says, help));
    }

    fn map<'v>(&mut self, value: &'v Value, at: &[String], what: &str) -> Option<&'v Map<String, Value>> {
        if !value.is_object() {
            self.complain(at, format!("{what} is {}", kind(value)), "write a map");
        }
        value.as_object()
    }

    fn only(&mut self, members: &Map<String, Value>, known: &[&str], at: &[String]) {
        for key in members.keys().filter(|key| !known.contains(&key.as_str())) {
            let at = inside(at, key);
            self.complain(&at, format!("key `{key}` is not known"), format!("it may be `{}`", known.join("`, `")));
        }
    }

    /// One reply, or a list of them.
    fn script(&mut self, written: &Value, at: &[String]) -> Option<Script> {
        let Value::Array(several) = written else {
            return Some(Script { first: self.turn(written, at)?, later: Vec::new() });
        };
        if several.is_empty() {
            self.complain(at, "the list of replies is empty", "write at least one, or leave the tool out");
        }
        let numbered = several.iter().enumerate();
        let turns: Vec<_> =
            numbered.map(|(index, written)| self.turn(written, &inside(at, &index.to_string()))).collect();
        let mut turns = turns.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
        Some(Script { first: turns.next()?, later: turns.collect() })
    }

    fn turn(&mut self, written: &Value, at: &[String]) -> Option<Turn> {
        let members = self.map(written, at, "a reply")?;
        self.only(members, &["text", "json", "error", "template", "times", "secret"], at);
        let reply = self.reply(members, at);
        let times = members.get("times").map_or(Some(1), |times| self.times(times, &inside(at, "times")));
        let secret = members.get("secret").map(|secret| self.secret(secret, &inside(at, "secret")));
        let secret = secret.map_or(Some(None), |secret| secret.map(Some));
        Some(Turn { times: times?, reply: reply?, secret: secret?, at: at.to_vec() })
    }

    fn reply(&mut self, members: &Map<String, Value>, at: &[String]) -> Option<Reply> {
        let mut ways = WAYS.into_iter().filter_map(|way| Some((way, members.get(way)?)));
        let (Some((way, value)), None) = (ways.next(), ways.next()) else {
            let says = "a reply is exactly one of `text`, `json`, `error` and `template`";
            self.complain(at, says, "for several replies in a row write a list");
            return None;
        };
        let at = &inside(at, way);
        match (way, value) {
            ("text", Value::String(text)) => Some(Reply::Text(text.clone())),
            ("error", Value::String(text)) => Some(Reply::Error(text.clone())),
            ("json", Value::Object(_)) => Some(Reply::Json(value.clone())),
            ("template", Value::String(_) | Value::Object(_)) => self.template(value, at).map(Reply::Template),
            _ => {
                let must = if way == "json" { "a map" } else { "a text" };
                let must = if way == "template" { "a text or a map" } else { must };
                self.complain(at, format!("`{way}` is {}", kind(value)), format!("write {must}"));
                None
            }
        }
    }

    fn template(&mut self, value: &Value, at: &[String]) -> Option<Template> {
        let help = "see docs/my-server.md for what a template can use";
        Template::read(value).map_err(|why| self.complain(at, format!("the template is wrong: {why}"), help)).ok()
    }

    fn times(&mut self, value: &Value, at: &[String]) -> Option<u64> {
        let times = value.as_u64().filter(|times| *times > 0);
        if times.is_none() {
            self.complain(at, "`times` is no number of calls", "write a whole number from 1 up");
        }
        times
    }

    fn secret(&mut self, value: &Value, at: &[String]) -> Option<(SecretKind, Template)> {
        let members = self.map(value, at, "`secret`")?;
        self.only(members, &["kind", "value"], at);
        let written = members.get("kind").and_then(Value::as_str);
        let kind = KINDS.into_iter().find(|kind| Some(kind.as_str()) == written);
        if kind.is_none() {
            let known = KINDS.map(SecretKind::as_str).join("`, `");
            self.complain(&inside(at, "kind"), "the kind of secret is not known", format!("it may be `{known}`"));
        }
        let Some(value) = members.get("value").filter(|value| value.as_str().is_some_and(|text| !text.is_empty()))
        else {
            self.complain(at, "the secret has no `value`", "write the text, or a template of it, that the reply shows");
            return None;
        };
        Some((kind?, self.template(value, &inside(at, "value"))?))
    }
}

fn inside(at: &[String], key: &str) -> Vec<String> {
    [at, &[key.to_owned()]].concat()
}
