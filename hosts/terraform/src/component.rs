//! The component: the one within this executable, or with the feature `compile` one that somebody names.

use component_runtime::{Declaration, Plugin, Runtime};

/// As `build.rs` found it: wasm with the feature `compile`, machine code without.
static EMBEDDED: &[u8] = include_bytes!(env!("SERVICESTAGE_COMPONENT"));

/// A component.
pub struct Loaded {
    pub plugin: Plugin,
    /// The requests that it declares.
    pub declaration: Declaration,
    /// Whether it is built into this executable.
    pub embedded: bool,
}

#[cfg(feature = "compile")]
pub use compiled::load;
#[cfg(not(feature = "compile"))]
pub use precompiled::load;

#[cfg(feature = "compile")]
mod compiled {
    use std::borrow::Cow;
    use std::path::PathBuf;

    use component_runtime::files;

    use super::{Declaration, EMBEDDED, Loaded, Runtime};
    use crate::diagnostics;

    /// The largest component that is read from a file, in bytes: a hundred times the size of the embedded one.
    const LARGEST: u64 = 16 << 20;

    /// Loads the component that the variable names, or the one in the file beside this executable, or the embedded one.
    pub fn load(runtime: &Runtime, variable: &str) -> Result<Loaded, String> {
        let named = std::env::var_os(variable).filter(|file| !file.is_empty()).map(PathBuf::from);
        let file = named.or_else(beside);
        let embedded = file.is_none();
        let (bytes, name) = match file {
            None => (Cow::Borrowed(EMBEDDED), "the embedded component".to_owned()),
            Some(file) => {
                let name = diagnostics::file(&file);
                let bytes = files::read_small(&file, LARGEST)
                    .map_err(|error| format!("{name} cannot be read: {error}; see {variable}"))?;
                (Cow::Owned(bytes.to_vec()), name)
            }
        };
        let plugin = runtime.compile(&bytes).map_err(|error| format!("{name}: {error}"))?;
        let declaration = Declaration::of_component(&bytes).map_err(|error| format!("{name}: {error}"))?;
        Ok(Loaded { plugin, declaration: declaration.unwrap_or_default(), embedded })
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
    use super::{Declaration, EMBEDDED, Loaded, Runtime};

    /// What the embedded component declares. Machine code has no place for it, so it lies beside.
    static DECLARATION: &str = include_str!(env!("SERVICESTAGE_NEEDS"));

    /// Loads the embedded component. Another one would have to be compiled, so a variable that names one is refused.
    pub fn load(runtime: &Runtime, variable: &str) -> Result<Loaded, String> {
        if std::env::var_os(variable).is_some_and(|file| !file.is_empty()) {
            return Err(format!(
                "{variable} names a component, and this provider was built to run the embedded one alone; build it with \
                 the feature `compile`, or unset the variable"
            ));
        }
        // SAFETY: the bytes lie within this executable and are what `Runtime::precompile` of the same build made:
        // `build.rs` takes no other file. The engine itself refuses those of another version, target or configuration.
        #[expect(unsafe_code, reason = "machine code is run as it is")]
        let plugin = unsafe { runtime.load_precompiled(EMBEDDED) }.map_err(|error| error.to_string())?;
        let declaration = Declaration::from_json(DECLARATION).map_err(|error| error.to_string())?;
        Ok(Loaded { plugin, declaration, embedded: true })
    }
}
