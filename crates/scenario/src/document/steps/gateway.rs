//! The steps in which something happens to the gateway: `reload`, `restart`, `crash`, `clock`.

use floorwalker_json::{Fields, Node};
use floorwalker_policy::duration;

use crate::document::load::file_name;
use crate::document::reading::{Reader, written};
use crate::document::steps::{CRASH, Context, RESTART};
use crate::document::{Action, Edit, FileName, NewPolicy, ReloadEnd, ReloadStep, WallShift};

const GONE_HELP: &str = "write a file of `policies/`, `none` for no policy, or `~` to take the grant away";
const SHIFT_HELP: &str = "write a sign and a length of time, such as `+1h` or `-90s`";

/// `restart` or `crash`, which need no map and say the same with `: gateway`.
pub(crate) fn word(word: &str) -> Option<Action> {
    match word {
        RESTART => Some(Action::Restart),
        CRASH => Some(Action::Crash),
        _ => None,
    }
}

pub(crate) fn of_gateway(keyword: &str, value: &Node<'_>, reader: &mut Reader<'_>) -> Option<Action> {
    if value.as_str() != Some("gateway") {
        let says = format!("{} cannot {keyword}", written(value, reader.source));
        reader.complain(value.span, says, format!("write `{keyword}: gateway`"));
        return None;
    }
    word(keyword)
}

pub(crate) fn reload(mut fields: Fields<'_, '_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<ReloadStep> {
    let (what, text) = (fields.optional("reload")?, fields.optional("text"));
    let expect = fields.optional("expect");
    fields.finish(&mut reader.problems);
    let grants = new_policies(what, context, reader);
    let edit = text.map_or(Some(Edit::AsItIs), |node| edit(node, &grants, reader));
    let expect = expect.map_or(Some(ReloadEnd::Loaded), |node| end(node, reader));
    Some(ReloadStep { grants, edit: edit?, expect: expect? })
}

/// One file for every grant, or a map from grants to files.
fn new_policies(node: &Node<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Vec<(String, NewPolicy)> {
    let grants = context.cast.grants();
    if node.as_object().is_none() {
        let Some(file) = file_name(node, "the policy", reader) else { return Vec::new() };
        return grants.into_iter().map(|grant| (grant.to_owned(), NewPolicy::File(file.clone()))).collect();
    }
    let mut found = Vec::new();
    for (grant, span, policy) in reader.members(node, "`reload`") {
        if !grants.contains(grant) && !context.cast.agents.is_torn() {
            reader.unknown(span, "grant", grant, &grants.iter().copied().collect::<Vec<_>>());
        }
        found.extend(new_policy(policy, reader).map(|policy| (grant.to_owned(), policy)));
    }
    found
}

fn new_policy(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<NewPolicy> {
    match node.kind() {
        "nothing" => Some(NewPolicy::Gone),
        _ if node.as_str().is_some() => file_name(node, "the policy", reader).map(NewPolicy::File),
        kind => {
            reader.complain(node.span, format!("the policy is {kind}"), GONE_HELP);
            None
        }
    }
}

/// What the one file that the step names says by now.
fn edit(node: &Node<'_>, grants: &[(String, NewPolicy)], reader: &mut Reader<'_>) -> Option<Edit> {
    let mut names: Vec<Option<&str>> = grants
        .iter()
        .map(|(_, policy)| match policy {
            NewPolicy::File(FileName { name: Some(name), .. }) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    names.dedup();
    if !matches!(names.as_slice(), [] | [Some(_)]) {
        reader.complain(node.span, "`text` is what one file says", "name one file in `reload`");
    }
    match node.as_str() {
        Some(text) => Some(Edit::Text(text.to_owned())),
        None if node.kind() == "nothing" => Some(Edit::Missing),
        None => {
            let help = "write what the file says in quotes, or `~` for a file that is not there";
            reader.complain(node.span, format!("`text` is {}", node.kind()), help);
            None
        }
    }
}

fn end(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<ReloadEnd> {
    let found = ReloadEnd::WORDS.into_iter().find(|(word, _)| node.as_str() == Some(word));
    if found.is_none() {
        let says = format!("`expect` is {}", written(node, reader.source));
        reader.complain(node.span, says, "write `loaded` or `refused`");
    }
    found.map(|(_, end)| end)
}

/// `clock: { wall: +1h }`.
pub(crate) fn clock(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Action> {
    let mut fields = Fields::of(node, "`clock`", &mut reader.problems);
    let wall = fields.required("wall", &mut reader.problems);
    fields.finish(&mut reader.problems);
    let wall = wall?;
    let shift = wall.as_str().and_then(shift);
    if shift.is_none() {
        reader.complain(wall.span, format!("`wall` is {}", written(wall, reader.source)), SHIFT_HELP);
    }
    shift.map(Action::Clock)
}

fn shift(text: &str) -> Option<WallShift> {
    let span = |text| duration(text).ok();
    match text.strip_prefix('+') {
        Some(ahead) => span(ahead).map(WallShift::Ahead),
        None => text.strip_prefix('-').and_then(span).map(WallShift::Back),
    }
}
