//! The document's schema is kept, and what is told fits it.

use super::CheckReport;

#[test]
fn the_schema_is_kept() {
    crate::schemas::is_kept::<CheckReport>("check.json");
}
