//! The schema in the repository is the one of these types.

use super::ExplanationDocument;
use crate::schemas;

#[test]
fn the_schema_that_is_kept_is_the_one_the_code_makes() {
    schemas::is_kept::<ExplanationDocument>("explanation.json");
}
