//! From a body to JSON, the way servers read it: plain `serde_json`, or more carelessly on demand.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::desk::Leniency;

/// What a body holds.
#[derive(Debug)]
pub(crate) enum Body {
    One(Value),
    Many(Vec<Value>),
}

/// Why a body is not read.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) code: i64,
    pub(crate) says: &'static str,
}

const PARSE_ERROR: Trouble = Trouble { code: -32700, says: "Parse error" };
const NO_BATCHES: Trouble = Trouble { code: -32600, says: "Batches are not supported" };

pub(crate) fn read(body: &[u8], parser: &[Leniency]) -> Result<Body, Trouble> {
    let value = match parser.contains(&Leniency::FirstKeyWins) {
        true => serde_json::from_slice(body).map_err(|_| PARSE_ERROR).and_then(|raw| first_wins(raw, 0)),
        false => serde_json::from_slice(body).map_err(|_| PARSE_ERROR),
    }?;
    match value {
        Value::Array(values) if parser.contains(&Leniency::UnrollsBatches) => Ok(Body::Many(values)),
        Value::Array(_) => Err(NO_BATCHES),
        value => Ok(Body::One(value)),
    }
}

/// Renames keys that differ from a known one in case alone; `known: None` lowers them all. The parser's rule for
/// equal keys then holds for these too.
pub(crate) fn fold_keys(
    members: Map<String, Value>,
    known: Option<&[&str]>,
    parser: &[Leniency],
) -> Map<String, Value> {
    let mut folded = Map::new();
    for (key, value) in members {
        let lower = key.to_lowercase();
        let key = if known.is_none_or(|known| known.contains(&lower.as_str())) { lower } else { key };
        if !(parser.contains(&Leniency::FirstKeyWins) && folded.contains_key(&key)) {
            folded.insert(key, value);
        }
    }
    folded
}

/// Reads JSON so that of two equal keys the first counts.
fn first_wins(raw: &RawValue, depth: usize) -> Result<Value, Trouble> {
    if depth > 128 {
        return Err(PARSE_ERROR);
    }
    match raw.get().as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(raw.get()).map_err(|_| PARSE_ERROR)?;
            let mut object = Map::new();
            for (key, value) in members {
                let value = first_wins(value, depth + 1)?;
                object.entry(key).or_insert(value);
            }
            Ok(Value::Object(object))
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(|_| PARSE_ERROR)?;
            items.into_iter().map(|item| first_wins(item, depth + 1)).collect()
        }
        _ => serde_json::from_str(raw.get()).map_err(|_| PARSE_ERROR),
    }
}

/// All members of an object, equal keys included, values unread.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = from.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
