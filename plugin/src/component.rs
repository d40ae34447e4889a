//! The functions of the contract, over a [`Provider`]. [`export!`](crate::export) exports them; tests call them.

use crate::attribute;
use crate::contract::{self, Description, Diagnostic, Need, Reading, Resolved, Values};
use crate::diagnostic;
use crate::fields::Fields;
use crate::network;
use crate::object::Object;
use crate::origins;
use crate::provider::{self, Call, Entry, Provider};

/// Describes the provider and its sources.
#[must_use]
pub fn describe<P: Provider>() -> Description {
    let mut objects = Vec::new();
    let provider = attribute::describe(configuration::<P>(), &[], &mut objects);
    let sources = P::SOURCES.iter().map(|source| contract::Source {
        name: source.name.to_owned(),
        description: source.description.to_owned(),
        object: attribute::describe(source.arguments, source.results, &mut objects),
        deprecated: source.deprecated.map(str::to_owned),
    });
    let sources = sources.collect();
    Description {
        name: P::NAME.to_owned(),
        description: P::DESCRIPTION.to_owned(),
        objects,
        provider,
        sources,
        authentication: P::AUTHENTICATION.iter().map(Into::into).collect(),
        endpoints: P::ENDPOINTS.iter().map(Into::into).collect(),
    }
}

/// Returns the requests that the component makes, from its endpoints.
#[must_use]
pub fn needs<P: Provider>() -> Vec<Need> {
    network::needs(P::ENDPOINTS)
}

/// Returns the same requests as JSON, for the component's custom section `network-needs`.
#[must_use]
pub fn network_needs<P: Provider>() -> String {
    network::section(&needs::<P>())
}

/// Checks the provider's configuration as far as it is known.
#[must_use]
pub fn validate_provider<P: Provider>(configuration: &Values) -> Vec<Diagnostic> {
    match Fields::read(configuration, self::configuration::<P>(), &[]) {
        Ok(mut configuration) => provider::check(&mut configuration, P::check),
        Err(fault) => vec![fault],
    }
}

/// Checks the arguments of a source as far as they are known.
#[must_use]
pub fn validate_arguments<P: Provider>(source: &str, arguments: &Values) -> Vec<Diagnostic> {
    let check = || {
        let source = find::<P>(source)?;
        Ok((source.check)(&mut Fields::read(arguments, source.arguments, source.results)?))
    };
    check().unwrap_or_else(|fault: Diagnostic| vec![fault])
}

/// Reads a source. `endpoints` holds the origins that the host resolved. None: the host knows only `read`, and this
/// function completes the patterns of the endpoints.
///
/// # Errors
/// All faults that were found, in the terms of the arguments.
pub fn read<P: Provider>(
    context: &mut P::Context,
    source: &str,
    provider: &Values,
    arguments: &Values,
    endpoints: Option<Vec<Resolved>>,
) -> Result<Reading, Vec<Diagnostic>> {
    let source = find::<P>(source)?;
    let mut provider = Fields::read(provider, configuration::<P>(), &[])?;
    let mut arguments = Fields::read(arguments, source.arguments, source.results)?;
    let endpoints = endpoints.unwrap_or_else(|| origins::resolve(P::ENDPOINTS, &provider, &arguments));

    let mut faults = provider::check(&mut provider, P::check);
    faults.append(&mut provider.missing);
    faults = faults.into_iter().map(diagnostic::of_provider).collect();
    faults.extend((source.check)(&mut arguments));
    faults.append(&mut arguments.missing);
    match <P::Configuration as crate::Arguments>::read(&mut provider) {
        Some(configuration) if faults.is_empty() => {
            let mut call = Call { configuration, context, endpoints, warnings: vec![] };
            (source.read)(&mut call, &mut arguments)
        }
        _ => Err(faults),
    }
}

/// Begins a call. With the feature `http`, the message of a panic goes to stderr, where hosts find it.
#[doc(hidden)]
pub fn begin() {
    #[cfg(all(feature = "http", target_family = "wasm"))]
    std::panic::set_hook(Box::new(|panic| {
        // One call takes at most 4096 bytes.
        let message: String = format!("{panic}\n").chars().take(1000).collect();
        let _ = wasip2::cli::stderr::get_stderr().blocking_write_and_flush(message.as_bytes());
    }));
}

/// Exports a [`Provider`] from the component. In a native build it does nothing.
///
/// A second argument makes the [`Context`](Provider::Context) of one read, if that is not `()`. The documentation of
/// the crate has an example.
#[macro_export]
macro_rules! export {
    ($provider:ty) => {
        $crate::export!($provider, ());
    };
    ($provider:ty, $context:expr) => {
        #[cfg(not(target_family = "wasm"))]
        const _: fn() -> $crate::contract::Description = $crate::component::describe::<$provider>;

        #[cfg(target_family = "wasm")]
        #[allow(unsafe_code, reason = "generated")]
        const _: () = {
            use $crate::contract::{Description, Diagnostic, Guest, Need, Reading, Resolved, Values};

            struct Component;

            impl Guest for Component {
                fn describe() -> Description {
                    $crate::component::begin();
                    $crate::component::describe::<$provider>()
                }

                fn needs() -> Vec<Need> {
                    $crate::component::begin();
                    $crate::component::needs::<$provider>()
                }

                fn validate_provider(configuration: Values) -> Vec<Diagnostic> {
                    $crate::component::begin();
                    $crate::component::validate_provider::<$provider>(&configuration)
                }

                fn validate_arguments(source: String, arguments: Values) -> Vec<Diagnostic> {
                    $crate::component::begin();
                    $crate::component::validate_arguments::<$provider>(&source, &arguments)
                }

                fn read(source: String, provider: Values, arguments: Values) -> Result<Reading, Vec<Diagnostic>> {
                    $crate::component::begin();
                    $crate::component::read::<$provider>(&mut $context, &source, &provider, &arguments, None)
                }

                fn read_at(
                    source: String,
                    provider: Values,
                    arguments: Values,
                    endpoints: Vec<Resolved>,
                ) -> Result<Reading, Vec<Diagnostic>> {
                    $crate::component::begin();
                    let endpoints = Some(endpoints);
                    $crate::component::read::<$provider>(&mut $context, &source, &provider, &arguments, endpoints)
                }
            }

    $crate::bindings::export!(Component with_types_in $crate::bindings);
        };
    };
}

fn configuration<P: Provider>() -> &'static [attribute::Attribute] {
    <P::Configuration as Object>::ATTRIBUTES
}

fn find<P: Provider>(name: &str) -> Result<&'static Entry<P>, Diagnostic> {
    P::SOURCES.iter().find(|source| source.name == name).ok_or_else(|| {
        let names: Vec<String> = P::SOURCES.iter().map(|source| format!("`{}`", source.name)).collect();
        let detail = format!("This component has the data source {}.", names.join(", "));
        diagnostic::error("There is no such data source", detail, None)
    })
}
