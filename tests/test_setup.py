"""The set-up of a fresh machine, and what doctor says about one."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from publish import fonts
from publish.check import system
from publish.check.system import Finding, examine

ROOT = Path(__file__).resolve().parent.parent
SETUP = ROOT / "tests" / "setup" / "setup.sh"

#: Debian packages that a build needs (fonts: styles/fonts.toml).
BUILDING = (
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-noto-cjk-extra"
    " fonts-linuxlibertine fonts-lxgw-wenkai fonts-cns11643-kai"
)


@dataclass
class Machine:
    """A clone in a folder with a blank in its name, and programs that only write down their call.

    What ``bin`` does not hold is not installed, but for a handful of ordinary tools.
    """

    clone: Path
    bin: Path
    log: Path

    def program(self, name: str, script: str = "") -> None:
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.log}"\n{script}\n', encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def run(self, stage: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(self.clone / "tests" / "setup" / "setup.sh"), stage],
            env={"PATH": str(self.bin), "LC_ALL": "C"},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self, *names: str) -> list[str]:
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [line for line in lines if line.split()[0] in names]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Debian with Python, no package that a build needs, an ordinary user without sudo."""
    made = Machine(tmp_path / "新 书", tmp_path / "bin", tmp_path / "log")
    (made.clone / "tests" / "setup").mkdir(parents=True)
    shutil.copy(SETUP, made.clone / "tests" / "setup" / "setup.sh")
    made.bin.mkdir()
    for name in ("dirname", "rm", "env", "mkdir", "cp", "chmod"):
        found = shutil.which(name)
        assert found
        (made.bin / name).symlink_to(found)
    made.program("dpkg-query", "exit 1")
    made.program("apt-get")
    made.program("id", "echo 1000")
    venv_python = f'mkdir -p .venv/bin; cp "{made.bin}/venv-python" .venv/bin/python'
    made.program("venv-python")
    made.program("python3", f'case "$*" in "-m venv .venv") {venv_python};; esac')
    return made


def test_without_rights_the_one_command_is_printed(machine: Machine) -> None:
    machine.program("sudo", "exit 1")
    done = machine.run("building")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "Debian packages are missing. Run this, then make again:\n"
        f"    sudo apt-get install --no-install-recommends {BUILDING}\n"
    )
    assert machine.calls("apt-get") == []
    assert not (machine.clone / ".venv").exists()


def test_without_sudo_it_is_for_root(machine: Machine) -> None:
    assert machine.run("building").stderr == (
        "Debian packages are missing. Run this as root, then make again:\n"
        f"    apt-get install --no-install-recommends {BUILDING}\n"
    )


def test_python_without_venv_is_in_the_same_command(machine: Machine) -> None:
    machine.program("python3", 'case "$*" in *ensurepip*) exit 1;; esac')
    done = machine.run("building")
    assert done.returncode == 2
    assert f"apt-get install --no-install-recommends {BUILDING} python3-venv\n" in done.stderr


def test_root_installs_what_is_missing(machine: Machine) -> None:
    machine.program("id", "echo 0")
    machine.program("dpkg-query", '[ "$3" = fonts-noto-cjk ] && printf installed')
    done = machine.run("building")
    assert (done.returncode, done.stdout) == (0, "")
    wanted = BUILDING.replace(" fonts-noto-cjk ", " ")
    assert machine.calls("apt-get") == [
        f"apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends {wanted}",
    ]
    installed, compiled = machine.calls("venv-python", "python")[-2:]
    assert installed.endswith("--editable .")
    assert compiled.endswith("-m compileall -q publish")
    assert (machine.clone / ".venv" / "building").exists()


def test_sudo_without_a_password_is_used(machine: Machine) -> None:
    machine.program("sudo", 'while [ "${1#-}" != "$1" ]; do shift; done; exec "$@"')
    machine.program("true")
    assert machine.run("building").returncode == 0
    assert len(machine.calls("apt-get")) == 1
    assert machine.calls("sudo")[1].startswith("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get")


def test_lists_are_fetched_where_there_are_none(machine: Machine) -> None:
    machine.program("id", "echo 0")
    lists = machine.clone / "lists"
    machine.program(
        "apt-get", f'[ "$1" = update ] && exec mkdir "{lists}"\n[ -d "{lists}" ] || exit 100'
    )
    assert machine.run("building").returncode == 0
    calls = [set(call.split()) & {"install", "update"} for call in machine.calls("apt-get")]
    assert calls == [{"install"}, {"update"}, {"install"}]


def test_a_failed_installation_stops_with_the_command(machine: Machine) -> None:
    machine.program("id", "echo 0")
    machine.program("apt-get", "exit 100")
    done = machine.run("building")
    assert done.returncode == 2
    assert f"    apt-get install --no-install-recommends {BUILDING}\n" in done.stderr
    assert not (machine.clone / ".venv").exists()


def test_what_is_there_is_left_alone(machine: Machine) -> None:
    machine.program("dpkg-query", "printf installed")
    assert machine.run("building").returncode == 0
    assert machine.calls("apt-get", "sudo", "id") == []


def test_an_old_python_is_told(machine: Machine) -> None:
    machine.program("dpkg-query", "printf installed")
    machine.program("python3", 'case "$*" in *version_info*) exit 1;; -V) echo Python 3.9.2;; esac')
    done = machine.run("building")
    assert done.returncode == 2
    assert done.stderr == "Python 3.11 or later is needed; python3 here is Python 3.9.2\n"


def test_a_virtual_environment_that_works_is_kept(machine: Machine) -> None:
    machine.program("dpkg-query", "printf installed")
    machine.run("building")
    kept = machine.clone / ".venv" / "kept"
    kept.touch()
    assert machine.run("building").returncode == 0
    assert kept.exists()


def test_one_that_is_broken_is_made_anew(machine: Machine) -> None:
    machine.program("dpkg-query", "printf installed")
    (machine.clone / ".venv" / "bin").mkdir(parents=True)
    (machine.clone / ".venv" / "bin" / "python").symlink_to("/nowhere/python3.9")
    assert machine.run("building").returncode == 0
    assert "python3 -m venv .venv" in machine.calls("python3")


def test_a_failed_pip_leaves_no_stamp(machine: Machine) -> None:
    machine.program("dpkg-query", "printf installed")
    machine.program("venv-python", 'case "$*" in *install*) exit 1;; esac')
    done = machine.run("building")
    assert done.returncode == 2
    assert "pip could not install them" in done.stderr
    assert not (machine.clone / ".venv" / "building").exists()


def test_only_the_validators_that_are_missing_are_installed(machine: Machine) -> None:
    machine.program("java")
    machine.program("pdftotext")
    done = machine.run("testing")
    assert done.returncode == 2
    assert done.stderr.endswith("    apt-get install --no-install-recommends chromium\n")


def test_more_readers_are_for_acceptance_alone(machine: Machine) -> None:
    machine.program("Xvfb")
    machine.program("firefox")
    done = machine.run("accepting")
    assert done.returncode == 2
    assert done.stderr.endswith(
        "    apt-get install --no-install-recommends webkit2gtk-driver calibre\n"
    )


# --- make --------------------------------------------------------------------


def dry_run(*targets: str) -> list[str]:
    """The commands that make would run in a clone where nothing has been set up."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", *targets],
        cwd=ROOT,
        # Within `make test` this make must not take itself for a part of that one.
        env={
            name: value
            for name, value in os.environ.items()
            if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_make_builds_after_one_set_up() -> None:
    assert dry_run("epub", "pdf") == [
        "sh tests/setup/setup.sh building",
        ".venv/bin/publish build --format epub",
        ".venv/bin/publish build --format pdf",
    ]


def test_make_test_sets_up_the_validators_and_runs_everything() -> None:
    assert dry_run("test") == [
        "sh tests/setup/setup.sh building",
        "sh tests/setup/setup.sh checking",
        "sh tests/setup/setup.sh testing",
        ".venv/bin/ruff check",
        ".venv/bin/ruff format --check",
        ".venv/bin/mypy",
        ".venv/bin/python -m pytest -n auto --dist loadfile",
    ]


def test_make_acceptance_sets_up_more_readers() -> None:
    assert dry_run("acceptance")[-2:] == [
        "sh tests/setup/setup.sh accepting",
        "sh tests/setup/acceptance.sh",
    ]


def test_make_check_needs_no_validator() -> None:
    commands = dry_run("check")
    assert "sh tests/setup/setup.sh testing" not in commands
    assert commands[-1] == '.venv/bin/python -m pytest -n auto -m "not slow"'


TARGETS = (
    "epub", "pdf", "press", "booklet", "cover", "all", "check", "test", "acceptance", "bench",
    "clean",
)  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_of_the_promise_is_there(target: str) -> None:
    assert dry_run(target)


def test_ci_runs_make_test() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "exec make test"


def test_npm_packages_are_pinned_and_name_no_host() -> None:
    wanted = json.loads((ROOT / "tests" / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "tests" / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"][""]["dependencies"] == wanted["dependencies"]
    for name, package in lock["packages"].items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            assert "resolved" not in package, name


# --- doctor ------------------------------------------------------------------


def by_name(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def test_every_finding_that_is_not_ok_has_a_command() -> None:
    findings = examine()
    assert len({finding.name for finding in findings}) == len(findings)
    for finding in findings:
        assert finding.detail
        assert bool(finding.command) == (finding.state != "ok"), finding


def test_doctor_looks_for_everything_that_setup_installs() -> None:
    """A package that the script installs for building is one that some finding stands for."""
    known = {"libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"}
    known |= {standing.package for standing in fonts.survey()} | {"fonts-noto-cjk-extra"}
    assert set(BUILDING.split()) == known
    script = SETUP.read_text(encoding="utf-8").replace("\\\n", " ")
    assert all(package in script.split() for package in known)


def test_doctor_tells_a_missing_font_and_one_that_stands_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    standings = (
        fonts.Standing("Book Kai", "楷体", "TW-Kai", "missing", "", "fonts-cns11643-kai"),
        fonts.Standing(
            "Book Hei", "黑体", "Noto Sans", "fallback", "weight 400 for 500", "fonts-extra"
        ),
        fonts.Standing("Book Mono", "code", "Noto Sans", "ok", "", "fonts-noto-cjk"),
    )
    monkeypatch.setattr(fonts, "survey", lambda: standings)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    findings = by_name(examine())
    assert findings["TW-Kai"] == Finding(
        "TW-Kai",
        "missing",
        "not installed: 楷体",
        "sudo apt-get install --no-install-recommends fonts-cns11643-kai",
    )
    assert findings["Noto Sans"] == Finding(
        "Noto Sans",
        "fallback",
        "黑体; code: weight 400 for 500 stands in",
        "sudo apt-get install --no-install-recommends fonts-extra",
    )


def test_doctor_on_a_machine_without_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    findings = by_name(examine())
    for name, package in (
        ("Java", "default-jre-headless"), ("Chromium", "chromium"), ("pdftotext", "poppler-utils"),
    ):  # fmt: skip
        assert findings[name].state == "missing"
        assert findings[name].purpose == "tests"
        assert findings[name].command == f"apt-get install --no-install-recommends {package}"


def test_doctor_finds_java_too_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    finding = by_name(examine())["Java"]
    assert finding.state == "missing"
    assert finding.detail == 'openjdk version "1.8.0_402": 17 or later is needed'


def test_an_installed_package_is_not_asked_for_the_tools_of_the_tests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(system, "repository", lambda: None)
    assert {finding.purpose for finding in examine()} == {"building"}
