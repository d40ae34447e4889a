//! The flags that every command takes, so that an alias may name them.

use clap::{Arg, ArgAction, Command};

use super::output::Color;

/// The tool with these flags. A command that lacks one gets it hidden, because there it changes nothing.
pub fn added(command: Command) -> Command {
    if command.has_subcommands() {
        return command.mut_subcommands(added);
    }
    flags().into_iter().fold(command, |command, flag| {
        let has = command.get_arguments().any(|own| own.get_long() == flag.get_long());
        if has { command } else { command.arg(flag.hide(true)) }
    })
}

fn flags() -> [Arg; 5] {
    [
        Arg::new("region").long("region").value_name("REGION"),
        Arg::new("profile").long("profile").value_name("NAME"),
        Arg::new("verbose").long("verbose").short('v').action(ArgAction::Count),
        Arg::new("color").long("color").value_name("WHEN").value_parser(clap::value_parser!(Color)),
        // Another form than the only one is refused.
        Arg::new("output").long("output").short('o').value_name("FORMAT").value_parser(["table"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Arguments, tests::every_command};
    use crate::placement;

    const FLAGS: [&[&str]; 7] = [
        &["--region", "cn-north-4"],
        &["--profile=work"],
        &["-v"],
        &["-vv"],
        &["--color", "never"],
        &["--output", "table"],
        &["-otable"],
    ];

    /// A word for each operand of a command.
    fn operands(command: &Command) -> Vec<&'static str> {
        let operands = command.get_positionals();
        operands.map(|operand| if operand.get_id() == "shell" { "bash" } else { "name" }).collect()
    }

    #[test]
    fn every_flag_of_all_commands_may_stand_before_and_after_each() {
        let tool = Arguments::tool();
        let mut tried = 0;
        for words in every_command() {
            let command = words.iter().fold(&tool, |command, word| command.find_subcommand(word).unwrap());
            if command.has_subcommands() {
                continue;
            }
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            for flag in FLAGS {
                let operands = operands(command);
                for line in [[flag, &words, &operands].concat(), [&words, &operands, flag].concat()] {
                    let typed = ["servicestage"].iter().chain(&line).map(Into::into);
                    let placed = placement::after_command(typed, &tool);
                    let read = Arguments::read(placed);
                    assert!(read.is_ok(), "{line:?}: {}", read.unwrap_err());
                    tried += 1;
                }
            }
        }
        assert!(tried > 200, "{tried}");
    }

    #[test]
    fn a_form_that_a_command_does_not_have_is_refused() {
        for line in ["policy init -o json", "config list -o csv", "auth show -o csv", "pipelines wait -o yaml"] {
            let refused = Arguments::read(["servicestage"].into_iter().chain(line.split(' ')).map(Into::into));
            assert!(refused.unwrap_err().to_string().contains("for '--output <FORMAT>'"), "{line}");
        }
    }
}
