//! From the contract's functions to a [`Plugin`].

use crate::Plugin;
use crate::contract::{Description, Diagnostic, Guest, Need, Reading, Resolved, Values};

/// A component that offers data sources, for [`export!`](crate::export). The documentation of the crate has an example.
pub trait DataSources: 'static {
    /// The part of the world that reading a source needs, such as a client for HTTP. `()` if it needs nothing.
    type Context: ?Sized + 'static;

    /// The offer of the component.
    const PLUGIN: Plugin<Self::Context>;

    /// Returns the context of one reading.
    fn context() -> Box<Self::Context>;
}

impl<T: DataSources> Guest for T {
    fn describe() -> Description {
        T::PLUGIN.describe()
    }

    fn needs() -> Vec<Need> {
        T::PLUGIN.needs()
    }

    fn validate_provider(configuration: Values) -> Vec<Diagnostic> {
        T::PLUGIN.validate_provider(&configuration)
    }

    fn validate_arguments(source: String, arguments: Values) -> Vec<Diagnostic> {
        T::PLUGIN.validate_arguments(&source, &arguments)
    }

    fn read(source: String, provider: Values, arguments: Values) -> Result<Reading, Vec<Diagnostic>> {
        T::PLUGIN.read(&mut T::context(), &source, &provider, &arguments, None)
    }

    fn read_at(
        source: String,
        provider: Values,
        arguments: Values,
        endpoints: Vec<Resolved>,
    ) -> Result<Reading, Vec<Diagnostic>> {
        T::PLUGIN.read(&mut T::context(), &source, &provider, &arguments, Some(endpoints))
    }
}

/// Exports a type that implements [`DataSources`], or the functions of the [`contract`](crate::contract) by hand, from the
/// component. Natively it does nothing.
#[macro_export]
macro_rules! export {
    ($component:ident) => {
        #[cfg(target_family = "wasm")]
        #[allow(unsafe_code, reason = "generated")]
        const _: () = {
    $crate::bindings::export!($component with_types_in $crate::bindings);
        };
    };
}
