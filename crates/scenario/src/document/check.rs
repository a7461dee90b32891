//! What only the whole file can tell: names that nothing keeps, answers that nothing labels, and whether the scenario could
//! fail at all.

use std::collections::BTreeSet;

use floorwalker_json::{Node, Span};

use crate::answer::Verdict;
use crate::document::reading::{Reader, is_blank};
use crate::document::{Action, Amount, Deed, Handling, HeaderChange, RawBody, RawStep, Scenario, Step};
use crate::template::TextTemplate;

/// A name that raw texts may use without keeping it.
pub(crate) const META: &str = "meta";

/// Where the parts of a scenario stand that are checked as a whole.
#[derive(Debug)]
pub(crate) struct Written<'n, 's> {
    pub(crate) root: Span,
    pub(crate) steps: Option<&'n Node<'s>>,
    /// `ledger` and `inbox`.
    pub(crate) witnesses: [Option<&'n Node<'s>>; 2],
    pub(crate) harm: Option<&'n Node<'s>>,
}

/// Checks the scenario as a whole.
pub(crate) fn whole(scenario: &Scenario, written: &Written<'_, '_>, reader: &mut Reader<'_>) {
    let Written { root, steps, witnesses, .. } = *written;
    let mut known = Known::default();
    let nodes = steps.and_then(Node::as_array).unwrap_or_default();
    if nodes.len() == scenario.steps.len() {
        for (step, node) in scenario.steps.iter().zip(nodes) {
            known.step(step, node.span, reader);
        }
    }
    // One that could not be read is a witness all the same.
    if witnesses.into_iter().flatten().all(is_blank) {
        let help = "write what the mocks must have done (`ledger`) or the agents received (`inbox`)";
        reader.complain(root, "the scenario has no witness", help);
    }
    // A step that could not be read may have been the one.
    let is_read = steps.is_some_and(|node| reader.problems.iter().all(|problem| !is_inside(problem.span, node.span)));
    if is_read && !scenario.steps.iter().any(is_positive_control) {
        let help = "a gateway that denies everything would pass; add the honest call with `expect: allow`";
        reader.complain(
            steps.map_or(root, |node| node.span),
            "no call in the scenario is expected to be allowed",
            help,
        );
    }
    harm_is_harm(scenario, written, reader);
}

/// What a file demands is no harm: something in `harm` must be impossible while the witnesses are right.
fn harm_is_harm(scenario: &Scenario, written: &Written<'_, '_>, reader: &mut Reader<'_>) {
    let (Some(harm), Some(node)) = (&scenario.harm, written.harm) else { return };
    // Whatever is wrong elsewhere may have taken the line away that was the one, and a blank `harm` is told already.
    if reader.problems.is_empty() && !is_blank(node) && !harm.contradicts(&scenario.witnesses) {
        let help =
            "name a count that `ledger` or `inbox` names too, with the number that only a working attack reaches";
        reader.complain(node.span, "nothing in `harm` contradicts `ledger` or `inbox`", help);
    }
}

fn is_inside(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether the step, or one inside it, expects a call to be allowed.
fn is_positive_control(step: &Step) -> bool {
    let allows =
        |handling: &Handling| handling.expect.as_ref().is_some_and(|expect| expect.verdict == Some(Verdict::Allow));
    let counts = |outcome: &[(Verdict, Amount)]| {
        outcome.iter().any(|(verdict, amount)| *verdict == Verdict::Allow && amount.least > 0)
    };
    match &step.action {
        Action::Call(call) => allows(&call.handling),
        Action::Raw(raw) => allows(&raw.handling),
        Action::Together(together) => counts(&together.outcome) || together.steps.iter().any(is_positive_control),
        Action::Repeat(repeat) => counts(&repeat.outcome) || repeat.steps.iter().any(is_positive_control),
        _ => false,
    }
}

/// What earlier steps left for later ones.
#[derive(Clone, Debug, Default)]
struct Known {
    names: BTreeSet<String>,
    labels: BTreeSet<String>,
}

impl Known {
    fn step(&mut self, step: &Step, span: Span, reader: &mut Reader<'_>) {
        match &step.action {
            Action::Together(together) => self.at_once(&together.steps, span, reader),
            Action::Repeat(repeat) => repeat.steps.iter().for_each(|step| self.step(step, span, reader)),
            _ => {
                self.uses(step, span, reader);
                self.leaves(step);
            }
        }
    }

    /// Steps that happen at once cannot use what one of them keeps.
    fn at_once(&mut self, steps: &[Step], span: Span, reader: &mut Reader<'_>) {
        let mut after = self.clone();
        for step in steps {
            let mut alone = self.clone();
            alone.step(step, span, reader);
            after.names.extend(alone.names);
            after.labels.extend(alone.labels);
        }
        *self = after;
    }

    fn uses(&self, step: &Step, span: Span, reader: &mut Reader<'_>) {
        for name in names_in(&step.action) {
            let is_built_in = name == META && matches!(step.action, Action::Raw(_));
            if !is_built_in && !self.names.contains(&name) {
                let help = format!("keep it in an earlier step: `keep: {{ {name}: path }}`");
                reader.complain(span, format!("step {}: nothing was kept as `${name}`", step.number), help);
            }
        }
        let like = handling_of(&step.action).and_then(|handling| handling.like.as_ref());
        if let Some(label) = like.filter(|label| !self.labels.contains(*label)) {
            let says = format!("step {}: no earlier answer is called `{label}`", step.number);
            reader.complain(span, says, format!("name it in an earlier step: `as: {label}`"));
        }
    }

    fn leaves(&mut self, step: &Step) {
        if let Some(handling) = handling_of(&step.action) {
            self.names.extend(handling.keep.iter().map(|(name, _)| name.clone()));
            self.labels.extend(handling.label.clone());
        }
        if let Action::World(world) = &step.action
            && let Deed::Find(keep) = &world.deed
        {
            self.names.extend(keep.iter().map(|(name, _)| name.clone()));
        }
    }
}

fn handling_of(action: &Action) -> Option<&Handling> {
    match action {
        Action::Call(call) => Some(&call.handling),
        Action::Raw(raw) => Some(&raw.handling),
        Action::Approval(step) => Some(&step.handling),
        _ => None,
    }
}

fn names_in(action: &Action) -> Vec<String> {
    match action {
        Action::Call(call) => call.with.names(),
        Action::Raw(raw) => names_in_raw(raw),
        Action::Approval(step) => step.ask.iter().flat_map(TextTemplate::names).collect(),
        Action::World(world) => match &world.deed {
            Deed::Control { control, .. } => control.names(),
            Deed::Find(keep) => keep.iter().flat_map(|(_, what)| what.names()).collect(),
        },
        _ => Vec::new(),
    }
}

fn names_in_raw(raw: &RawStep) -> Vec<String> {
    let values = raw.headers.iter().flat_map(|(_, change)| match change {
        HeaderChange::Sent(values) => values.as_slice(),
        HeaderChange::Removed => &[],
    });
    let mut names: Vec<String> = values.flat_map(TextTemplate::names).collect();
    if let RawBody::Text(text) = &raw.body {
        names.extend(text.names());
    }
    names
}
