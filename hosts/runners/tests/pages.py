"""The blocks of code in all pages of the repository, and who runs each."""

import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from recorded import ROOT

# Blocks that another test runs: the page, the languages, and the test, which names the page.
ELSEWHERE = [
    ("README*.md", "python text", "hosts/python/tests/test_docs.py"),
    ("docs/getting-started*.md", "python", "hosts/python/tests/test_docs.py"),
    ("docs/python.md", "python", "hosts/python/tests/test_docs.py"),
    ("hosts/python/README.md", "python", "hosts/python/tests/test_docs.py"),
    ("docs/getting-started*.md", "js", "hosts/js/test/docs.test.js"),
    ("docs/javascript.md", "js sh", "hosts/js/test/docs.test.js"),
    ("hosts/js/README.md", "js", "hosts/js/test/docs.test.js"),
    ("docs/getting-started.md", "rust,no_run", "hosts/servicestage/src/lib.rs"),
    ("docs/rust.md", "rust rust,no_run", "hosts/servicestage/src/lib.rs"),
    ("docs/runners.md", "sh yaml", "hosts/runners/tests/test_docs.py"),
    ("docs/agents.md", "json", "hosts/python/tests/test_mcp.py"),
    ("docs/terraform/guides/installing.md", "terraform", "hosts/terraform/tests/installing.rs"),
    ("docs/plugins/tool.md", "console", "hosts/plugin/tests/guide.rs"),
    ("docs/plugins/[a-z]*.md", "c go js python rust sh", "xtask/src/languages.rs"),
    ("examples/data-sources/*/README.md", "sh", "xtask/src/languages.rs"),
    ("hosts/plugin/templates/rust/README.md", "sh", "xtask/src/languages.rs"),
]

FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n]*)\n(?P<code>.*?)^ *```$", re.MULTILINE | re.DOTALL)

# The line before a block that nobody runs, with the reason.
MARK = re.compile(r"<!-- not run: (\S.*) -->\n$")


class Block(NamedTuple):
    """A block of code, where it stands, and why nobody runs it."""

    page: str
    line: int
    language: str
    code: str
    mark: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """The pages that people read, by their paths."""
    listed = subprocess.run(
        ["git", "ls-files", "*.md"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [page for page in listed.stdout.splitlines() if (ROOT / page).exists()]


def blocks(page: str) -> list[Block]:
    """The blocks of a page, from the first to the last."""
    text = (ROOT / page).read_text("utf-8")
    found = []
    for fence in FENCE.finditer(text):
        language, *_ = fence["info"].split(" ")
        mark = MARK.search(text, 0, fence.start())
        line = text.count("\n", 0, fence.start()) + 1
        found.append(Block(page, line, language, dedent(fence["code"]), mark[1] if mark else None))
    return found


def run_elsewhere(block: Block) -> str | None:
    """The test that runs a block, unless that is `test_pages.py`."""
    for pattern, languages, test in ELSEWHERE:
        if fnmatchcase(block.page, pattern) and block.language in languages.split(" "):
            return test
    return None


def names(test: str, page: str) -> bool:
    """Whether a test names a page, or the name that the page has among others of its kind."""
    kind = Path(page).parent.name if Path(page).name == "README.md" else Path(page).stem
    text = (ROOT / test).read_text("utf-8")
    return page in text or re.search(rf"\b{re.escape(kind)}\b", text) is not None


def commands(code: str) -> list[tuple[str, str]]:
    """The commands that a terminal shows, each with its output."""
    parts = re.split(r"^\$ ", code, flags=re.MULTILINE)
    assert not parts[0], "output without a command"
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in parts[1:])]
