//! `approve`, `deny` and `approvals` steps: what people do at their own door.

use floorwalker_json::{Fields, Node, shown};

use crate::answer::Verdict;
use crate::document::expect::HandlingNodes;
use crate::document::reading::Reader;
use crate::document::steps::Context;
use crate::document::{ApprovalStep, AtDoor, Handling, NOBODY};
use crate::template::TextTemplate;

/// The keys of these steps, and what each does.
pub(in crate::document) const DOOR: [(&str, AtDoor); 3] =
    [("approve", AtDoor::Approve), ("deny", AtDoor::Deny), ("approvals", AtDoor::Look)];

/// What `approvals` looks at when it is not one ask.
const ALL: &str = "all";

pub(crate) fn step(
    keyword: &'static str,
    mut fields: Fields<'_, '_>,
    context: &Context<'_>,
    reader: &mut Reader<'_>,
) -> Option<ApprovalStep> {
    let asked = fields.optional(keyword);
    let by = fields.required("by", &mut reader.problems);
    let handling = HandlingNodes::of(&mut fields);
    fields.finish(&mut reader.problems);
    let (_, does) = DOOR.into_iter().find(|(word, _)| *word == keyword)?;
    let text = asked.and_then(|node| reader.text(node, &format!("`{keyword}`")));
    let by = by.and_then(|node| person(node, context, reader));
    let expect = handling.expect();
    let handling = handling.read(reader);
    if let Some(node) = expect {
        answerable(node, &handling, reader);
    }
    let text = text?;
    let ask = (does != AtDoor::Look || text != ALL).then(|| TextTemplate::new(&text));
    Some(ApprovalStep { does, ask, by: by?, handling })
}

/// The door itself knows two answers.
fn answerable(node: &Node<'_>, handling: &Handling, reader: &mut Reader<'_>) {
    let expected = handling.expect.as_ref().and_then(|expect| expect.verdict);
    if let Some(verdict) = expected.filter(|verdict| !matches!(verdict, Verdict::Allow | Verdict::Refused)) {
        let says = format!("the approvers' door never answers `{}`", verdict.word());
        reader.complain(node.span, says, "write `allow` or `refused`");
    }
}

/// An approver; or an agent or nobody, who try what is not theirs.
fn person(node: &Node<'_>, context: &Context<'_>, reader: &mut Reader<'_>) -> Option<String> {
    let name = reader.text(node, "`by`")?;
    let (approvers, agents) = (&context.cast.approvers, &context.cast.agents);
    if name == NOBODY || agents.found.contains_key(&name) {
        return Some(name);
    }
    match approvers.names().as_slice() {
        [] => {
            let says = format!("approver `{}` is not known", shown(&name));
            reader.complain(node.span, says, "name who may approve at the top: `approvers: [hana]`");
        }
        _ => approvers.check(node.span, "approver", &name, reader),
    }
    Some(name)
}
