//! What a code has to teach.

use floorwalker_json::nearest;
use floorwalker_policy::WarningCode;

/// Reads a code; what is none gets the nearest, and all there are.
pub(super) fn code(written: &str) -> Result<WarningCode, String> {
    WarningCode::parse(written).ok_or_else(|| {
        let words = || WarningCode::all().map(WarningCode::word);
        let nearest = nearest(written, words()).map(|word| format!("did you mean `{word}`? ")).unwrap_or_default();
        let all = words().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        format!("{nearest}there is {all}")
    })
}

/// The code, what it is, and its lesson.
pub(super) fn shown(code: WarningCode) -> String {
    format!("{code}: {}\n\n{}\n", code.title(), code.lesson())
}
