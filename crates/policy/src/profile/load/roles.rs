//! Which tool does what to a checkout.

use std::collections::{BTreeSet, HashMap};

use floorwalker_json::{Fields, Node, listed};

use super::statuses;
use crate::{
    profile::{Role, Step},
    reading::Reading,
};

/// What `does` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Quote,
    Create,
    Update,
    Complete,
    Poll,
    Cancel,
    Claim,
}

pub(super) const DOES: [(&str, Does); 7] = [
    ("quote", Does::Quote),
    ("create", Does::Create),
    ("update", Does::Update),
    ("complete", Does::Complete),
    ("poll", Does::Poll),
    ("cancel", Does::Cancel),
    ("claim", Does::Claim),
];

/// The roles that the document gives, and what it says beside them.
#[derive(Debug, Default)]
pub(super) struct Roles {
    pub(super) of: HashMap<String, Role>,
    /// The statuses in which a checkout was not completed and can be, of all tools that complete.
    pub(super) again: BTreeSet<String>,
}

/// What stands beside `does`, before it is known whether it belongs there.
struct Beside<'n, 's> {
    id: Option<&'n Node<'s>>,
    quote: Option<&'n Node<'s>>,
    again: Option<&'n Node<'s>>,
    attempts: Option<&'n Node<'s>>,
}

impl Roles {
    /// Whether there is a tool that quotes.
    pub(super) fn quote(&self) -> bool {
        self.of.values().any(|role| *role == Role::Quote)
    }

    /// The arguments that carry a checkout's id.
    pub(super) fn ids(&self) -> BTreeSet<String> {
        let ids = self.of.values().filter_map(|role| match role {
            Role::On { id, .. } => Some(id.clone()),
            Role::Quote | Role::Create { .. } => None,
        });
        ids.collect()
    }

    /// The arguments that carry a quote's id.
    pub(super) fn quotes(&self) -> BTreeSet<String> {
        let quotes = self.of.values().filter_map(|role| match role {
            Role::Create { quote } => quote.clone(),
            Role::Quote | Role::On { .. } => None,
        });
        quotes.collect()
    }
}

pub(super) fn roles(reading: &mut Reading<'_>, node: &Node<'_>) -> Roles {
    let mut roles = Roles::default();
    let Some(members) = node.as_object() else {
        let says = format!("`tools` is {}, not a map", reading.written(node));
        reading.complain(node.span, says, "write the tools' names as keys");
        return roles;
    };
    let noted = reading.problems.len();
    for member in members {
        if reading.is_name(member.key_span, &member.key, "a tool's name")
            && let Some(role) = role(reading, &member.value, &mut roles.again)
        {
            roles.of.insert(member.key.clone().into_owned(), role);
        }
    }
    if reading.problems.len() == noted {
        refuse_incomplete(reading, node, &roles);
    }
    roles
}

fn refuse_incomplete(reading: &mut Reading<'_>, node: &Node<'_>, roles: &Roles) {
    if !roles.of.values().any(|role| matches!(role, Role::Create { .. })) {
        reading.complain(node.span, "no tool here creates a checkout", "add the one that does: `{ does: create }`");
    }
    if !roles.quotes().is_empty() && !roles.quote() {
        reading.complain(node.span, "no tool here quotes", "add the one that shows the quotes: `{ does: quote }`");
    }
}

fn role(reading: &mut Reading<'_>, node: &Node<'_>, again: &mut BTreeSet<String>) -> Option<Role> {
    let mut fields = Fields::of(node, "a tool's role", &mut reading.problems);
    let help = format!("add {}", listed(DOES.iter().map(|(word, _)| *word)));
    let does = reading.required(&mut fields, "does", &help);
    let does = does.and_then(|node| reading.one_of(node, "`does`", &DOES));
    let beside = Beside {
        id: fields.optional("id"),
        quote: fields.optional("quote"),
        again: fields.optional("again"),
        attempts: fields.optional("attempts"),
    };
    let role = does.and_then(|does| {
        beside.refuse_misplaced(reading, does);
        match does {
            Does::Quote => Some(Role::Quote),
            Does::Create => beside.create(reading),
            Does::Update => beside.on(reading, node, Some(Step::Update)),
            Does::Complete => {
                again.extend(beside.again.map(|node| statuses(reading, node, "`again`")).unwrap_or_default());
                beside.on(reading, node, Some(Step::Complete))
            }
            Does::Poll => beside.on(reading, node, Some(Step::Poll)),
            Does::Cancel => beside.on(reading, node, Some(Step::Cancel)),
            Does::Claim => {
                let step = beside.claim(reading, node);
                beside.on(reading, node, step)
            }
        }
    });
    reading.finish(fields, node, &[]);
    role
}

impl Beside<'_, '_> {
    fn create(&self, reading: &mut Reading<'_>) -> Option<Role> {
        match self.quote {
            None => Some(Role::Create { quote: None }),
            Some(node) => reading.name(node, "`quote`").map(|quote| Role::Create { quote: Some(quote.to_owned()) }),
        }
    }

    fn claim(&self, reading: &mut Reading<'_>, role: &Node<'_>) -> Option<Step> {
        match self.attempts {
            Some(node) => reading.whole(node, "`attempts`", 1).map(|attempts| Step::Claim { attempts }),
            None => {
                let help = "add how many claims of one purchase may fail, such as `attempts: 10`";
                reading.complain(role.span, "a tool that claims has no `attempts`", help);
                None
            }
        }
    }

    fn on(&self, reading: &mut Reading<'_>, role: &Node<'_>, step: Option<Step>) -> Option<Role> {
        let Some(node) = self.id else {
            reading.complain(role.span, "a tool's role has no `id`", "add the argument that carries the checkout's id");
            return None;
        };
        let id = reading.name(node, "`id`");
        Some(Role::On { step: step?, id: id?.to_owned() })
    }

    /// A key that means nothing beside that `does` was meant to mean something.
    fn refuse_misplaced(&self, reading: &mut Reading<'_>, does: Does) {
        let is_on = !matches!(does, Does::Quote | Does::Create);
        if let Some(node) = self.id.filter(|_| !is_on) {
            let says = match does {
                Does::Create => "a tool that creates a checkout is not told an id",
                _ => "a tool that quotes is not told a checkout's id",
            };
            reading.complain(node.span, says, "take it out: the id is in the reply, where `reply` says");
        }
        let elsewhere = [
            (self.quote, does == Does::Create, "`quote` belongs to a tool that creates"),
            (self.again, does == Does::Complete, "`again` belongs to a tool that completes"),
            (self.attempts, does == Does::Claim, "`attempts` belongs to a tool that claims"),
        ];
        for (node, belongs, says) in elsewhere {
            if let Some(node) = node.filter(|_| !belongs) {
                reading.complain(node.span, says, "take it out");
            }
        }
    }
}
