//! A loaded component.

use component_runtime::{Declaration, Limits, Plugin};

use crate::error::{self, Error};

/// A loaded component, with the requests that it declares. Clones share it. Clients can share it too: loading takes
/// milliseconds, and each loaded component reserves address space for its calls.
///
/// ```
/// use servicestage::{Client, Component, Environment, Limits};
///
/// let component = Component::embedded(Limits::default(), "build")?;
/// for region in ["cn-north-4", "eu-west-101"] {
///     let builder = Client::builder().environment(Environment::of(|_| None, None)).token("example");
///     builder.region(region).component(component.clone()).build()?;
/// }
/// # Ok::<(), Box<servicestage::Error>>(())
/// ```
#[derive(Clone)]
pub struct Component {
    plugin: Plugin,
    declaration: Declaration,
}

impl Component {
    /// Loads the component within this crate. `operation` is the one that an error names as failed.
    ///
    /// # Errors
    /// The crate was built without it, or the machine lacks what it needs.
    pub fn embedded(limits: Limits, operation: &str) -> Result<Self, Box<Error>> {
        #[cfg(feature = "embed")]
        return crate::embedded::load(&runtime(limits, operation)?)
            .map(|(plugin, declaration)| Self { plugin: plugin.named("embedded"), declaration })
            .map_err(|error| error.into_error(operation));
        #[cfg(not(feature = "embed"))]
        {
            let _ = limits;
            let what = "this program was built without the feature `embed`, and names no component";
            Err(Box::new(error::of_host(operation, what, "Name a component, or build with the feature `embed`.")))
        }
    }

    /// Returns a component that the caller loaded, with its declaration.
    #[must_use]
    pub fn loaded(plugin: Plugin, declaration: Declaration) -> Self {
        Self { plugin, declaration }
    }

    /// Returns the component for calls.
    #[must_use]
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// Returns the requests that it declares.
    #[must_use]
    pub fn declaration(&self) -> &Declaration {
        &self.declaration
    }
}

#[cfg(any(feature = "compile", feature = "embed"))]
fn runtime(limits: Limits, operation: &str) -> Result<component_runtime::Runtime, Box<Error>> {
    component_runtime::Runtime::new(limits).map_err(|error| unloadable(&error, operation, "Report this message."))
}

/// Returns the error of a component that does not load, with this advice unless the machine is the cause.
#[cfg(any(feature = "compile", feature = "embed"))]
pub(crate) fn unloadable(error: &component_runtime::LoadError, operation: &str, next: &str) -> Box<Error> {
    Box::new(match error.explanation() {
        Some(explanation) => error::of_machine(operation, &explanation),
        None => error::of_host(operation, error, next),
    })
}

#[cfg(feature = "compile")]
mod compiled {
    use std::path::Path;

    use component_runtime::{Declaration, Limits, files};

    use super::{Component, runtime, unloadable};
    use crate::error::{self, Error, InvalidArgument};

    impl Component {
        /// Loads a component from its bytes, which are WebAssembly.
        ///
        /// # Errors
        /// The bytes are not a component, or the component imports more than it may.
        pub fn from_bytes(wasm: &[u8], name: &str, limits: Limits, operation: &str) -> Result<Self, Box<Error>> {
            let next = "Check the file of the component.";
            let runtime = runtime(limits, operation)?;
            let plugin = runtime.compile(wasm).map_err(|error| unloadable(&error, operation, next))?;
            let declaration = Declaration::of_component(wasm);
            let declaration = declaration.map_err(|error| Box::new(error::of_host(operation, error, next)))?;
            // One that declares nothing may make no request.
            Ok(Self { plugin: plugin.named(name), declaration: declaration.unwrap_or_default() })
        }

        /// Loads a component from a file.
        ///
        /// # Errors
        /// The file cannot be read, or as [`Component::from_bytes`].
        pub fn from_file(file: &Path, limits: Limits, operation: &str) -> Result<Self, Box<Error>> {
            let bytes = files::read_small(file, files::LARGEST_COMPONENT).map_err(|error| {
                let invalid = InvalidArgument::new("component", format!("{file:?} cannot be read: {error}"));
                Box::new(Error::invalid_argument(operation, invalid))
            })?;
            Self::from_bytes(&bytes, &file.display().to_string(), limits, operation)
        }
    }
}
