//! A text on its way out of a component. Most are ASCII, which is seen many bytes at a time; the library looks at the
//! beginning and the end of each text byte by byte.

use wasmtime::component::__internal::wasmtime_environ::component::StringEncoding;
use wasmtime::component::__internal::{CanonicalAbiInfo, InstanceType, InterfaceType, LiftContext};
use wasmtime::component::{ComponentType, Lift};

/// A text. It is lifted as a `String` is, only faster where it is ASCII.
pub struct Text(pub String);

// SAFETY: in all respects a `String`, which it hands everything to.
unsafe impl ComponentType for Text {
    type Lower = <String as ComponentType>::Lower;

    const ABI: CanonicalAbiInfo = <String as ComponentType>::ABI;

    fn typecheck(ty: &InterfaceType, types: &InstanceType<'_>) -> wasmtime::Result<()> {
        String::typecheck(ty, types)
    }
}

// SAFETY: as above.
unsafe impl Lift for Text {
    fn linear_lift_from_flat(cx: &mut LiftContext<'_>, ty: InterfaceType, src: &Self::Lower) -> wasmtime::Result<Self> {
        String::linear_lift_from_flat(cx, ty, src).map(Self)
    }

    #[inline]
    fn linear_lift_from_memory(cx: &mut LiftContext<'_>, ty: InterfaceType, bytes: &[u8]) -> wasmtime::Result<Self> {
        let Some(text) = ascii(cx, bytes) else {
            // Also where there is no text: the library says why.
            return String::linear_lift_from_memory(cx, ty, bytes).map(Self);
        };
        cx.consume_fuel(text.len())?;
        Ok(Self(text.to_owned()))
    }
}

/// The text of this address and length, if it is there and ASCII.
#[inline]
fn ascii<'m>(cx: &LiftContext<'m>, address_and_length: &[u8]) -> Option<&'m str> {
    let number = |bytes| u32::from_le_bytes(bytes) as usize;
    let from = number(*address_and_length.first_chunk()?);
    let end = from.checked_add(number(*address_and_length.last_chunk()?))?;
    let text = cx.memory().get(from..end)?;
    // In UTF-16 the same bytes are another text.
    let ascii = text.is_ascii() && cx.options().string_encoding == StringEncoding::Utf8;
    // SAFETY: what is ASCII is UTF-8.
    ascii.then(|| unsafe { str::from_utf8_unchecked(text) })
}
