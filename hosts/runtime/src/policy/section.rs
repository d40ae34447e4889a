//! Finds a custom section of a component.
//!
//! Only hosts that compile components do so, and their compiler brings the parser. Machine code keeps no custom
//! sections: hosts that run it keep the declaration beside it.

use wasmparser::{BinaryReaderError, Chunk, Parser, Payload};

use super::ParseError;

/// The largest section that is read, in bytes. A declaration takes a few hundred.
const LARGEST: usize = 64 << 10;

/// Returns the content of the one custom section of this name, if the component has it.
///
/// Modules and components within are passed over: none of them speaks for the whole.
pub(super) fn find<'a>(wasm: &'a [u8], name: &str) -> Result<Option<&'a [u8]>, ParseError> {
    if !Parser::is_component(wasm) {
        return Err(ParseError("it is not a WebAssembly component: name the file that the build made".to_owned()));
    }
    let damaged = |offset| ParseError(format!("the component is damaged at byte {offset}: fetch the component again"));
    let broken = |error: BinaryReaderError| damaged(error.offset());
    let (mut parser, mut rest, mut found) = (Parser::new(0), wasm, None);
    loop {
        let end = damaged(wasm.len());
        let Chunk::Parsed { consumed, payload } = parser.parse(rest, true).map_err(broken)? else { return Err(end) };
        let within = match payload {
            Payload::ModuleSection { unchecked_range, .. } | Payload::ComponentSection { unchecked_range, .. } => {
                unchecked_range.len()
            }
            Payload::CustomSection(section) if section.name() == name => {
                let size = section.data().len();
                if size > LARGEST {
                    return Err(ParseError(format!(
                        "the component's section {name} holds {size} bytes, and may hold {LARGEST}"
                    )));
                }
                if found.replace(section.data()).is_some() {
                    return Err(ParseError(format!(
                        "the component has two sections {name}, and may have one: build it again"
                    )));
                }
                0
            }
            Payload::End(_) => return Ok(found),
            _ => 0,
        };
        rest = rest.get(consumed + within..).ok_or(end)?;
    }
}
