//! Properties of the component beyond its answers.

use component_runtime::{Limits, Runtime};
use host_test::run::{component_path, load};

#[test]
fn it_imports_http_and_clocks_and_nothing_else() {
    let mut imports = load().unwrap().imports();
    imports.sort();
    let expected = [
        "wasi:clocks/monotonic-clock",
        "wasi:clocks/wall-clock",
        "wasi:http/outgoing-handler",
        "wasi:http/types",
        "wasi:io/error",
        "wasi:io/poll",
        "wasi:io/streams",
    ];
    let names: Vec<&str> = imports.iter().filter_map(|import| import.split('@').next()).collect();
    assert_eq!(names, expected);
    assert!(imports.iter().all(|import| import.contains("@0.2.")), "{imports:?}");
}

#[test]
#[expect(unsafe_code, reason = "machine code is run as it is")]
fn precompiled_code_loads_and_changed_code_does_not() {
    let runtime = Runtime::new(Limits::default()).unwrap();
    let wasm = std::fs::read(component_path()).unwrap();
    let machine_code = runtime.precompile(&wasm).unwrap();
    // SAFETY: it was made in the line above.
    unsafe { Runtime::new(Limits::default()).unwrap().load_precompiled(&machine_code) }.unwrap();
    // SAFETY: what does not even begin as machine code is refused before it could run.
    assert!(unsafe { runtime.load_precompiled(&wasm) }.is_err());
}
