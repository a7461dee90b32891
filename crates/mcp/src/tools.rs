//! One page of `tools/list`: what is in it, and the same page without the tools that are hidden.
//!
//! The page is edited as text, so that everything the gateway does not know arrives as it was sent. A page that cannot
//! be read whole is an error, because a tool that was overlooked could not be hidden.

use std::collections::HashSet;

use floorwalker_json::{Node, Object, Span, shown};

use crate::Era;

/// How long a client may keep a filtered page, in milliseconds: a change of policy must show soon.
pub const TTL_CAP_MS: u64 = 60_000;

/// The members of a page that mean something.
const PAGE: &[&str] = &["tools", "nextCursor", "ttlMs", "cacheScope"];

/// The members of a tool that mean something to the gateway.
const TOOL: &[&str] = &["name", "inputSchema"];

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolsPage {
    /// The tools in their order.
    pub tools: Vec<ListedTool>,
    /// Where the next page begins, if there is one; an empty cursor is one.
    pub next_cursor: Option<String>,
    /// How long the page may be kept, in milliseconds.
    pub ttl_ms: Option<u64>,
    /// Who may keep it: `public` or `private`.
    pub cache_scope: Option<String>,
    whole: Span,
    ttl_span: Option<Span>,
    scope_span: Option<Span>,
}

/// One tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTool {
    /// Its name, which no other tool of the page has.
    pub name: String,
    /// Where its definition stands in the source.
    pub span: Span,
    /// The names of its top-level parameters, in the schema's order.
    pub parameters: Vec<String>,
}

/// Why a page cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// A member is missing or not what it must be.
    #[error("`{0}` is missing or not what it must be")]
    Member(&'static str),
    /// A key that could be taken for one that means something.
    #[error("key `{0}` can be taken for another")]
    Confusable(String),
    /// Two tools of one name.
    #[error("the tool `{0}` stands twice in the list")]
    Twice(String),
}

impl ToolsPage {
    /// Reads the result of `tools/list`; its spans must point into the source that is later given to
    /// [`Self::filtered`].
    ///
    /// # Errors
    /// The first thing that is not what it must be.
    pub fn read(result: &Node<'_>) -> Result<Self, ListError> {
        let page = object(result, PAGE, "result")?;
        let elements = page.get("tools").and_then(Node::as_array).ok_or(ListError::Member("tools"))?;
        let tools = elements.iter().map(ListedTool::read).collect::<Result<Vec<_>, _>>()?;
        check_distinct(&tools)?;
        Ok(Self {
            tools,
            next_cursor: optional(page, "nextCursor", text)?,
            ttl_ms: optional(page, "ttlMs", Node::as_u64)?,
            cache_scope: optional(page, "cacheScope", text)?,
            whole: result.span,
            ttl_span: page.get("ttlMs").map(|node| node.span),
            scope_span: page.get("cacheScope").map(|node| node.span),
        })
    }

    /// The page's text without the hidden tools. In the modern era it also says that nobody else may keep it, and that
    /// not for long; everything else is as it was sent.
    #[must_use]
    pub fn filtered(&self, source: &str, hidden: impl Fn(&str) -> bool, era: Era) -> String {
        let mut edits: Vec<Edit> = self.removal(source, hidden).into_iter().collect();
        if era == Era::Modern {
            edits.extend(self.cache_edits());
        }
        edits.sort_by_key(|edit| edit.span);
        edited(source, self.whole, &edits)
    }

    /// Everything from the first tool to the last, without the hidden ones; nothing if none is hidden.
    fn removal(&self, source: &str, hidden: impl Fn(&str) -> bool) -> Option<Edit> {
        let (first, last) = (self.tools.first()?, self.tools.last()?);
        let mut text = String::new();
        let mut before: Option<&ListedTool> = None;
        let mut removed = false;
        for tool in &self.tools {
            if hidden(&tool.name) {
                removed = true;
            } else {
                if let (false, Some(before)) = (text.is_empty(), before) {
                    text.push_str(Span::new(before.span.end, tool.span.start).text(source));
                }
                text.push_str(tool.span.text(source));
            }
            before = Some(tool);
        }
        removed.then(|| Edit { span: Span::new(first.span.start, last.span.end), text })
    }

    fn cache_edits(&self) -> Vec<Edit> {
        // The page has `tools`, so that a member may be put before all others with a comma behind it.
        let inside = self.whole.start.saturating_add(1);
        let scope = match self.scope_span {
            Some(span) => Edit { span, text: String::from("\"private\"") },
            None => Edit { span: Span::new(inside, inside), text: String::from("\"cacheScope\":\"private\",") },
        };
        let ttl = self.ttl_span.filter(|_| self.ttl_ms.is_some_and(|ttl_ms| ttl_ms > TTL_CAP_MS));
        let ttl = ttl.map(|span| Edit { span, text: TTL_CAP_MS.to_string() });
        std::iter::once(scope).chain(ttl).collect()
    }
}

impl ListedTool {
    fn read(node: &Node<'_>) -> Result<Self, ListError> {
        let tool = object(node, TOOL, "tools")?;
        let name = tool.get("name").and_then(Node::as_str).filter(|name| !name.is_empty());
        let name = name.ok_or(ListError::Member("name"))?.to_owned();
        Ok(Self { name, span: node.span, parameters: parameters(tool)? })
    }
}

/// New text for a range of the source.
struct Edit {
    span: Span,
    text: String,
}

/// The text of `whole` with the edits, which are sorted and apart from each other.
fn edited(source: &str, whole: Span, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(whole.end.saturating_sub(whole.start));
    let mut at = whole.start;
    for edit in edits {
        out.push_str(Span::new(at, edit.span.start).text(source));
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(Span::new(at, whole.end).text(source));
    out
}

fn parameters(tool: &Object<'_>) -> Result<Vec<String>, ListError> {
    let Some(schema) = tool.get("inputSchema") else {
        return Ok(Vec::new());
    };
    let schema = schema.as_object().ok_or(ListError::Member("inputSchema"))?;
    let Some(properties) = schema.get("properties") else {
        return Ok(Vec::new());
    };
    let properties = properties.as_object().ok_or(ListError::Member("properties"))?;
    Ok(properties.iter().map(|member| member.key.clone().into_owned()).collect())
}

fn object<'n, 's>(node: &'n Node<'s>, known: &[&str], what: &'static str) -> Result<&'n Object<'s>, ListError> {
    let object = node.as_object().ok_or(ListError::Member(what))?;
    match object.confusable_with(known) {
        Some(member) => Err(ListError::Confusable(shown(&member.key))),
        None => Ok(object),
    }
}

fn optional<'n, 's, T>(
    page: &'n Object<'s>,
    key: &'static str,
    read: impl Fn(&'n Node<'s>) -> Option<T>,
) -> Result<Option<T>, ListError> {
    match page.get(key) {
        None => Ok(None),
        Some(node) => read(node).map(Some).ok_or(ListError::Member(key)),
    }
}

fn text(node: &Node<'_>) -> Option<String> {
    node.as_str().map(str::to_owned)
}

fn check_distinct(tools: &[ListedTool]) -> Result<(), ListError> {
    let mut seen = HashSet::with_capacity(tools.len());
    match tools.iter().find(|tool| !seen.insert(&tool.name)) {
        Some(tool) => Err(ListError::Twice(shown(&tool.name))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
