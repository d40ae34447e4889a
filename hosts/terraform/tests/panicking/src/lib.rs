//! A data source whose author forgot a case.

use declarative_plugin::contract::Diagnostic;
use declarative_plugin::{Call, Entry, Provider, Source, arguments, export};

arguments! {
    struct Arguments {
        /// The currency.
        base: String,
    }
}

enum Rates {}

impl Source for Rates {
    type Provider = Panicking;
    type Arguments = Arguments;
    type Results = ();
    const NAME: &'static str = "rates";
    const DESCRIPTION: &'static str = "Panics.";

    fn read(_: &mut Call<Panicking>, arguments: Arguments) -> Result<(), Vec<Diagnostic>> {
        panic!("no rate of {}", arguments.base)
    }
}

enum Panicking {}

impl Provider for Panicking {
    type Configuration = ();
    type Context = ();
    const NAME: &'static str = "Panicking";
    const DESCRIPTION: &'static str = "Panics.";
    const SOURCES: &'static [Entry<Self>] = &[Entry::of::<Rates>()];
}

export!(Panicking);
