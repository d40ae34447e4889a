//! The component: the one within this executable, or with the feature `compile` one that somebody names.

use component_runtime::{Declaration, Plugin, Runtime};
use servicestage::embedded;

/// A component.
pub struct Loaded {
    pub plugin: Plugin,
    /// The requests that its section declares. None: it has no section.
    pub declaration: Option<Declaration>,
    /// Whether it is built into this executable.
    pub embedded: bool,
}

/// Loads the embedded component.
fn embedded(runtime: &Runtime) -> Result<Loaded, embedded::Unloadable> {
    let (plugin, declaration) = embedded::load(runtime)?;
    Ok(Loaded { plugin, declaration: Some(declaration), embedded: true })
}

#[cfg(feature = "compile")]
pub use compiled::{compile, load, read};
#[cfg(not(feature = "compile"))]
pub use precompiled::load;

#[cfg(feature = "compile")]
mod compiled {
    use std::path::{Path, PathBuf};

    use component_runtime::files;

    use super::{Declaration, Loaded, Runtime};
    use crate::diagnostics;

    /// The largest component that is read from a file, in bytes: a hundred times the size of the embedded one.
    const LARGEST: u64 = 16 << 20;

    /// Loads the component that the variable names, or the one in the file beside this executable, or the embedded one.
    pub fn load(runtime: &Runtime, variable: &str) -> Result<Loaded, String> {
        let named = std::env::var_os(variable).filter(|file| !file.is_empty()).map(PathBuf::from);
        let Some(file) = named.or_else(beside) else {
            return super::embedded(runtime).map_err(|error| format!("the embedded component: {error}"));
        };
        let name = diagnostics::file(&file);
        let wasm = read(&file).map_err(|error| format!("{error}; see {variable}"))?;
        compile(runtime, &wasm).map_err(|error| format!("{name}: {error}"))
    }

    /// Reads the file of a component.
    pub fn read(file: &Path) -> Result<Vec<u8>, String> {
        files::read_small(file, LARGEST)
            .map(|bytes| bytes.to_vec())
            .map_err(|error| format!("{} cannot be read: {error}", diagnostics::file(file)))
    }

    /// Compiles a component that is not built in.
    pub fn compile(runtime: &Runtime, wasm: &[u8]) -> Result<Loaded, String> {
        let plugin = runtime.compile(wasm).map_err(|error| error.to_string())?;
        let declaration = Declaration::of_component(wasm).map_err(|error| error.to_string())?;
        Ok(Loaded { plugin, declaration, embedded: false })
    }

    /// The file beside this executable that has its name and the ending `.wasm`.
    fn beside() -> Option<PathBuf> {
        let executable = std::env::current_exe().ok()?;
        let mut name = executable.file_stem()?.to_owned();
        // A version such as `_v1.2.3` is no ending.
        if executable.extension().is_some_and(|ending| ending != "exe") {
            name = executable.file_name()?.to_owned();
        }
        name.push(".wasm");
        Some(executable.with_file_name(name)).filter(|file| file.exists())
    }
}

#[cfg(not(feature = "compile"))]
mod precompiled {
    use super::{Loaded, Runtime};

    /// Loads the embedded component. Another one would have to be compiled, so a variable that names one is refused.
    pub fn load(runtime: &Runtime, variable: &str) -> Result<Loaded, String> {
        if std::env::var_os(variable).is_some_and(|file| !file.is_empty()) {
            return Err(format!(
                "{variable} names a component, and this provider was built to run the embedded one alone; build it with \
                 the feature `compile`, or unset the variable"
            ));
        }
        super::embedded(runtime).map_err(|error| error.to_string())
    }
}
