//! What the loaders of our documents share: one value is read, or one problem is noted, and reading goes on.
//!
//! INVARIANT: whoever gets nothing back from a method here finds a problem noted for it.

use floorwalker_json::{Document, Fields, Node, Problem, Shape, Span, listed, nearest, shown};

use crate::{Warning, WarningCode};

/// One document on its way to its meaning, and what was found wrong with it so far.
#[derive(Debug)]
pub(crate) struct Reading<'d> {
    source: &'d str,
    /// Everything that stops the document from loading.
    pub(crate) problems: Vec<Problem>,
    /// What deserves a second look but loads.
    pub(crate) warnings: Vec<Warning>,
}

/// Keys that exist in the dialect but not yet in this program.
pub(crate) type NotYet = &'static [&'static str];

impl<'d> Reading<'d> {
    pub(crate) fn of(document: &'d Document) -> Self {
        Self { source: &document.source, problems: Vec::new(), warnings: Vec::new() }
    }

    pub(crate) fn complain(&mut self, span: Span, says: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::new(span, says).with_help(help));
    }

    pub(crate) fn warn(&mut self, code: WarningCode, span: Span, says: impl Into<String>, help: impl Into<String>) {
        self.warnings.push(Warning::new(code, span, says, help));
    }

    /// Everything found so far. It was found field by field; people read from top to bottom.
    pub(crate) fn problems_in_order(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.span.start);
        self.problems
    }

    /// The member of that name; its absence is a problem, and `help` says what to write.
    pub(crate) fn required<'n, 's>(
        &mut self,
        fields: &mut Fields<'n, 's>,
        key: &'static str,
        help: &str,
    ) -> Option<&'n Node<'s>> {
        let noted = self.problems.len();
        let found = fields.required(key, &mut self.problems);
        if let Some(problem) = self.problems.get_mut(noted) {
            problem.help = Some(help.to_owned());
        }
        found
    }

    /// What was written, as a message quotes it.
    pub(crate) fn written(&self, node: &Node<'_>) -> String {
        match node.as_array().is_some() || node.as_object().is_some() {
            true => node.kind().to_owned(),
            false => format!("`{}`", shown(node.span.text(self.source))),
        }
    }

    /// A text with something in it, of whatever characters.
    pub(crate) fn text<'n>(&mut self, node: &'n Node<'_>, what: &str) -> Option<&'n str> {
        let text = node.as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            let says = format!("{what} is {}", self.written(node));
            self.complain(node.span, says, "write a sentence, in quotes");
        }
        text
    }

    /// A text that is not blank and has no blanks around it and no control characters in it.
    pub(crate) fn name<'n>(&mut self, node: &'n Node<'_>, what: &str) -> Option<&'n str> {
        let written = self.written(node);
        let Some(text) = node.as_str() else {
            self.complain(node.span, format!("{what} is {written}, not text"), "write a name in quotes");
            return None;
        };
        self.is_name(node.span, text, what).then_some(text)
    }

    /// Whether a key or text is fit to be a name; if not, that is a problem.
    pub(crate) fn is_name(&mut self, span: Span, text: &str, what: &str) -> bool {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            self.complain(span, format!("{what} is blank"), "write a name");
        } else if trimmed != text {
            self.complain(
                span,
                format!("{what} `{}` has blanks around it", shown(text)),
                format!("write `{}`", shown(trimmed)),
            );
        } else if let Err(error) = crate::names::check(text) {
            self.complain(span, format!("{what} is `{}`", shown(text)), error.to_string());
        } else {
            return true;
        }
        false
    }

    /// A whole number of at least `least`.
    pub(crate) fn whole(&mut self, node: &Node<'_>, what: &str, least: u64) -> Option<u64> {
        if let Some(number) = node.as_u64().filter(|number| *number >= least) {
            return Some(number);
        }
        let says = format!("{what} is {}", self.written(node));
        self.complain(node.span, says, whole_help(node, least));
        None
    }

    /// That one number; another version of a document means other things.
    pub(crate) fn only(&mut self, node: &Node<'_>, what: &str, number: u64) {
        if node.as_u64() != Some(number) {
            let says = format!("{what} is {}", self.written(node));
            self.complain(node.span, says, format!("write `{number}`: it is the only one there is"));
        }
    }

    /// One of a few words.
    pub(crate) fn one_of<T: Copy>(&mut self, node: &Node<'_>, what: &str, words: &[(&str, T)]) -> Option<T> {
        if let Some(text) = node.as_str()
            && let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text)
        {
            return Some(*meaning);
        }
        let says = format!("{what} is {}", self.written(node));
        self.complain(node.span, says, word_help(node, words.iter().map(|(word, _)| *word)));
        None
    }

    /// The elements of a list; of anything else, none.
    pub(crate) fn list<'n, 's>(&mut self, node: &'n Node<'s>, what: &str) -> &'n [Node<'s>] {
        let written = self.written(node);
        node.as_array().unwrap_or_else(|| {
            self.complain(node.span, format!("{what} is {written}, not a list"), "write a list in `[` and `]`");
            &[]
        })
    }

    /// Complains about the members that were not asked for, and says of keys that come later that they do.
    pub(crate) fn finish(&mut self, fields: Fields<'_, '_>, node: &Node<'_>, not_yet: NotYet) {
        let mut unknown = Vec::new();
        fields.finish(&mut unknown);
        for problem in unknown {
            let written = node.as_object().into_iter().flatten().find(|member| member.key_span == problem.span);
            match written.filter(|member| not_yet.contains(&&*member.key)) {
                Some(member) => self.complain(
                    member.key_span,
                    format!("`{}` is not supported yet", member.key),
                    "without it the document would mean something else, so it does not load; take the key out",
                ),
                None => self.problems.push(problem),
            }
        }
    }
}

/// The shape of a place where [`Reading::one_of`] reads one of these words.
pub(crate) fn words_of<T>(words: &[(&'static str, T)]) -> Shape {
    Shape::words(words.iter().map(|(word, _)| *word))
}

/// The same of those words only which mean one of these.
pub(crate) fn words_for<T: PartialEq>(words: &[(&'static str, T)], meanings: &[T]) -> Shape {
    Shape::words(words.iter().filter(|(_, meaning)| meanings.contains(meaning)).map(|(word, _)| *word))
}

/// What to write instead, where one of a few words was expected.
pub(crate) fn word_help<'w>(node: &Node<'_>, words: impl Iterator<Item = &'w str> + Clone) -> String {
    match node.as_str().and_then(|text| nearest(text, words.clone())) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("write {}", listed(words)),
    }
}

fn whole_help(node: &Node<'_>, least: u64) -> String {
    if let Some(number) = node.as_str().and_then(|text| text.parse::<u64>().ok()) {
        return format!("write the number without quotes: `{number}`");
    }
    let is_huge = node.as_number().is_some_and(|number| {
        let decimal = number.decimal();
        decimal.is_integer() && !decimal.is_negative() && decimal.to_u64().is_none()
    });
    match is_huge {
        true => format!("write a whole number of at most `{}`", u64::MAX),
        false => format!("write a whole number, `{least}` or more"),
    }
}
