//! Exchange rates as a data source.

use declarative_plugin::contract::Diagnostic;
use declarative_plugin::network::{Authentication, Endpoint, Request};
use declarative_plugin::{Call, Entry, Number, Provider, Source, arguments, export, http, object};

arguments! { struct Configuration {
    /// The origin of the service. Default: `https://rates.example.com`.
    endpoint: Option<String>,
    /// The token of the account.
    token: Option<String> => sensitive.or(&["DEMO_TOKEN"]),
} }

arguments! { struct Arguments {
    /// The currency to convert from, such as `EUR`.
    base: String,
    /// The day of the rates, such as `2026-01-02`. Default: today.
    date: Option<String>,
} }

object! { struct Results {
    /// The rates.
    rates: Vec<Rate>,
} }

object! { struct Rate {
    /// The currency, such as `USD`.
    currency: String,
    /// The price of one unit of the base in this currency.
    rate: Number,
} }

struct Listing;
impl Source for Listing {
    type Provider = Demo;
    type Arguments = Arguments;
    type Results = Results;
    const NAME: &'static str = "rates";
    const DESCRIPTION: &'static str = "Reads the exchange rates of a currency.";
    fn read(call: &mut Call<Demo>, arguments: Arguments) -> Result<Results, Vec<Diagnostic>> {
        let path = ["v1", "rates", &arguments.base];
        Ok(http::get_json(call.origin("rates")?, &path, &[("date", arguments.date.as_deref())])?)
    }
}

struct Demo;
impl Provider for Demo {
    type Configuration = Configuration;
    type Context = ();
    const NAME: &'static str = "Demo";
    const DESCRIPTION: &'static str = "Reads exchange rates.";
    const AUTHENTICATION: &'static [Authentication] =
        &[Authentication::Header { name: "x-token", prefix: "", attribute: "token" }];
    const ENDPOINTS: &'static [Endpoint] = &[Endpoint::new("rates", "endpoint", &["https://rates.example.com"])
        .requests(&[Request { method: "GET", path: "/v1/rates/{}", query: &["date"] }])];
    const SOURCES: &'static [Entry<Self>] = &[Entry::of::<Listing>()];
}

export!(Demo);
