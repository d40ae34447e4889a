//! Answers of the service, made up: always the same, in the form that the vendor documents, some 694 bytes a release
//! task.

use std::fmt::Write as _;

use bytes::Bytes;

const NAMES: [&str; 4] = ["billing", "shop", "search", "gateway"];
const CREATORS: [&str; 4] = ["alice", "dave", "erin", "release-robot"];
const MODES: [&str; 2] = ["ui", "template"];
const DESCRIPTIONS: [&str; 4] = [
    "Builds the image from the main branch, deploys it to the staging environment, waits for the smoke test and then \
     rolls it out to production, ten percent of the instances at a time, with an hour between the steps. Whoever is on duty sees the figures of each \
     step, and can stop there or go back.",
    "灰度发布：先在预发布环境验证，再按百分之十的比例逐步发布到生产环境。",
    "Nightly release of everything that was merged.\\nAsk \\\"the platform team\\\" before changing the order of stages: \
     the migration of the database has to come first, and must not run twice. Where it fails, the release ends there, and \
     the one before stays as it was.",
    "",
];

/// The answer with so many release tasks.
#[must_use]
pub fn body(count: usize) -> Bytes {
    let mut text = String::with_capacity(count * 700 + 64);
    text.push_str("{\"pipelines\":[");
    for number in 0..count {
        if number > 0 {
            text.push(',');
        }
        task(&mut text, number);
    }
    text.push_str("]}");
    text.into()
}

fn task(text: &mut String, number: usize) {
    let mut random = Random(number as u64);
    let created = 1_700_000_000_000 + random.below(60_000_000_000);
    let updated = created + random.below(1_000_000_000);
    let (name, creator) = (random.of(NAMES), random.of(CREATORS));
    // Writing to memory does not fail.
    let _ = write!(
        text,
        "{{\"id\":\"{}\",\"name\":\"release-{name}-{number:06}\",\"description\":\"{}\",\"create_time\":{created},\
         \"update_time\":{updated},\"version\":{},\"config_mode\":\"{}\",\"creator\":\"{creator}\",\"model_version\":2,\
         \"status\":{},\"last_trigger_at\":{},\"enterprise_project_id\":\"{}\",\"enterprise_project\":\"{name}\",\
         \"extend_info\":",
        random.uuid(),
        random.of(DESCRIPTIONS),
        1 + random.below(9),
        random.of(MODES),
        1 + random.below(12),
        updated + random.below(1_000_000),
        random.uuid(),
    );
    if number.is_multiple_of(2) {
        text.push_str("null}");
        return;
    }
    let _ = write!(
        text,
        "{{\"latestPipelineState\":{{\"id\":\"{}\",\"pipelineId\":\"{}\",\"status\":\"SUCCEEDED\",\"triggerType\":\
         \"MANUAL\",\"stageStates\":[{{\"name\":\"build\",\"status\":\"SUCCEEDED\",\"duration\":{}}},{{\"name\":\
         \"deploy\",\"status\":\"SUCCEEDED\",\"duration\":{}}}]}}}}}}",
        random.uuid(),
        random.uuid(),
        random.below(100_000),
        random.below(1_000_000)
    );
}

/// SplitMix64: enough to look made by chance, and always the same.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn of<T: Copy, const N: usize>(&mut self, items: [T; N]) -> T {
        items[(self.next() % N as u64) as usize]
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let (a, b, c, d) = (high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48);
        format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{:012x}", low & 0xffff_ffff_ffff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_release_tasks_are_of_the_size_that_the_figures_are_for() {
        let body = body(1000);
        assert!(body.len().abs_diff(694_000) < 20_000, "{} bytes", body.len());
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(value["pipelines"].as_array().unwrap().len(), 1000);
    }
}
