//! Which keys may stand beside each other.
//!
//! Small objects compare every key with every other, which costs no memory; larger ones use a hash set, so that the
//! time stays linear whatever is sent.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::fold::{fold, is_plain};
use crate::scan::error::{ScanError, ScanErrorKind};
use crate::{Member, shown};

/// How many members are compared in pairs.
const PAIRS_MAX: usize = 8;

/// The keys with which serde_json marks its own values; whoever sends them could forge a number or raw text.
const PRIVATE: [&str; 2] = ["$serde_json::private::Number", "$serde_json::private::RawValue"];

/// How sibling keys must differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// No key twice, none that folds to its sibling, and no control character in any: what a client sends.
    Unconfusable,
    /// No key twice: what an upstream answers, where keys can be anybody's words.
    Distinct,
}

/// Checks the members of one object; the error points at the key that is wrong, and at the later of two that clash.
pub(crate) fn check(members: &[Member<'_>], keys: Keys) -> Result<(), ScanError> {
    if let Some(member) = members.iter().find(|member| PRIVATE.contains(&&*member.key)) {
        return Err(error(member, ScanErrorKind::PrivateKey { key: shown(&member.key) }));
    }
    let fold_is_cheap = || members.iter().all(|member| is_plain(&member.key));
    let clash = if members.len() <= PAIRS_MAX && (keys == Keys::Distinct || fold_is_cheap()) {
        clash_in_pairs(members, keys)
    } else {
        clash_by_hash(members, keys)
    };
    if let Some((sibling, member)) = clash {
        return Err(error(member, clash_kind(sibling, member)));
    }
    match members.iter().find(|member| keys == Keys::Unconfusable && member.key.contains(char::is_control)) {
        Some(member) => Err(error(member, ScanErrorKind::ControlInKey { key: shown(&member.key) })),
        None => Ok(()),
    }
}

type Pair<'m, 's> = (&'m Member<'s>, &'m Member<'s>);

fn clash_in_pairs<'m, 's>(members: &'m [Member<'s>], keys: Keys) -> Option<Pair<'m, 's>> {
    let same = |one: &Member<'_>, other: &Member<'_>| match keys {
        Keys::Unconfusable => one.key.eq_ignore_ascii_case(&other.key),
        Keys::Distinct => one.key == other.key,
    };
    members.iter().enumerate().find_map(|(index, member)| {
        let sibling = members.iter().take(index).find(|earlier| same(earlier, member))?;
        Some((sibling, member))
    })
}

fn clash_by_hash<'m, 's>(members: &'m [Member<'s>], keys: Keys) -> Option<Pair<'m, 's>> {
    let mut seen = HashMap::with_capacity(members.len());
    members.iter().find_map(|member| {
        let form = match keys {
            Keys::Unconfusable => fold(&member.key),
            Keys::Distinct => Cow::Borrowed(&*member.key),
        };
        seen.insert(form, member).map(|sibling| (sibling, member))
    })
}

fn clash_kind(sibling: &Member<'_>, member: &Member<'_>) -> ScanErrorKind {
    let key = shown(&member.key);
    if sibling.key == member.key {
        ScanErrorKind::DuplicateKey { key }
    } else {
        ScanErrorKind::ConfusableKey { key, sibling: shown(&sibling.key) }
    }
}

fn error(member: &Member<'_>, kind: ScanErrorKind) -> ScanError {
    ScanError { kind, offset: member.key_span.start }
}
