//! A chunk of a body on its way into the component: copied once, into memory that the system gives in large pages where
//! there is much of it.

use bytes::Bytes;
use wasmtime::StoreContextMut;
use wasmtime::component::__internal::{CanonicalAbiInfo, InstanceType, InterfaceType, LowerContext};
use wasmtime::component::{ComponentType, Linker, Lower, Resource};
use wasmtime_wasi_io::bindings::wasi::io::streams::StreamError;
use wasmtime_wasi_io::streams::{DynInputStream, StreamError as Failed};

#[cfg(target_os = "linux")]
use crate::runtime::KEPT;
use crate::state::State;

/// So much memory is asked for in large pages. Of less, few would be used whole, and the system fills each with zeros.
#[cfg(target_os = "linux")]
const LARGE: usize = 4 << 20;

/// A chunk, as a list of bytes.
struct Chunk(Bytes);

// SAFETY: in all respects a slice of bytes, which it hands everything to.
unsafe impl ComponentType for Chunk {
    type Lower = <[u8] as ComponentType>::Lower;

    const ABI: CanonicalAbiInfo = <[u8] as ComponentType>::ABI;

    fn typecheck(ty: &InterfaceType, types: &InstanceType<'_>) -> wasmtime::Result<()> {
        <[u8]>::typecheck(ty, types)
    }
}

// SAFETY: as above.
unsafe impl Lower for Chunk {
    fn linear_lower_to_flat<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        ty: InterfaceType,
        lowered: &mut std::mem::MaybeUninit<Self::Lower>,
    ) -> wasmtime::Result<()> {
        self.0.as_ref().linear_lower_to_flat(cx, ty, lowered)
    }

    fn linear_lower_to_memory<T>(
        &self,
        cx: &mut LowerContext<'_, T>,
        ty: InterfaceType,
        offset: usize,
    ) -> wasmtime::Result<()> {
        in_large_pages(cx.as_slice_mut());
        self.0.as_ref().linear_lower_to_memory(cx, ty, offset)
    }
}

/// Replaces `read`, which copies each chunk once more on its way.
pub(crate) fn read_without_a_copy(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.instance("wasi:io/streams@0.2.12")?.func_wrap(
        "[method]input-stream.read",
        |mut store: StoreContextMut<'_, State>, (stream, most): (Resource<DynInputStream>, u64)| {
            let table = store.data_mut().table();
            let read = table.get_mut(&stream)?.read(usize::try_from(most).unwrap_or(usize::MAX));
            let chunk = match read {
                Ok(chunk) => Ok(Chunk(chunk)),
                Err(Failed::Closed) => Err(StreamError::Closed),
                Err(Failed::LastOperationFailed(error)) => Err(StreamError::LastOperationFailed(table.push(error)?)),
                Err(Failed::Trap(error)) => return Err(error),
            };
            Ok((chunk,))
        },
    )
}

/// Asks for large pages where nothing was written yet: what the component has grown by since the last chunk. What stays in
/// memory between calls has small ones, of which only those are wiped that were written.
#[cfg(target_os = "linux")]
fn in_large_pages(memory: &mut [u8]) {
    use rustix::mm::{Advice, madvise};

    if memory.len() >= LARGE
        && let Some(memory) = memory.get_mut(KEPT..)
    {
        // SAFETY: the range is that of the slice, and advice changes nothing of what is in it. A system that does not know
        // this one says so, and all goes on as without.
        let _ = unsafe { madvise(memory.as_mut_ptr().cast(), memory.len(), Advice::LinuxHugepage) };
    }
}

#[cfg(not(target_os = "linux"))]
fn in_large_pages(_: &mut [u8]) {}
