//! A component that returns what lies in its memory.

use std::time::SystemTime;

use component_runtime::{Call, CallError, Limits, Runtime, Stack};
use wasmtime::component::Lift;

/// Where the address and the length of what is returned lie.
pub const RESULT: usize = 8;

/// Numbers as they lie in memory.
pub fn laid(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
    numbers.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// What comes out of a component that returns this kind of value, with these bytes in 64 KiB of memory.
pub async fn returned<T>(kind: &str, encoding: &str, memory: &[(usize, &[u8])], limits: Limits) -> Result<T, CallError>
where
    T: Lift + Send + Sync + 'static,
{
    let written = |bytes: &[u8]| bytes.iter().map(|byte| format!("\\{byte:02x}")).collect::<String>();
    let data = memory.iter().map(|(at, bytes)| format!("(data (i32.const {at}) \"{}\")", written(bytes)));
    let component = wat::parse_str(format!(
        r#"(component
            (core module $module
                (memory (export "memory") 1)
                {data}
                (func (export "run") (result i32) i32.const {RESULT}))
            (core instance $instance (instantiate $module))
            (func $run (result {kind})
                (canon lift (core func $instance "run") (memory (core memory $instance "memory")) string-encoding={encoding}))
            (instance $probe (export "run" (func $run)))
            (export "test:returning/probe" (instance $probe)))"#,
        data = data.collect::<String>(),
    ))
    .unwrap();
    let plugin = Runtime::new(limits).unwrap().compile(&component).unwrap();
    let (interface, http) = ("test:returning/probe", Stack::new(vec![]));
    let call = Call { interface, function: "run", http, began: SystemTime::now() };
    plugin.call(call, ()).await.map(|(value,)| value)
}
