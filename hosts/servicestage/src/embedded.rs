//! The component within this crate, as `build.rs` found it: WebAssembly with the feature `compile`, machine code without.
//!
//! Machine code is for this project's own programs. `Cargo.lock` pins the engine that made it, and the engine refuses
//! code of another version, target or configuration.

use std::fmt;

use component_runtime::policy::ParseError;
use component_runtime::{Declaration, LoadError, Plugin, Runtime};

use crate::component::unloadable;
use crate::error::{self, Error};

#[cfg(embedded)]
const EMBEDDED: Option<&[u8]> = Some(include_bytes!(env!("EMBEDDED_COMPONENT")));
#[cfg(not(embedded))]
const EMBEDDED: Option<&[u8]> = None;

/// Why the embedded component does not load.
///
/// ```
/// use servicestage::embedded::EmbedError;
///
/// let error = EmbedError::Absent.into_error("build");
/// assert!(error.message.contains("SERVICESTAGE_COMPONENT"));
/// ```
#[derive(Debug)]
pub enum EmbedError {
    /// The build found no component to embed.
    Absent,
    /// The engine refuses the component.
    Refused(LoadError),
    /// The declaration of the component cannot be read.
    Undeclared(ParseError),
}

/// Loads the embedded component, and reads what it declares.
///
/// # Errors
/// The build found no component, or the engine refuses it.
pub fn load(runtime: &Runtime) -> Result<(Plugin, Declaration), EmbedError> {
    let bytes = EMBEDDED.ok_or(EmbedError::Absent)?;
    let plugin = plugin(runtime, bytes).map_err(EmbedError::Refused)?;
    Ok((plugin, declaration(bytes).map_err(EmbedError::Undeclared)?))
}

#[cfg(feature = "compile")]
fn plugin(runtime: &Runtime, wasm: &[u8]) -> Result<Plugin, LoadError> {
    runtime.compile(wasm)
}

#[cfg(feature = "compile")]
fn declaration(wasm: &[u8]) -> Result<Declaration, ParseError> {
    Declaration::of_component(wasm).map(Option::unwrap_or_default)
}

#[cfg(not(feature = "compile"))]
#[expect(unsafe_code, reason = "machine code is run as it is")]
fn plugin(runtime: &Runtime, machine_code: &[u8]) -> Result<Plugin, LoadError> {
    // SAFETY: the bytes lie within this executable. `build.rs` takes them from the file that `Runtime::precompile` of this
    // workspace wrote, or that whoever builds the program names in its place. Nothing that runs later chooses them.
    unsafe { runtime.load_precompiled(machine_code) }
}

#[cfg(not(feature = "compile"))]
fn declaration(_: &[u8]) -> Result<Declaration, ParseError> {
    #[cfg(embedded)]
    return Declaration::from_json(include_str!(env!("EMBEDDED_DECLARATION")));
    #[cfg(not(embedded))]
    Ok(Declaration::default())
}

impl EmbedError {
    /// Returns the error of an operation that needs the component.
    #[must_use]
    pub fn into_error(self, operation: &str) -> Box<Error> {
        match self {
            Self::Absent => {
                let next = "Run `cargo xtask component` in the repository of this library, or let SERVICESTAGE_COMPONENT \
                            name the component's file, then build again. Or name a component at run time.";
                Box::new(error::of_host(operation, self, next))
            }
            Self::Refused(error) => unloadable(&error, operation, "Report this message."),
            Self::Undeclared(error) => Box::new(error::of_host(operation, error, "Report this message.")),
        }
    }
}

impl fmt::Display for EmbedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("this program was built without the component"),
            Self::Refused(error) => error.fmt(f),
            Self::Undeclared(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EmbedError {}

#[cfg(test)]
mod tests {
    use super::EmbedError;

    #[test]
    fn a_component_that_was_not_there_is_named_with_the_command_and_the_variable() {
        let error = EmbedError::Absent.into_error("build");
        for part in ["build failed", "without the component", "`cargo xtask component`", "SERVICESTAGE_COMPONENT"] {
            assert!(error.message.contains(part), "{error} has no {part}");
        }
    }
}
