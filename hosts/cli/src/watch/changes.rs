//! The differences between two listings. Pure.

use std::collections::{HashMap, VecDeque};

use serde_json::{Value, json};
use servicestage::Pipeline;

use crate::text;

/// A change of one release task.
#[derive(Debug, PartialEq)]
pub enum Change<'a> {
    /// It was there at the first look.
    Listed(&'a Pipeline),
    /// It is new.
    Added(&'a Pipeline),
    /// It is not listed any more.
    Removed(&'a Pipeline),
    /// A field differs.
    Changed {
        /// The value before.
        before: &'a Pipeline,
        /// The value now.
        after: &'a Pipeline,
    },
}

/// Returns the changes, in the order of the later listing; what is gone comes last. Without an earlier listing, every
/// task is listed for the first time. If several tasks have one id, the first is compared with the first, and so on.
pub fn between<'a>(before: Option<&'a [Pipeline]>, after: &'a [Pipeline]) -> Vec<Change<'a>> {
    let Some(before) = before else { return after.iter().map(Change::Listed).collect() };
    let mut known = HashMap::<&str, VecDeque<&Pipeline>>::new();
    for task in before {
        known.entry(&task.id).or_default().push_back(task);
    }
    let mut changes = Vec::new();
    for after in after {
        match known.get_mut(after.id.as_str()).and_then(VecDeque::pop_front) {
            None => changes.push(Change::Added(after)),
            Some(before) if before != after => changes.push(Change::Changed { before, after }),
            Some(_) => {}
        }
    }
    // Of each id, those that are left stand in the order of the earlier listing.
    let mut is_gone = |task: &Pipeline| {
        let left = known.get_mut(task.id.as_str());
        left.and_then(|left| left.pop_front_if(|first| std::ptr::eq(*first, task))).is_some()
    };
    changes.extend(before.iter().filter(|task| is_gone(task)).map(Change::Removed));
    changes
}

impl Change<'_> {
    /// The task that changed, as it is or was.
    pub fn task(&self) -> &Pipeline {
        match self {
            Self::Listed(task) | Self::Added(task) | Self::Removed(task) => task,
            Self::Changed { after, .. } => after,
        }
    }

    /// A line for people, behind the time.
    pub fn line(&self) -> String {
        let what = match self {
            Self::Listed(task) => status(task),
            Self::Added(task) => format!("new, {}", status(task)),
            Self::Removed(_) => "not listed any more".to_owned(),
            Self::Changed { before, after } if status(before) != status(after) => {
                format!("{} -> {}", status(before), status(after))
            }
            Self::Changed { before, after } if before.last_trigger_at != after.last_trigger_at => {
                format!("started again, {}", status(after))
            }
            Self::Changed { after, .. } => format!("edited, {}", status(after)),
        };
        let task = self.task();
        let name = task.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&task.id);
        format!("{}: {what}", text::line(name))
    }

    /// One object, for programs.
    pub fn json(&self, time: &str) -> Value {
        let (change, before) = match self {
            Self::Listed(_) => ("listed", None),
            Self::Added(_) => ("added", None),
            Self::Removed(_) => ("removed", None),
            Self::Changed { before, .. } => ("changed", Some(before)),
        };
        json!({ "time": time, "change": change, "pipeline": self.task(), "before": before })
    }
}

fn status(task: &Pipeline) -> String {
    task.status.map_or_else(|| "no status".to_owned(), |status| status.to_string())
}

#[cfg(test)]
mod tests {
    use servicestage::Status;

    use super::*;

    fn task(id: &str, status: Status) -> Pipeline {
        Pipeline {
            id: id.to_owned(),
            name: Some(format!("task-{id}")),
            status: Some(status),
            last_trigger_at: Some(1),
            ..Pipeline::default()
        }
    }

    fn lines(before: Option<&[Pipeline]>, after: &[Pipeline]) -> Vec<String> {
        between(before, after).iter().map(Change::line).collect()
    }

    #[test]
    fn the_first_look_lists_every_task() {
        let all = [task("a", Status::Failed), task("b", Status::Other(6))];
        assert_eq!(lines(None, &all), ["task-a: failed", "task-b: 6"]);
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let before = [task("a", Status::Failed), task("b", Status::Releasing), task("c", Status::Failed)];
        let mut again = task("a", Status::Failed);
        again.last_trigger_at = Some(2);
        let after = [task("d", Status::Initialized), task("b", Status::Succeeded), again];
        assert_eq!(
            lines(Some(&before), &after),
            [
                "task-d: new, initialized",
                "task-b: releasing -> succeeded",
                "task-a: started again, failed",
                "task-c: not listed any more"
            ]
        );
        assert!(lines(Some(&after), &after).is_empty());
    }

    #[test]
    fn tasks_of_one_id_are_told_apart() {
        let both = [task("a", Status::Failed), task("a", Status::Releasing)];
        assert!(lines(Some(&both), &both).is_empty());
        let after = [task("a", Status::Failed), task("a", Status::Succeeded)];
        assert_eq!(lines(Some(&both), &after), ["task-a: releasing -> succeeded"]);
        assert_eq!(lines(Some(&both), &after[..1]), ["task-a: not listed any more"]);
        assert_eq!(lines(Some(&both[..1]), &both), ["task-a: new, releasing"]);
        assert_eq!(lines(Some(&both), &[]).len(), 2);
    }

    #[test]
    fn a_line_holds_nothing_that_controls_a_terminal() {
        let mut hostile = task("a", Status::Failed);
        hostile.name = Some("a\u{1b}[2J\nb".to_owned());
        assert_eq!(lines(None, &[hostile]), ["a\u{fffd}[2J b: failed"]);
    }

    #[test]
    fn an_object_has_what_it_was_and_what_it_is() {
        let (before, after) = ([task("a", Status::Releasing)], [task("a", Status::Succeeded)]);
        let changes = between(Some(&before), &after);
        let object = changes[0].json("2025-02-18T07:55:12Z");
        assert_eq!((&object["change"], &object["before"]["status"]), (&json!("changed"), &json!("releasing")));
        assert_eq!(object["pipeline"]["status"], "succeeded");
    }
}
