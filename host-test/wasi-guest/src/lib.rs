//! A component that reaches for all of WASI, by the name of a scenario, for the tests of the hosts.
#![cfg(target_family = "wasm")]

use bindings::exports::test::hostile::probe;
use bindings::wasi::cli::{environment, exit, stderr, stdin, stdout, terminal_stderr, terminal_stdin, terminal_stdout};
use bindings::wasi::clocks::{monotonic_clock, wall_clock};
use bindings::wasi::filesystem::preopens;
use bindings::wasi::http::outgoing_handler;
use bindings::wasi::http::types::{Fields, OutgoingRequest, Scheme};
use bindings::wasi::io::streams::OutputStream;
use bindings::wasi::random::{insecure, insecure_seed, random};
use bindings::wasi::sockets::network::{ErrorCode, IpAddressFamily};
use bindings::wasi::sockets::{instance_network, ip_name_lookup, tcp_create_socket, udp_create_socket};

mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/plugin/0.1.1", "../../wit/servicestage", "../guests/wit"],
        world: "test:hostile/wasi-guest",
        generate_all,
    });
}

struct Guest;

#[expect(unsafe_code, reason = "generated")]
mod exports {
    use super::{Guest, bindings};

    bindings::export!(Guest with_types_in bindings);
}

/// How much is written by a flood, in bytes.
const FLOOD: usize = 128 << 20;

impl probe::Guest for Guest {
    fn run(scenario: String, authority: String) -> Vec<String> {
        match scenario.as_str() {
            "reaches for everything" => reaches_for_everything(),
            "asks" => ["/ok", "/undeclared"].map(|path| asks(&authority, path)).into(),
            "waits an hour" => waits_an_hour(),
            "floods stdout" => floods(&stdout::get_stdout()),
            "floods stderr" => floods(&stderr::get_stderr()),
            "says why and traps" => {
                say("Traceback:\n  in \x1b[31mread\n");
                say("ValueError: no rate for hush-hush");
                panics()
            }
            "traps" => panics(),
            "ends itself" => {
                say("giving up\n");
                exit::exit(Err(()));
                vec![]
            }
            unknown => vec![format!("there is no scenario {unknown}")],
        }
    }
}

/// The findings of each kind.
fn reaches_for_everything() -> Vec<String> {
    let network = instance_network::instance_network();
    let family = [IpAddressFamily::Ipv4, IpAddressFamily::Ipv6];
    let tcp = family.map(|family| refusal(tcp_create_socket::create_tcp_socket(family)));
    let udp = family.map(|family| refusal(udp_create_socket::create_udp_socket(family)));
    let terminals = [
        terminal_stdin::get_terminal_stdin().is_some(),
        terminal_stdout::get_terminal_stdout().is_some(),
        terminal_stderr::get_terminal_stderr().is_some(),
    ];
    let numbers = [random::get_random_u64(), insecure::get_insecure_random_u64(), insecure_seed::insecure_seed().0];
    vec![
        format!("environment {:?}", environment::get_environment()),
        format!("arguments {:?}", environment::get_arguments()),
        format!("folder {:?}", environment::initial_cwd()),
        format!("files {}", preopens::get_directories().len()),
        format!("input {:?}", stdin::get_stdin().blocking_read(1)),
        format!("terminals {terminals:?}"),
        format!("tcp {tcp:?}"),
        format!("udp {udp:?}"),
        format!("names {}", refusal(ip_name_lookup::resolve_addresses(&network, "localhost"))),
        format!("clocks {}", wall_clock::now().seconds > 0 && monotonic_clock::now() > 0),
        format!("random {} {}", random::get_random_bytes(9).len(), numbers[0] != random::get_random_u64()),
    ]
}

fn refusal<T>(result: Result<T, ErrorCode>) -> &'static str {
    result.err().map_or("granted", |code| code.name())
}

/// The outcome of a request.
fn asks(authority: &str, path: &str) -> String {
    let request = OutgoingRequest::new(Fields::new());
    let set = request.set_scheme(Some(&Scheme::Http)).and_then(|()| request.set_authority(Some(authority)));
    if set.and_then(|()| request.set_path_with_query(Some(path))).is_err() {
        return "refused".to_owned();
    }
    let response = outgoing_handler::handle(request, None).and_then(|pending| {
        pending.subscribe().block();
        pending.get().and_then(Result::ok).unwrap_or(Err(bindings::wasi::http::types::ErrorCode::ConfigurationError))
    });
    response.map_or_else(|error| format!("{error:?}"), |response| response.status().to_string())
}

/// How much both clocks advance, in seconds.
fn waits_an_hour() -> Vec<String> {
    const SECOND: u64 = 1_000_000_000;
    let (wall, monotonic) = (wall_clock::now().seconds, monotonic_clock::now());
    monotonic_clock::subscribe_duration(3600 * SECOND).block();
    let passed = [wall_clock::now().seconds - wall, (monotonic_clock::now() - monotonic) / SECOND];
    passed.map(|seconds| seconds.to_string()).into()
}

fn floods(stream: &OutputStream) -> Vec<String> {
    let mut written = 0;
    let line = format!("{}\n", "x".repeat(999));
    let lines = line.repeat(60).into_bytes();
    while written < FLOOD {
        match stream.check_write() {
            Ok(room) => {
                let piece = lines.get(..lines.len().min(room as usize)).unwrap_or_default();
                if stream.write(piece).is_err() {
                    break;
                }
                written += piece.len();
            }
            Err(_) => break,
        }
    }
    vec![(written >= FLOOD).to_string()]
}

fn say(text: &str) {
    let _ = stderr::get_stderr().blocking_write_and_flush(text.as_bytes());
}

/// The outcome of a panic.
fn panics() -> ! {
    core::arch::wasm32::unreachable()
}
