//! Who may depend on whom, read from `cargo tree`.

use std::collections::{BTreeMap, BTreeSet};

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
        rule: "what ships holds no compiler",
        tree: &["-p", "servicestage-cli", "--no-default-features", "-e", "normal"],
        forbidden: |package| package == "cranelift-codegen",
    },
    Gate {
        rule: "the provider that ships holds no compiler",
        tree: &[
            "-p",
            "terraform-provider-servicestage",
            "--no-default-features",
            "--features",
            "embed",
            "-e",
            "normal",
        ],
        forbidden: |package| package == "cranelift-codegen",
    },
    Gate {
        rule: "the Python package that ships holds no compiler",
        tree: &["-p", "servicestage-python", "--no-default-features", "-e", "normal"],
        forbidden: |package| package == "cranelift-codegen",
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

/// Fails if the extension wants other features of a dependency than the tool: cargo would compile wasmtime once more.
fn check_features() -> Result<()> {
    let [tool, extension] = ["servicestage-cli", "servicestage-python"].map(|package| -> Result<_> {
        let mut command = shell::cargo(&["tree", "-p", package, "--no-default-features", "-e", "normal,build"]);
        command.args(["--prefix", "none", "--format", "{p} {f}"]);
        shell::announce(format_args!("Read which features {package} wants: {}", shell::words(&command)));
        Ok(features(&shell::output(&mut command, "Cargo says why above.")?))
    });
    let (tool, extension) = (tool?, extension?);
    let differing = tool.iter().filter(|(name, of)| extension.get(*name).is_some_and(|also| also != *of));
    let differing: Vec<&str> = differing.map(|(name, _)| name.as_str()).collect();
    ensure!(
        differing.is_empty(),
        "the tool and the Python package want other features of {}. `cargo tree -e features -i PACKAGE` says whose.",
        differing.join(", ")
    );
    Ok(())
}

/// The features of each package of another's that is in a tree, by name and version.
fn features(tree: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut features: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.contains('(')) {
        let mut words = line.splitn(3, ' ');
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            features
                .entry(format!("{name} {version}"))
                .or_default()
                .insert(words.next().unwrap_or_default().to_owned());
        }
    }
    features
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
    fn the_features_of_others_packages_are_read_and_repeated_lines_are_not_told_apart() {
        let tree =
            "servicestage v0.1.0 (/somewhere) embed\ntokio v1.54.1 net,rt\ntokio v1.54.1 net,rt (*)\nring v0.17.9\n";
        let found = features(tree);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["ring v0.17.9", "tokio v1.54.1"]);
        assert_eq!(found["tokio v1.54.1"], BTreeSet::from(["net,rt".to_owned()]));
    }

    #[test]
    fn a_forbidden_package_is_found_by_its_name() {
        let tree =
            "servicestage-cli v0.1.0 (/somewhere)\nwasmtime v48.0.8\nwasmtime-wasi v48.0.8 (*)\n\nanyhow v1.0.104";
        assert_eq!(find(tree, is_wasmtime), ["wasmtime", "wasmtime-wasi"]);
        assert_eq!(find(tree, is_host), ["servicestage-cli"]);
    }
}
