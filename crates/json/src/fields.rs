//! Reads the members of a map one by one and complains about those nobody asked for.
//!
//! Every document of ours (policy, profile, scenario, gateway configuration) is read through this, so they all collect
//! every problem, and all of them name the nearest known key.

use crate::{Node, Object, Problem, Span, listed, nearest, shown};

/// The members of one map, and which of them were asked for.
#[derive(Debug)]
pub struct Fields<'n, 's> {
    what: &'static str,
    span: Span,
    object: Option<&'n Object<'s>>,
    asked: Vec<&'static str>,
}

impl<'n, 's> Fields<'n, 's> {
    /// The members of `node`; when it is no map, that is a problem, and every member is absent.
    pub fn of(node: &'n Node<'s>, what: &'static str, problems: &mut Vec<Problem>) -> Self {
        let object = node.as_object();
        if object.is_none() {
            problems.push(Problem::new(node.span, format!("{what} must be a map, but here is {}", node.kind())));
        }
        Self { what, span: node.span, object, asked: Vec::new() }
    }

    /// Where the whole map stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The member of that name, if there is one.
    pub fn optional(&mut self, key: &'static str) -> Option<&'n Node<'s>> {
        self.asked.push(key);
        self.object.and_then(|object| object.get(key))
    }

    /// The member of that name; its absence is a problem.
    pub fn required(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<&'n Node<'s>> {
        let found = self.optional(key);
        if found.is_none() && self.object.is_some() {
            problems.push(Problem::new(self.span, format!("{} has no `{key}`", self.what)));
        }
        found
    }

    /// Complains about every member that was not asked for.
    pub fn finish(self, problems: &mut Vec<Problem>) {
        for member in self.object.into_iter().flatten() {
            if self.asked.iter().any(|asked| *asked == member.key) {
                continue;
            }
            let says = format!("{} has no key `{}`", self.what, shown(&member.key));
            let help = match nearest(&member.key, self.asked.iter().copied()) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("it may have {}", listed(self.asked.iter().copied())),
            };
            problems.push(Problem::new(member.key_span, says).with_help(help));
        }
    }
}

#[cfg(test)]
mod tests;
