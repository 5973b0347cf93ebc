"""Writes what the product is made of: `make sbom`, CycloneDX JSON, without a network.

The environment of development holds its tools as well. What ships is what stands in
requirements.lock: the rest is left out, and so is whatever names this machine.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from catalyst_bot import __version__

ROOT = Path(__file__).parents[1]
_LOCKED = re.compile(r"(?m)^([\w.-]+)(?:\[[\w,]+\])?==([\w.+!-]+)")


def locked() -> dict[str, str]:
    """Return the version of each package that ships, by its normal name."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return {_normal(name): version for name, version in _LOCKED.findall(text)}


def environment(python: str) -> dict[str, Any]:
    """Return the bill of all that is installed beside an interpreter."""
    words = ("environment", "--pyproject", str(ROOT / "pyproject.toml"))
    result = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *words, "--output-reproducible", python],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    bill: dict[str, Any] = json.loads(result.stdout)
    return bill


def shipped(bill: dict[str, Any], versions: dict[str, str]) -> dict[str, Any]:
    """Return the bill without what is not in the lock file."""
    root = {**bill["metadata"]["component"], "version": __version__}
    kept = [part for part in bill["components"] if _normal(part["name"]) in versions]
    refs = {root["bom-ref"], *(part["bom-ref"] for part in kept)}
    needs = [
        {**row, "dependsOn": [ref for ref in row.get("dependsOn", ()) if ref in refs]}
        for row in bill["dependencies"]
        if row["ref"] in refs
    ]
    metadata = {**bill["metadata"], "component": root}
    return {**bill, "metadata": metadata, "components": kept, "dependencies": needs}


def faults(bill: dict[str, Any], versions: dict[str, str]) -> list[str]:
    """Return what is installed in another version than the one that is locked."""
    return [
        f"{part['name']} is {part['version']} here and {versions[name]} in the lock"
        for part in bill["components"]
        if part["version"] != versions[name := _normal(part["name"])]
    ]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Write the bill; exit 1 when the environment is not the one that is locked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "dist" / "sbom.cdx.json")
    parser.add_argument("--python", default=sys.executable, help="whose environment")
    options = parser.parse_args()
    versions = locked()
    bill = shipped(environment(options.python), versions)
    if wrong := faults(bill, versions):
        print("\n".join(wrong), "run `make test` once: it installs the lock", sep="\n")
        return 1
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    print(f"{len(bill['components'])} components: {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
