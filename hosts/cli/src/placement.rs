//! Flags of a command may come before it: `servicestage -v pipelines list` means `servicestage pipelines list -v`.
//!
//! With clap's global flags, every command would accept all of them, even those of other commands.

use std::ffi::OsString;

use clap::{Arg, Command};

/// Moves flags from before or within the command to the position after it. Other words stay in place, and clap reports
/// those that it does not know.
pub fn after_command(arguments: impl IntoIterator<Item = OsString>, tool: &Command) -> Vec<OsString> {
    let mut words = arguments.into_iter();
    let mut ordered: Vec<OsString> = words.next().into_iter().collect();
    let mut moved = Vec::new();
    let mut command = tool;
    while command.has_subcommands()
        && let Some(word) = words.next()
    {
        let name = word.to_str().unwrap_or_default();
        if let Some(found) = command.find_subcommand(name) {
            command = found;
            ordered.push(word);
        } else if is_flag(name) {
            let value = if takes_next(name, tool) { words.next() } else { None };
            moved.push(word);
            moved.extend(value);
        } else {
            ordered.push(word);
            break;
        }
    }
    ordered.extend(moved);
    ordered.extend(words);
    ordered
}

/// Returns whether this is a flag that may move. Help and version stay: they apply to the command before them.
fn is_flag(word: &str) -> bool {
    word.starts_with('-') && !["-", "--", "-h", "--help", "-V", "--version"].contains(&word)
}

/// Returns whether the next word is the value of this flag.
fn takes_next(word: &str, tool: &Command) -> bool {
    if let Some(long) = word.strip_prefix("--") {
        return any_flag(tool, &|flag| flag.get_long() == Some(long) && flag.get_action().takes_values());
    }
    let mut letters = word.trim_start_matches('-').chars();
    let takes = |letter| any_flag(tool, &|flag| flag.get_short() == Some(letter) && flag.get_action().takes_values());
    // In `-vo json` the last letter takes a value; in `-ojson` what follows the first is its value.
    letters.find(|letter| takes(*letter)).is_some() && letters.as_str().is_empty()
}

fn any_flag(command: &Command, wanted: &dyn Fn(&Arg) -> bool) -> bool {
    command.get_arguments().any(wanted) || command.get_subcommands().any(|command| any_flag(command, wanted))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use clap::CommandFactory;

    use super::*;
    use crate::args::Arguments;

    fn placed(words: &str) -> String {
        let placed = after_command(words.split(' ').map(OsString::from), &Arguments::command());
        placed.join(OsStr::new(" ")).into_string().unwrap()
    }

    #[test]
    fn flags_stand_behind_the_command() {
        for (typed, expected) in [
            ("tool -v pipelines list", "tool pipelines list -v"),
            ("tool pipelines -vv list --limit 1", "tool pipelines list -vv --limit 1"),
            ("tool --region pipelines pipelines list", "tool pipelines list --region pipelines"),
            ("tool --region=a -o json auth -v show --x", "tool auth show --region=a -o json -v --x"),
            ("tool -vo json pipelines list", "tool pipelines list -vo json"),
            ("tool -ojson pipelines list", "tool pipelines list -ojson"),
            ("tool pipelines list -v", "tool pipelines list -v"),
        ] {
            assert_eq!(placed(typed), expected);
        }
    }

    #[test]
    fn arguments_that_are_not_flags_of_a_command_stay() {
        for typed in
            ["tool", "tool --help", "tool --version pipelines list", "tool help auth", "tool -- -v", "tool nothing -v"]
        {
            assert_eq!(placed(typed), typed);
        }
        assert_eq!(placed("tool -v --help"), "tool --help -v");
        assert_eq!(placed("tool --unknown pipelines list"), "tool pipelines list --unknown");
        assert_eq!(placed("tool -v"), "tool -v");
    }
}
