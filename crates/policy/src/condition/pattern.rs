//! Regular expressions of conditions.
//!
//! A pattern that guards must see the whole text, or `bh_site` lets `x bh_site; rm` through; a pattern that forbids must
//! see every part of it, or `;` lets `a; rm` through. So how far a pattern reaches depends on where it stands, and is the
//! stricter of the two.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, Look};

use super::Stands;

/// Compiled patterns larger than this are refused; matching takes time in proportion to text and pattern.
const SIZE_MAX: usize = 1 << 20;

/// Compiles a pattern.
pub(super) fn compile(pattern: &str, stands: Stands) -> Result<Regex, String> {
    let parsed = regex_syntax::parse(pattern).map_err(|error| last_line(&error.to_string()))?;
    let meant = match stands {
        Stands::DenyIf | Stands::Evaluate => parsed,
        // Text around the pattern could change its meaning, where it ends in a comment; parts of its tree cannot.
        Stands::Require => Hir::concat(vec![Hir::look(Look::Start), parsed, Hir::look(Look::End)]),
    };
    let compiled = RegexBuilder::new(&meant.to_string()).size_limit(SIZE_MAX).build();
    compiled.map_err(|error| last_line(&error.to_string()))
}

/// Whether whatever it matches is a whole text.
pub(super) fn is_anchored(pattern: &str) -> bool {
    regex_syntax::parse(pattern).is_ok_and(|parsed| {
        let sides = parsed.properties();
        sides.look_set_prefix().contains(Look::Start) && sides.look_set_suffix().contains(Look::End)
    })
}

fn last_line(error: &str) -> String {
    error.lines().last().unwrap_or_default().replace("error: ", "")
}
