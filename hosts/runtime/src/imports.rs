//! Checks the imports of a component before it is compiled, because compiling a large one takes long.

use wasmparser::component_types::ComponentEntityType;
use wasmparser::types::TypesRef;
use wasmparser::{Parser, Payload, ValidPayload, Validator, WasmFeatures};

use crate::state::World;

/// Every component may import these: outgoing HTTP, clocks, and the interfaces that they use.
const STRICT: [&str; 7] = [
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:http/outgoing-handler",
    "wasi:http/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
];

/// The rest of WASI.
const REST: [&str; 22] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// The version of all of them. Versions that differ only in the last number are compatible.
const VERSION: &str = "0.2.";

/// The most imports that an error names.
const NAMED: usize = 3;

/// Checks that a component imports only interfaces that this world offers. The error names the other imports and the
/// interfaces that are offered.
///
/// Bytes that cannot be read pass. The compiler reports the fault.
pub(crate) fn check(wasm: &[u8], world: World) -> Result<(), String> {
    let names = needed(wasm).unwrap_or_default();
    let foreign: Vec<&str> = names.iter().map(String::as_str).filter(|name| !offers(world, name)).collect();
    if foreign.is_empty() {
        return Ok(());
    }
    let more = match foreign.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = foreign.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    let offered = match world {
        World::Strict => STRICT.join(", "),
        World::EmptyWasi => {
            "wasi:cli, wasi:clocks, wasi:filesystem, wasi:http, wasi:io, wasi:random, wasi:sockets".to_owned()
        }
    };
    Err(format!("it imports {named}{more}, which this host does not offer; it offers version 0.2 of {offered}"))
}

fn offers(world: World, import: &str) -> bool {
    let Some((name, version)) = import.split_once('@') else { return false };
    let known = STRICT.contains(&name) || (world == World::EmptyWasi && REST.contains(&name));
    known && version.starts_with(VERSION)
}

/// Returns the names of the imports without which the component cannot run. None if the bytes cannot be read.
fn needed(wasm: &[u8]) -> Option<Vec<String>> {
    // The compiler decides which features it allows.
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let (mut within, mut names) = (0_usize, Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.ok()?;
        if let (0, Payload::ComponentImportSection(section)) = (within, &payload) {
            for import in section.clone() {
                names.push(import.ok()?.name.name.to_owned());
            }
        }
        // The bodies of functions are passed over: they take most of the time.
        match validator.payload(&payload).ok()? {
            ValidPayload::Parser(_) => within += 1,
            ValidPayload::End(types) if within == 0 => {
                names.retain(|name| is_needed(types.as_ref(), name));
                return Some(names);
            }
            ValidPayload::End(_) => within -= 1,
            ValidPayload::Ok | ValidPayload::Func(..) => {}
        }
    }
    None
}

/// Returns whether an import must be there. An interface that holds only plain types need not.
fn is_needed(types: TypesRef<'_>, import: &str) -> bool {
    let Some(item) = types.component_item_for_import(import) else { return true };
    match item.ty {
        ComponentEntityType::Type { .. } => false,
        ComponentEntityType::Instance(instance) => types.get(instance).is_none_or(|instance| {
            let is_type = |ty: &ComponentEntityType| matches!(ty, ComponentEntityType::Type { .. });
            !instance.explicit_resources.is_empty() || instance.exports.values().any(|item| !is_type(&item.ty))
        }),
        _ => true,
    }
}
