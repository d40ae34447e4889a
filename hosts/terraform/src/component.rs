//! The component of a provider: the one within this executable, or a file that somebody names.
//!
//! A build with the feature `compile` loads files, and one with the feature `embed` holds the component of one provider.

use std::env;
use std::path::{Path, PathBuf};

#[cfg(any(feature = "compile", feature = "embed"))]
use component_runtime::Runtime;
use component_runtime::{Declaration, Limits, Plugin};

use crate::diagnostics;
use crate::file_name::components_beside;

/// A component.
pub struct LoadedComponent {
    pub plugin: Plugin,
    /// The requests that its section declares. None: it has no section.
    pub declaration: Option<Declaration>,
    /// Whether it is built into this executable.
    pub embedded: bool,
}

/// The abilities of a build.
struct Build {
    /// Whether it loads components from files.
    compiles: bool,
    /// The provider whose component it holds.
    embeds: Option<&'static str>,
}

const THIS: Build = Build {
    compiles: cfg!(feature = "compile"),
    embeds: if cfg!(feature = "embed") { Some("servicestage") } else { None },
};

/// How people get a provider that loads files.
const OTHER_BUILD: &str = "use a provider that loads files (`cargo xtask terraform --any` builds one)";

/// Loads the component of the provider of this name. The variable may name it. Otherwise it is in a file beside this
/// executable, or embedded.
pub fn load(limits: Limits, provider: &str, variable: &str) -> Result<LoadedComponent, String> {
    let named = env::var_os(variable).filter(|file| !file.is_empty()).map(PathBuf::from);
    let places = env::current_exe().map(|executable| components_beside(&executable)).unwrap_or_default();
    match choose(&THIS, provider, variable, named, &places)? {
        Some(file) => of_file(limits, &file, variable),
        None => embedded(limits),
    }
}

/// Chooses a file, or none for the embedded component. `places` are the files beside the executable that it may be.
fn choose(
    build: &Build,
    provider: &str,
    variable: &str,
    named: Option<PathBuf>,
    places: &[PathBuf],
) -> Result<Option<PathBuf>, String> {
    let lies = places.iter().find(|place| place.exists());
    match (named, lies, build.embeds) {
        (Some(file), _, _) if build.compiles => Ok(Some(file)),
        (None, Some(file), _) if build.compiles => Ok(Some(file.clone())),
        (Some(file), _, _) => Err(format!(
            "{variable} names the component {}, and this provider runs only the one within it. Unset the variable, or \
             {OTHER_BUILD}.",
            diagnostics::file(&file)
        )),
        (None, Some(file), _) => Err(format!(
            "The component {} lies beside this provider, which runs only the one within it. Remove the file, or \
             {OTHER_BUILD}.",
            diagnostics::file(file)
        )),
        (None, None, Some(own)) if own == provider => Ok(None),
        (None, None, Some(own)) => {
            let next =
                if build.compiles { advice(variable, places) } else { format!("For other components, {OTHER_BUILD}.") };
            Err(format!(
                "This executable is named as the provider {provider}, and the component within it is that of {own}: name it \
                 terraform-provider-{own}. {next}"
            ))
        }
        (None, None, None) => Err(format!("This provider has no component. {}", advice(variable, places))),
    }
}

fn advice(variable: &str, places: &[PathBuf]) -> String {
    let places: Vec<String> = places.iter().map(|place| diagnostics::file(place)).collect();
    format!("Put the component at {}, or let {variable} name its file.", places.join(" or "))
}

/// Loads the embedded component into a runtime.
#[cfg(feature = "embed")]
pub fn embedded_in(runtime: &Runtime) -> Result<LoadedComponent, String> {
    let (plugin, declaration) =
        servicestage::embedded::load(runtime).map_err(|error| format!("the embedded component: {error}"))?;
    Ok(LoadedComponent { plugin, declaration: Some(declaration), embedded: true })
}

#[cfg(feature = "embed")]
fn embedded(limits: Limits) -> Result<LoadedComponent, String> {
    embedded_in(&Runtime::new(limits).map_err(|error| error.to_string())?)
}

#[cfg(not(feature = "embed"))]
fn embedded(_: Limits) -> Result<LoadedComponent, String> {
    Err("This provider has no component.".to_owned())
}

#[cfg(feature = "compile")]
fn of_file(limits: Limits, file: &Path, variable: &str) -> Result<LoadedComponent, String> {
    let name = diagnostics::file(file);
    let wasm = read(file).map_err(|error| format!("{error}; see {variable}"))?;
    compile(limits, wasm.as_ref()).map_err(|error| format!("{name}: {error}"))
}

/// Reads the file of a component.
#[cfg(feature = "compile")]
pub fn read(file: &Path) -> Result<impl AsRef<[u8]>, String> {
    let read = component_runtime::files::read_small(file, component_runtime::files::LARGEST_COMPONENT);
    read.map_err(|error| format!("{} cannot be read: {error}", diagnostics::file(file)))
}

#[cfg(not(feature = "compile"))]
fn of_file(_: Limits, file: &Path, _: &str) -> Result<LoadedComponent, String> {
    Err(format!("This provider cannot load the component {}: {OTHER_BUILD}.", diagnostics::file(file)))
}

/// Compiles a component that is not built in. It may be written in any language, so all of WASI is there, and empty.
#[cfg(feature = "compile")]
pub fn compile(limits: Limits, wasm: &[u8]) -> Result<LoadedComponent, String> {
    if wasm.starts_with(b"\0asm\x01\0\0\0") {
        return Err("it is a core module; `wasm-tools component new` makes a component of it".to_owned());
    }
    let plugin = Runtime::with_empty_wasi(limits).and_then(|runtime| runtime.compile(wasm));
    let plugin = plugin.map_err(|error| error.to_string())?;
    let declaration = Declaration::of_component(wasm).map_err(|error| error.to_string())?;
    Ok(LoadedComponent { plugin, declaration, embedded: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Build = Build { compiles: false, embeds: Some("servicestage") };
    const ANY: Build = Build { compiles: true, embeds: None };
    const BOTH: Build = Build { compiles: true, embeds: Some("servicestage") };

    const THERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

    fn chosen(build: &Build, provider: &str, named: Option<&str>, places: &[&str]) -> Result<Option<String>, String> {
        let places: Vec<PathBuf> = places.iter().map(PathBuf::from).collect();
        let chosen = choose(build, provider, "DEMO_COMPONENT", named.map(PathBuf::from), &places)?;
        Ok(chosen.map(|file| file.display().to_string()))
    }

    #[test]
    fn a_variable_comes_before_a_file_beside_and_that_before_the_embedded_component() {
        for build in [&ANY, &BOTH] {
            assert_eq!(chosen(build, "demo", Some("named.wasm"), &[THERE]), Ok(Some("named.wasm".to_owned())));
            assert_eq!(chosen(build, "demo", None, &["/absent", THERE]), Ok(Some(THERE.to_owned())));
        }
        for build in [&SMALL, &BOTH] {
            assert_eq!(chosen(build, "servicestage", None, &["/absent"]), Ok(None));
        }
    }

    #[test]
    fn a_file_that_cannot_be_honoured_is_refused_by_name() {
        let refused = |build, named, places: &[&str]| chosen(build, "demo", named, places).unwrap_err();
        let told = refused(&SMALL, Some("named.wasm"), &[]);
        assert!(told.starts_with("DEMO_COMPONENT names the component named.wasm, and"), "{told}");
        let told = refused(&SMALL, None, &[THERE]);
        assert!(told.starts_with(&format!("The component {THERE} lies beside this provider")), "{told}");
        assert!(told.contains("`cargo xtask terraform --any`"), "{told}");
        // Never the component of another provider in silence.
        let told = refused(&SMALL, None, &["/absent.wasm"]);
        assert!(
            told.contains("named as the provider demo") && told.contains("terraform-provider-servicestage"),
            "{told}"
        );
        let told = refused(&BOTH, None, &["/absent.wasm"]);
        assert!(told.ends_with("Put the component at /absent.wasm, or let DEMO_COMPONENT name its file."), "{told}");
        assert_eq!(
            refused(&ANY, None, &["/a_v1.wasm", "/a.wasm"]),
            "This provider has no component. Put the component at /a_v1.wasm or /a.wasm, or let DEMO_COMPONENT name its file."
        );
    }
}
