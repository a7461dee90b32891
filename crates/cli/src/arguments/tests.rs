//! The command line is sound, whatever clap can tell about it.

use clap::CommandFactory as _;

use super::Arguments;

#[test]
fn the_command_line_contradicts_itself_nowhere() {
    Arguments::command().debug_assert();
}

#[test]
fn every_command_has_an_example() {
    for command in Arguments::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.contains("Example"), "`{} --help` has no example", command.get_name());
    }
}
