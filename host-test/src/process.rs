//! The memory of this process.

use std::fs;

/// The bytes that are resident now. None: this system does not tell it as Linux does.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    status("VmRSS:")
}

/// Forgets the peak so far, so that the next one begins here. Where that is not possible, the peak stays.
pub fn forget_peak() {
    drop(fs::write("/proc/self/clear_refs", "5"));
}

/// The most bytes that were resident at one time. None: this system does not tell it as Linux does.
#[must_use]
pub fn peak_bytes() -> Option<u64> {
    status("VmHWM:")
}

fn status(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
}
