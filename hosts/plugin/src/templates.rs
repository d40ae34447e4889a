//! The templates: the examples of each language, with the contract and fixtures beside them. All files are built in.

use crate::new::Language;

/// A file: its path in the author's folder, and its content.
type File = (&'static str, &'static str);

/// Includes files of a folder of this repository, by their names there.
macro_rules! folder {
    ($from:literal, $to:literal: $($name:literal),+ $(,)?) => {
        &[$((concat!($to, $name), include_str!(concat!("../../../", $from, $name)))),+]
    };
}

const RUST: &[&[File]] = &[
    folder!("hosts/plugin/templates/rust/", "": "Cargo.lock", "Cargo.toml", "README.md"),
    &[
        (".gitignore", include_str!("../templates/rust/gitignore")),
        (".cargo/config.toml", include_str!("../templates/rust/config.toml")),
    ],
    folder!("examples/data-sources/rust/", "": "src/lib.rs"),
    folder!(
        "plugin/", "declarative-plugin/":
        "Cargo.toml", "src/arguments.rs", "src/attribute.rs", "src/bindings.rs", "src/component.rs", "src/diagnostic.rs",
        "src/fields.rs", "src/http.rs", "src/lib.rs", "src/network.rs", "src/number.rs", "src/object.rs",
        "src/origins.rs", "src/provider.rs",
    ),
    folder!("wit/plugin/0.1.1/", "wit/plugin/0.1.1/": "data-source.wit"),
];

const C: &[&[File]] = &[folder!(
    "examples/data-sources/c/", "":
    ".gitignore", "README.md", "build.sh", "plugin.c", "plugin.h", "plugin_json.c", "rates.c", "requirements.txt",
)];

const JAVASCRIPT: &[&[File]] = &[folder!(
    "examples/data-sources/javascript/", "":
    ".gitignore", "README.md", "declarative-plugin.js", "package-lock.json", "package.json", "rates.js",
)];

const PYTHON: &[&[File]] = &[folder!(
    "examples/data-sources/python/", "":
    ".gitignore", "README.md", "data_source.py", "declarative_plugin.py", "requirements.txt",
)];

const GO: &[&[File]] = &[folder!(
    "examples/data-sources/go/", "":
    ".gitignore", "README.md", "build.sh", "plugin.go", "plugin_http.go", "rates.go", "requirements.txt",
)];

/// The contract and the packages that a component may import, for tools that generate bindings from a folder.
const WIT: &[&[File]] = &[
    folder!("examples/data-sources/wit/", "wit/": "guest.wit"),
    folder!("wit/plugin/0.1.1/", "wit/deps/": "data-source.wit"),
    folder!(
        "wit/servicestage/deps/", "wit/deps/":
        "cli.wit", "clocks.wit", "filesystem.wit", "http.wit", "io.wit", "random.wit", "sockets.wit",
    ),
];

/// The fixtures, which are the same for each language: all templates ask the same service.
const FIXTURES: &[&[File]] = &[folder!(
    "hosts/plugin/templates/fixtures/", "tests/fixtures/":
    "a_currency_without_rates/case.toml",
    "a_currency_without_rates/expected.json",
    "a_currency_without_rates/request-1.http",
    "a_currency_without_rates/response-1.http",
    "the_rates_of_a_day/case.toml",
    "the_rates_of_a_day/expected.json",
    "the_rates_of_a_day/request-1.http",
    "the_rates_of_a_day/response-1.http",
)];

/// Returns the files of a language's template.
pub fn files(language: Language) -> impl Iterator<Item = File> {
    let (own, wit) = match language {
        Language::Rust => (RUST, [].as_slice()),
        Language::C => (C, WIT),
        Language::Javascript => (JAVASCRIPT, WIT),
        Language::Python => (PYTHON, WIT),
        Language::Go => (GO, WIT),
    };
    own.iter().chain(wit).chain(FIXTURES).flat_map(|files| files.iter().copied())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    /// The files in a folder of the repository, without what a build leaves there.
    fn kept(folder: &str) -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
        let listed = Command::new("git").args(["ls-files"]).current_dir(root).output().unwrap();
        String::from_utf8(listed.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn no_file_of_an_example_is_left_out() {
        for (language, folder, without) in [
            (Language::C, "examples/data-sources/c", ""),
            (Language::Go, "examples/data-sources/go", ""),
            (Language::Javascript, "examples/data-sources/javascript", ""),
            (Language::Python, "examples/data-sources/python", ""),
            (Language::Rust, "examples/data-sources/rust", "Cargo.toml"),
            (Language::Rust, "plugin/src", ""),
            (Language::C, "wit/servicestage/deps", ""),
        ] {
            let taken: BTreeSet<String> = files(language).map(|(path, _)| path.to_owned()).collect();
            for file in kept(folder).iter().filter(|file| *file != without) {
                assert!(taken.iter().any(|path| path.ends_with(file.as_str())), "{folder}/{file}");
            }
        }
    }

    #[test]
    fn each_template_has_a_guide_and_fixtures_and_no_file_twice() {
        for language in [Language::Rust, Language::C, Language::Javascript, Language::Python, Language::Go] {
            let paths: Vec<&str> = files(language).map(|(path, _)| path).collect();
            assert!(paths.contains(&"README.md") && paths.contains(&"tests/fixtures/the_rates_of_a_day/case.toml"));
            assert_eq!(paths.len(), paths.iter().collect::<BTreeSet<_>>().len(), "{language:?}");
        }
    }

    /// It could be a keyword or a name of the language, or hide one.
    #[test]
    fn the_author_s_name_stands_in_no_code_but_in_its_strings() {
        for (language, file) in
            [(Language::C, "rates.c"), (Language::Go, "rates.go"), (Language::Python, "data_source.py")]
        {
            let (_, content) = files(language).find(|(path, _)| *path == file).unwrap();
            let content = content.lines().filter(|line| !line.trim_start().starts_with("//"));
            let content = content.collect::<Vec<_>>().join("\n").replace("\\\"", "");
            let code: String = content.split('"').step_by(2).collect();
            let mut words = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            assert!(!words.any(|word| word == "rates" || word == "Rates"), "{file}: {code}");
        }
    }

    /// The repository builds and tests with these.
    #[test]
    fn the_template_in_rust_locks_the_crates_that_the_repository_locks() {
        let ours = include_str!("../../../Cargo.lock");
        let template = include_str!("../templates/rust/Cargo.lock");
        let crates: Vec<&str> = template.split("[[package]]").filter(|block| block.contains("checksum")).collect();
        assert!(crates.len() > 10);
        for block in crates {
            let (identity, _) = block.split_once("dependencies").unwrap_or((block, ""));
            assert!(ours.contains(identity.trim_end()), "{identity}");
        }
    }
}
