//! The component, which lies within the tool.

use component_runtime::{Plugin, Runtime};
use servicestage_host::error::Error;

use crate::args::List;
use crate::report;

/// As `build.rs` found it: wasm with the feature `compile`, machine code without.
static EMBEDDED: &[u8] = include_bytes!(env!("SERVICESTAGE_COMPONENT"));

/// Compiles the component, or the one in the file that is named.
#[cfg(feature = "compile")]
pub fn load(runtime: &Runtime, arguments: &List) -> Result<Plugin, Box<Error>> {
    use std::borrow::Cow;

    let (wasm, next) = match &arguments.component {
        None => (Cow::Borrowed(EMBEDDED), "Report this message."),
        Some(file) => {
            let unreadable =
                |error| report::invalid_argument(report::invalid("component", format!("{} {error}", file.display())));
            (Cow::Owned(std::fs::read(file).map_err(unreadable)?), "Check the file that `--component` names.")
        }
    };
    runtime.compile(&wasm).map_err(|error| report::other(error, next))
}

/// Loads the machine code of the component.
#[cfg(not(feature = "compile"))]
pub fn load(runtime: &Runtime, _: &List) -> Result<Plugin, Box<Error>> {
    // SAFETY: the bytes lie within this executable and are what `Runtime::precompile` of the same build made: `build.rs`
    // takes no other file. The engine itself refuses those of another version, target or configuration.
    unsafe { runtime.load_precompiled(EMBEDDED) }.map_err(|error| report::other(error, "Report this message."))
}
