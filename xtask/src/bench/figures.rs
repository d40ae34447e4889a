//! The figures that are measured, and their marks. Lower is better.

/// One figure.
pub struct Aim {
    pub id: &'static str,
    pub unit: &'static str,
    /// The highest value that passes.
    pub reach: f64,
    /// The value to aim for.
    pub aim: f64,
    /// A sentence that says what is measured.
    pub what: &'static str,
}

/// One value over another.
const RATIO: &str = "ratio";

const fn aim(id: &'static str, unit: &'static str, reach: f64, aim: f64, what: &'static str) -> Aim {
    Aim { id, unit, reach, aim, what }
}

/// All of them, in the order of the table.
pub const FIGURES: [Aim; 17] = [
    aim("list-1k", RATIO, 3.0, 2.0, "1,000 records from memory to typed records, over native serde_json"),
    aim(
        "call-over-network",
        RATIO,
        1.10,
        1.03,
        "1,000 records over TLS, service answers after 50 ms, over a native client",
    ),
    aim("call-1", "µs", 90.0, 40.0, "one record, a fresh instance, answered from memory"),
    aim("memory-1k", "MiB", 5.0, 3.0, "the guest's memory for 1,000 records, at most"),
    aim("cli", RATIO, 1.0, 0.7, "the tool from start to exit, over curl of the same URL"),
    aim("mcp", "ms", 50.0, 20.0, "the server for agents, from start to the answer to its first call"),
    aim("program", "MB", 10.0, 9.0, "the tool's file"),
    aim("provider-start", "ms", 6.0, 4.0, "the provider from start to handshake"),
    aim("provider-plan", RATIO, 1.05, 1.0, "terraform plan, over the same provider with native code for the component"),
    aim("provider-plan-1k", RATIO, 1.15, 1.05, "the same with 1,000 release tasks"),
    aim("provider-vs-go", RATIO, 0.05, 0.03, "terraform plan, over one with a Go provider"),
    aim("size", "KB", 320.0, 280.0, "the component"),
    aim("size-gzip", "KB", 135.0, 119.0, "the component, compressed"),
    aim("fan-out-time", RATIO, 1.15, 1.0, "500 projects, 64 at once, over a native client"),
    aim("fan-out-cpu", RATIO, 4.0, 2.7, "the same, the processor's time"),
    aim("python", "µs", 10.0, 5.0, "the Python host, a record of 1,000"),
    aim("vs-sdk", RATIO, 0.5, 0.25, "the Python host, over the official SDK's transport and decoding"),
];

/// The figure of this id.
pub fn find(id: &str) -> Option<&'static Aim> {
    FIGURES.iter().find(|figure| figure.id == id)
}
