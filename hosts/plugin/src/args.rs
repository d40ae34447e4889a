//! The command line. The sentences are the help texts.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::new::Language;

/// Makes, checks, reads and tests data sources in any language.
///
/// A data source is a WebAssembly component that exports `declarative:plugin/data-source`. It becomes a Terraform provider
/// without code of its own for Terraform.
#[derive(Parser)]
#[command(
    name = "data-source",
    version,
    before_help = "\
Examples:
  data-source new python rates          a folder with a data source in Python
  data-source test rates                its fixtures, replayed without a network
  data-source check rates/rates.wasm    what a host would refuse
  data-source read rates/rates.wasm rates base=EUR
  data-source terraform rates/rates.wasm --address example/rates",
    after_help = "\
The provider's name is the file's, without `terraform-provider-`, a version and `.wasm`. Exit codes: 0 success, 1 a \
failure or a refusal, 2 a command line that is not valid, also for the data source that it reads."
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Makes a folder with a data source that builds and passes its own test.
    #[command(before_help = "Examples:\n  data-source new python rates\n  data-source new rust cities")]
    New {
        /// The language.
        language: Language,
        /// The name of the folder and of the data source: a lower-case letter, then lower-case letters and digits.
        name: String,
    },
    /// Says what a component imports, exports and asks for, and what a host would refuse.
    #[command(before_help = "Examples:\n  data-source check rates.wasm")]
    Check {
        /// The component.
        file: PathBuf,
    },
    /// Prints what a component offers, as JSON.
    #[command(before_help = "Examples:\n  data-source describe rates.wasm")]
    Describe {
        /// The component.
        file: PathBuf,
    },
    /// Reads a data source as Terraform would.
    #[command(
        before_help = "\
Examples:
  data-source read rates.wasm rates base=EUR
  data-source read rates.wasm rates base=EUR provider.token=secret --endpoint rates=http://127.0.0.1:8080
  RATES_TOKEN=secret data-source read rates.wasm rates base=EUR -o json
  data-source read rules.wasm rules 'ports=[80, 443]' 'labels={\"a\": \"b\"}'",
        after_help = "\
A secret on the command line is seen by others on the machine: set the variable that the attribute reads instead. \
Variables, the proxy, a profile and the policy file (NAME_POLICY) are taken as the provider takes them."
    )]
    Read {
        /// The component.
        file: PathBuf,
        /// The data source, without the provider's name.
        source: String,
        /// Arguments of the data source, and with `provider.` before the key the provider's. Text, a number, true or
        /// false as it is; a list, a set, a map or an object as JSON.
        #[arg(value_name = "KEY=VALUE")]
        values: Vec<String>,
        /// Where requests of a role go, instead of the component's default. Repeat it for other roles.
        #[arg(long = "endpoint", value_name = "ROLE=URL")]
        endpoints: Vec<String>,
        /// How to print the result.
        #[arg(long, short, value_enum, default_value_t, value_name = "FORM")]
        output: Form,
    },
    /// Replays the fixtures of a folder and compares the results.
    #[command(before_help = "Examples:\n  data-source test .\n  data-source test rates")]
    Test {
        /// The folder. It holds one component, a file `*.wasm`, and fixtures in `tests/fixtures/CASE/`.
        folder: PathBuf,
    },
    /// Writes the pages of a provider for Terraform's registry.
    #[command(
        before_help = "Examples:\n  data-source docs rates.wasm\n  data-source docs rates.wasm --into docs/terraform",
        after_help = "\
Examples of a page are the files `examples/*.tf` in the folder: those that begin with `provider` stand on the first page, \
and those that begin with the name of a data source on its own."
    )]
    Docs {
        /// The component.
        file: PathBuf,
        /// The folder.
        #[arg(long, default_value = "docs", value_name = "DIR")]
        into: PathBuf,
    },
    /// Lays out a mirror with the component as a provider, and prints the lines that Terraform needs.
    #[command(before_help = "\
Examples:
  data-source terraform rates.wasm
  data-source terraform rates.wasm --address example/rates --version 1.2.3")]
    Terraform {
        /// The component.
        file: PathBuf,
        /// The provider's address: `NAMESPACE/NAME`, or with a host before it. Default: `example/` and the file's name.
        #[arg(long)]
        address: Option<String>,
        /// The provider's version.
        #[arg(long, default_value = "0.1.0")]
        version: String,
        /// The executable that serves any component. Default: the one that DATA_SOURCE_PROVIDER names, or
        /// `terraform-provider-any` beside this program.
        #[arg(long, value_name = "FILE")]
        provider: Option<PathBuf>,
        /// The folder of the mirror.
        #[arg(long, default_value = "mirror", value_name = "DIR")]
        mirror: PathBuf,
    },
}

/// The exit code of a command line that is not valid. It is also clap's.
pub const INVALID: u8 = 2;

/// Something on the command line is not valid, so nothing was done. The program ends with [`INVALID`].
#[derive(Debug)]
pub struct InvalidArgument(String);

impl fmt::Display for InvalidArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for InvalidArgument {}

/// Returns the error of an argument that is not valid.
pub fn invalid(why: String) -> anyhow::Error {
    InvalidArgument(why).into()
}

/// How a result is printed.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Table,
    /// For programs, with every digit of numbers.
    Json,
}
