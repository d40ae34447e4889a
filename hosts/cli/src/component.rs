//! The component, which lies within the tool.

use std::borrow::Cow;
use std::path::Path;

use component_runtime::{Declaration, Plugin, Runtime, files};
use servicestage::error::{Error, InvalidArgument};

use crate::report::{self, invalid};

/// As `build.rs` found it: wasm with the feature `compile`, machine code without.
static EMBEDDED: &[u8] = include_bytes!(env!("SERVICESTAGE_COMPONENT"));

/// What the embedded component declares. Machine code has no place for it, so it lies beside.
#[cfg(not(feature = "compile"))]
static DECLARATION: &str = include_str!(env!("SERVICESTAGE_NEEDS"));

/// The largest component that is read from a file, in bytes: a hundred times the size of the one within the tool.
const LARGEST: u64 = 16 << 20;

/// A component, not yet loaded.
pub struct Component {
    bytes: Cow<'static, [u8]>,
    name: String,
    advice: &'static str,
}

/// The component in the file that is named, or the one within the tool.
pub fn read(file: Option<&Path>) -> Result<Component, InvalidArgument> {
    let Some(file) = file else {
        return Ok(Component {
            bytes: Cow::Borrowed(EMBEDDED),
            name: "embedded".to_owned(),
            advice: "Report this message.",
        });
    };
    let bytes = files::read_small(file, LARGEST)
        .map_err(|error| invalid("component", format!("{file:?} cannot be read: {error}")))?;
    let name = file.display().to_string();
    Ok(Component { bytes: Cow::Owned(bytes.to_vec()), name, advice: "Check the file that `--component` names." })
}

#[cfg(feature = "compile")]
impl Component {
    /// Compiles it.
    pub fn load(&self, runtime: &Runtime) -> Result<Plugin, Box<Error>> {
        let plugin = runtime.compile(&self.bytes).map_err(|error| report::unloadable(&error, self.advice))?;
        Ok(plugin.named(&self.name))
    }

    /// The requests that it declares; one that declares nothing may make none.
    pub fn declaration(&self) -> Result<Declaration, Box<Error>> {
        let declaration = Declaration::of_component(&self.bytes);
        declaration.map(Option::unwrap_or_default).map_err(|error| report::other(error, self.advice))
    }
}

#[cfg(not(feature = "compile"))]
impl Component {
    /// Loads its machine code.
    pub fn load(&self, runtime: &Runtime) -> Result<Plugin, Box<Error>> {
        // SAFETY: without the feature `compile` no file is read, so that the bytes lie within this executable and are
        // what `Runtime::precompile` of the same build made: `build.rs` takes no other file. The engine itself refuses
        // those of another version, target or configuration.
        #[expect(unsafe_code, reason = "machine code is run as it is")]
        let plugin = unsafe { runtime.load_precompiled(&self.bytes) };
        Ok(plugin.map_err(|error| report::unloadable(&error, self.advice))?.named(&self.name))
    }

    /// The requests that it declares.
    pub fn declaration(&self) -> Result<Declaration, Box<Error>> {
        Declaration::from_json(DECLARATION).map_err(|error| report::other(error, self.advice))
    }
}
