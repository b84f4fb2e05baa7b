"""What is tested is what production installs: one version of each package, by hash, from no named host."""

import json
import re

import pytest

from devstack import frontend
from devstack.environment import lock
from devstack.places import ROOT

PIN = re.compile(r"^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall(lock(name).read_text()))


@pytest.mark.parametrize(("inner", "outer"), [("runtime", "local"), ("tools", "local"), ("local", "dev")])
def test_the_wider_lock_has_the_same_versions(inner, outer):
    wider = pins(outer)
    assert {name: wider.get(name) for name in pins(inner)} == pins(inner)


@pytest.mark.parametrize("name", ["bootstrap", "runtime", "tools", "local", "dev"])
def test_every_pin_has_a_hash_and_no_lock_names_a_host(name):
    text = lock(name).read_text()
    assert len(pins(name)) == len(re.findall(r"^[A-Za-z0-9].*\\$", text, re.MULTILINE)) > 0
    assert "://" not in text


def test_the_front_end_lock_names_no_host_and_has_the_hash_of_every_package():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")


def test_every_front_end_file_is_of_a_locked_package():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for source in json.loads((ROOT / "vendor.json").read_text()).values():
        parts = source.split("/")
        name = "/".join(parts[: 2 if source.startswith("@") else 1])
        assert f"node_modules/{name}" in packages


def test_source_map_comments_are_taken_off_and_nothing_else_is():
    assert frontend.SOURCE_MAP.sub("\n", "a{}\n/*# sourceMappingURL=a.css.map */\n") == "a{}\n"
    assert frontend.SOURCE_MAP.sub("\n", "f()\n//# sourceMappingURL=a.js.map") == "f()\n"
    assert frontend.SOURCE_MAP.sub("\n", "f() // kept") == "f() // kept"


def test_npms_many_lines_come_down_to_one():
    assert frontend.reason("npm error code ENOTFOUND\nnpm error network …").startswith("no network")
    assert frontend.reason("npm error code EINTEGRITY\nnpm error sha512-a integrity checksum failed") == (
        "sha512-a integrity checksum failed"
    )
