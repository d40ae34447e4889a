//! Records of a long list, whose texts are fetched before it is their turn. In the order of the list they may lie all over
//! the component's memory, where the processor does not guess them.

use std::marker::PhantomData;

use wasmtime::component::__internal::{CanonicalAbiInfo, InstanceType, InterfaceType, LiftContext};
use wasmtime::component::{ComponentType, Lift};

/// How many records ahead: a few of them take as long as a fetch.
const AHEAD: usize = 4;

/// How many bytes are fetched, from a record's first text on. The other texts are taken to lie behind it.
const NEAR: usize = 768;

/// What the processor fetches at a time, in bytes.
const LINE: usize = 64;

/// A record, in a list, that begins with a text: lifted as an `R` is, only faster, and kept as what is made of that.
#[repr(transparent)]
pub struct Prefetched<T, R = T> {
    record: T,
    lifted: PhantomData<R>,
}

impl<T, R> Prefetched<T, R> {
    /// The record.
    pub fn into_inner(self) -> T {
        self.record
    }
}

impl<T: From<R>, R> From<R> for Prefetched<T, R> {
    fn from(lifted: R) -> Self {
        Self { record: lifted.into(), lifted: PhantomData }
    }
}

// SAFETY: in all respects the record that is lifted, which it hands everything to.
unsafe impl<T: Send + Sync, R: ComponentType> ComponentType for Prefetched<T, R> {
    type Lower = R::Lower;

    const ABI: CanonicalAbiInfo = R::ABI;

    fn typecheck(ty: &InterfaceType, types: &InstanceType<'_>) -> wasmtime::Result<()> {
        R::typecheck(ty, types)
    }
}

// SAFETY: as above.
unsafe impl<T: From<R> + Send + Sync, R: Lift> Lift for Prefetched<T, R> {
    fn linear_lift_from_flat(cx: &mut LiftContext<'_>, ty: InterfaceType, src: &Self::Lower) -> wasmtime::Result<Self> {
        R::linear_lift_from_flat(cx, ty, src).map(Self::from)
    }

    fn linear_lift_from_memory(cx: &mut LiftContext<'_>, ty: InterfaceType, bytes: &[u8]) -> wasmtime::Result<Self> {
        let memory = cx.memory();
        let place = bytes.as_ptr().addr().saturating_sub(memory.as_ptr().addr());
        prefetch_text(memory, place + AHEAD * bytes.len());
        R::linear_lift_from_memory(cx, ty, bytes).map(Self::from)
    }
}

/// Has what the address points to fetched that stands here. Where no such record is left, it is any number: to fetch what
/// is there is of no use, and no harm.
#[inline(always)]
fn prefetch_text(memory: &[u8], place: usize) {
    let address = memory.get(place..).and_then(<[u8]>::first_chunk);
    let text = address.and_then(|address| memory.get(u32::from_le_bytes(*address) as usize..));
    for line in text.unwrap_or_default().chunks(LINE).take(NEAR / LINE) {
        prefetch(line);
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn prefetch(line: &[u8]) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    // SAFETY: a hint about an address, which reads and writes nothing.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
}

/// Stable Rust has no such hint for other processors.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn prefetch(_: &[u8]) {}
