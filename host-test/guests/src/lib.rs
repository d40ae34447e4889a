//! Hostile components for the tests of the hosts. The name of a scenario selects one.
//!
//! # Layout
//! - this file: the scenarios' names
//! - `outgoing`: too many requests, requests to servers that were not granted, and malformed requests
//! - `incoming`: responses that are not read, not dropped, or too large
//! - `ask`: `wasi:http` in a few functions
#![cfg(target_family = "wasm")]

mod ask;
mod incoming;
mod outgoing;

use bindings::exports::test::hostile::probe;

mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/plugin/0.1.1", "../../wit/servicestage", "wit"],
        world: "test:hostile/guest",
        generate_all,
    });
}

struct Guest;

#[expect(unsafe_code, reason = "generated")]
mod exports {
    use super::{Guest, bindings};

    bindings::export!(Guest with_types_in bindings);
}

impl probe::Guest for Guest {
    fn run(scenario: String, server: String) -> Vec<String> {
        match scenario.as_str() {
            "asks once" => vec![ask::told(ask::get(&server, "/ok"))],
            "asks without end" => outgoing::asks_without_end(&server),
            "asks all at once" => outgoing::asks_all_at_once(&server),
            "asks and does not listen" => outgoing::asks_and_does_not_listen(&server),
            "sets forbidden headers" => outgoing::sets_forbidden_headers(&server),
            "smuggles in headers" => outgoing::smuggles_in_headers(&server),
            "smuggles in the request line" => outgoing::smuggles_in_the_request_line(&server),
            "asks other hosts" => outgoing::asks_other_hosts(&server),
            "sends without end" => outgoing::sends_without_end(&server),
            "sets headers without end" => outgoing::sets_headers_without_end(),
            "makes and drops without end" => outgoing::makes_and_drops_without_end(),
            "traps while a response streams" => incoming::traps_while_a_response_streams(&server),
            "drops a response half read" => incoming::drops_a_response_half_read(&server),
            "keeps all of a response" => incoming::keeps_all_of_a_response(&server),
            "keeps everything open and traps" => incoming::keeps_everything_open_and_traps(&server),
            "waits for what never comes" => incoming::waits_for_what_never_comes(&server),
            "watches one thing a million times" => incoming::watches_one_thing_a_million_times(&server),
            unknown => vec![format!("there is no scenario {unknown}")],
        }
    }
}
