//! The HTTP facade: built as the component is, and composed with it, so that any engine that serves components runs both
//! as one.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, PlugError, plug};

use crate::contract::{COMPOSED, FACADE, Surface};
use crate::{component, python, shell};

/// The folder of the tests under engines that are others'.
const TESTS: &str = "hosts/runners";

/// The folder of the examples that these tests run.
const EXAMPLES: &str = "examples/embedding";

/// Builds the facade alone, for engines that link it to the component themselves, and composed.
pub fn build() -> Result<PathBuf> {
    let component = component::build()?;
    let facade = component::compile("servicestage-facade")?;
    Surface::read(&facade)?.check(&FACADE).context("the facade")?;
    let alone = shell::target().join("facade/facade.wasm");
    component::write(&alone, &facade)?;

    let plugin = std::fs::read(&component.path).with_context(|| component.path.display().to_string())?;
    let composed = compose(plugin, facade)?;
    Surface::read(&composed)?.check(&COMPOSED).context("the composed facade")?;
    let path = shell::target().join("facade/servicestage-facade.wasm");
    component::write(&path, &composed)?;
    println!("{}: {} bytes", shell::relative(&path), composed.len());
    Ok(path)
}

/// Builds the facade, installs the engines that it is tried under, and checks the tests. Returns the command that runs
/// them. In Python, since the engines come as its packages, and nothing more than its own library is needed to ask them.
pub fn tests() -> Result<Command> {
    build()?;
    let python = python::environment(TESTS)?;
    let mut install = python::module(&python, &["pip", "install", "--quiet", "--disable-pip-version-check"]);
    install.args(["--require-hashes", "--no-deps", "--requirement"]).arg(format!("{TESTS}/engines.txt"));
    if let Err(error) = shell::run("Install the engines", &mut install, "Pip says why above.") {
        println!("NOT TESTED under other engines, whose tests are skipped: {error:#}");
    }
    for (what, arguments) in
        [("Check the form of an example", &["ruff", "format", "--check"][..]), ("Check its code", &["ruff", "check"])]
    {
        let mut check = python::module(&python, arguments);
        check.arg(format!("--config={TESTS}/pyproject.toml")).arg(EXAMPLES);
        shell::run(what, &mut check, "Its own words above say why.")?;
    }
    python::checked(&python, TESTS)
}

/// One component, in which the facade's import is the other's export.
fn compose(plugin: Vec<u8>, facade: Vec<u8>) -> Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let mut register = |name: &str, bytes| {
        let package = Package::from_bytes(name, None, bytes, graph.types_mut())?;
        Ok::<_, anyhow::Error>(graph.register_package(package)?)
    };
    let plugin = register("huaweicloud:servicestage", plugin).context("the component")?;
    let facade = register("huaweicloud:servicestage-facade", facade).context("the facade")?;
    match plug(&mut graph, vec![plugin], facade) {
        Ok(()) => {}
        Err(PlugError::NoPlugHappened) => bail!("the component exports nothing that the facade imports"),
        Err(PlugError::GraphError { source }) => return Err(source.context("the facade cannot be composed")),
    }
    graph.encode(EncodeOptions::default()).context("the composition cannot be encoded")
}
