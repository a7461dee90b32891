//! JSON inside texts.

use floorwalker_json::{Keys, Node, scan, scan_leading};

/// How often a text may look as if JSON began and yet not be it; each such try can read the whole rest.
const FAILED_MAX: usize = 16;

/// The JSON that a text is, if it looks like a list or a map and the strict scanner accepts it.
pub(super) fn whole(text: &str) -> Option<Node<'_>> {
    let text = text.trim();
    let looks_like_json = text.starts_with(['{', '[']);
    if looks_like_json { scan(text.as_bytes(), Keys::Distinct).ok() } else { None }
}

/// The list or map that a text is, or else those that stand in it, one after the other.
pub(super) fn all(text: &str) -> Vec<Node<'_>> {
    if let Some(node) = whole(text) {
        return vec![node];
    }
    let (mut found, mut rest, mut failed) = (Vec::new(), text, 0_usize);
    while failed < FAILED_MAX
        && let Some(here) = rest.find(['{', '[']).and_then(|start| rest.get(start..))
    {
        rest = here.get(1..).unwrap_or_default();
        if !can_hold_text(here) {
            continue;
        }
        match scan_leading(here, Keys::Distinct) {
            Ok((node, after)) => {
                found.push(node);
                rest = after;
            }
            Err(_) => failed = failed.saturating_add(1),
        }
    }
    found
}

/// Whether more than an empty or numeric list begins here; brackets of prose are told from JSON at a glance.
fn can_hold_text(here: &str) -> bool {
    let inside = here.get(1..).unwrap_or_default().trim_start();
    match here.starts_with('{') {
        true => inside.starts_with('"'),
        false => inside.starts_with(['"', '{', '[']),
    }
}
