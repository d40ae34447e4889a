//! Who may depend on whom, read from `cargo tree`.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::shell;

/// Packages that a tree must be free of.
struct Gate {
    /// Why, as the end of the sentence "Check that ...".
    rule: &'static str,
    /// The tree to print.
    tree: &'static [&'static str],
    /// Whether a package may not be in it.
    forbidden: fn(&str) -> bool,
}

const GATES: [Gate; 11] = [
    Gate {
        rule: "the tool that ships holds no compiler and no harness",
        tree: &["-p", "servicestage-cli", "--no-default-features", "-e", "normal"],
        forbidden: |package| ["cranelift-codegen", "host-test"].contains(&package),
    },
    Gate {
        rule: "the provider that ships holds no compiler and no harness",
        tree: &[
            "-p",
            "terraform-provider-servicestage",
            "--no-default-features",
            "--features",
            "embed",
            "-e",
            "normal",
        ],
        forbidden: |package| ["cranelift-codegen", "host-test"].contains(&package),
    },
    Gate {
        rule: "the Python package that ships holds no compiler and no harness",
        tree: &["-p", "servicestage-python", "--no-default-features", "-e", "normal"],
        forbidden: |package| ["cranelift-codegen", "host-test"].contains(&package),
    },
    Gate {
        rule: "what measures holds no compiler",
        tree: &["-p", "servicestage-bench", "-e", "normal"],
        forbidden: |package| package == "cranelift-codegen",
    },
    Gate {
        rule: "the guest depends on no host",
        tree: &["-p", "servicestage-component"],
        forbidden: |package| is_host(package) || is_wasmtime(package),
    },
    Gate {
        rule: "the facade depends on no host",
        tree: &["-p", "servicestage-facade"],
        forbidden: |package| is_host(package) || is_wasmtime(package),
    },
    Gate {
        rule: "the signer depends on no host",
        tree: &["-p", "huaweicloud-sign"],
        forbidden: |package| is_host(package) || is_wasmtime(package),
    },
    Gate {
        rule: "the shared rules depend on no host",
        tree: &["-p", "model"],
        forbidden: |package| is_host(package) || is_wasmtime(package),
    },
    Gate {
        rule: "the contract's crate depends on no other member",
        tree: &["-p", "declarative-plugin"],
        forbidden: |package| {
            is_host(package)
                || is_wasmtime(package)
                || ["model", "huaweicloud-sign", "servicestage-component"].contains(&package)
        },
    },
    Gate {
        rule: "the example on wasmtime alone depends on nothing of this project",
        tree: &["-p", "embedding-example"],
        forbidden: |package| is_host(package) || ["huaweicloud-sign", "model"].contains(&package),
    },
    Gate { rule: "the build tool links no wasmtime", tree: &["-p", "xtask", "-e", "normal"], forbidden: is_wasmtime },
];

/// Fails if a package is where it must not be. The features are those of the tree's own package, as when it is built
/// alone.
pub fn check() -> Result<()> {
    for gate in GATES {
        let mut command = shell::cargo(&["tree", "--target", "all", "--prefix", "none", "--format", "{p}"]);
        command.args(gate.tree);
        shell::announce(format_args!("Check that {}: {}", gate.rule, shell::words(&command)));
        let tree = shell::output(&mut command, "Cargo says why above.")?;
        let found = find(&tree, gate.forbidden);
        ensure!(
            found.is_empty(),
            "`{}` prints {}, but {}. `cargo tree {} -i PACKAGE` says how it came in.",
            shell::words(&command),
            found.join(", "),
            gate.rule,
            gate.tree.join(" ")
        );
    }
    check_members()?;
    check_features()
}

/// The packages that are built for release and share one build of wasmtime. Cargo builds each alone.
const RELEASED: [(&str, &[&str]); 4] = [
    ("servicestage-cli", &["--no-default-features"]),
    ("servicestage-python", &["--no-default-features"]),
    ("terraform-provider-servicestage", &["--no-default-features", "--features", "embed"]),
    ("servicestage-bench", &[]),
];

/// Fails if two of what is released want other features of wasmtime, or of what it depends on: cargo would compile it
/// once more.
fn check_features() -> Result<()> {
    let mut first: Option<(&str, BTreeSet<String>)> = None;
    for (package, arguments) in RELEASED {
        let mut command = shell::cargo(&["tree", "-p", package, "-e", "normal,build", "--no-dedupe"]);
        command.args(["--prefix", "depth", "--format", " {p} {f}"]).args(arguments);
        shell::announce(format_args!("Read how {package} builds wasmtime: {}", shell::words(&command)));
        let wanted = below_wasmtime(&shell::output(&mut command, "Cargo says why above.")?);
        ensure!(!wanted.is_empty(), "`{}` prints no wasmtime", shell::words(&command));
        let Some((other, expected)) = &first else {
            first = Some((package, wanted));
            continue;
        };
        let differing: Vec<&str> = expected.symmetric_difference(&wanted).map(String::as_str).collect();
        ensure!(
            differing.is_empty(),
            "{other} and {package} would each build wasmtime, because only one of them wants: {}. `cargo tree -e features \
             -i DEPENDENCY` says whose features these are. The manifest of component-runtime can ask for them for all.",
            differing.join("; ")
        );
    }
    Ok(())
}

/// The packages of wasmtime in a tree, and all below them, with their features. Each line begins with its depth.
fn below_wasmtime(tree: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut above: Option<u32> = None;
    for line in tree.lines() {
        let Some((depth, package)) = line.split_once(' ') else { continue };
        let Ok(depth) = depth.parse() else { continue };
        above = above.filter(|above| depth > *above).or_else(|| is_wasmtime(package).then_some(depth));
        if above.is_some() {
            found.insert(package.to_owned());
        }
    }
    found
}

/// Fails if a member is not built by default. Cargo would then choose other features, and `cargo run --example list`
/// would not find the example.
fn check_members() -> Result<()> {
    let mut command = shell::cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    shell::announce(format_args!("Check that every member is one by default: {}", shell::words(&command)));
    let metadata: Value = serde_json::from_str(&shell::output(&mut command, "Cargo says why above.")?)?;
    let names = |list: &str| -> BTreeSet<String> {
        let members = metadata[list].as_array().into_iter().flatten();
        members.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let left_out = &names("workspace_members") - &names("workspace_default_members");
    let left_out: Vec<String> = left_out.into_iter().collect();
    ensure!(left_out.is_empty(), "`default-members` in Cargo.toml leaves out {}", left_out.join(", "));
    Ok(())
}

fn is_host(package: &str) -> bool {
    [
        "component-runtime",
        "servicestage",
        "servicestage-cli",
        "servicestage-python",
        "terraform-provider-servicestage",
        "host-test",
    ]
    .contains(&package)
}

fn is_wasmtime(package: &str) -> bool {
    package.starts_with("wasmtime")
}

/// The packages of a tree, one a line, that are forbidden.
fn find(tree: &str, forbidden: fn(&str) -> bool) -> Vec<&str> {
    tree.lines().filter_map(|line| line.split(' ').next()).filter(|package| forbidden(package)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_of_wasmtime_and_those_below_them_are_compared() {
        let tree = "0 servicestage v0.1.0 (/somewhere) embed\n1 ring v0.17.9\n1 wasmtime v48.0.8 std\n2 tokio v1.54.1 \
                    net,rt\n3 mio v1.0.0\n1 serde v1.0.0\n2 syn v3.0.0\n1 wasmtime-wasi v48.0.8\n2 tokio v1.54.1 net,rt\n";
        let expected = ["mio v1.0.0", "tokio v1.54.1 net,rt", "wasmtime v48.0.8 std", "wasmtime-wasi v48.0.8"];
        assert_eq!(below_wasmtime(tree).iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_forbidden_package_is_found_by_its_name() {
        let tree =
            "servicestage-cli v0.1.0 (/somewhere)\nwasmtime v48.0.8\nwasmtime-wasi v48.0.8 (*)\n\nanyhow v1.0.104";
        assert_eq!(find(tree, is_wasmtime), ["wasmtime", "wasmtime-wasi"]);
        assert_eq!(find(tree, is_host), ["servicestage-cli"]);
    }
}
