"""Fuzzes one target by coverage: `python -m tests.fuzz.run feed --seconds 60`.

Needs atheris. What it finds it writes to `var/fuzz/<target>`; add it to
`tests/fuzz/found.py` with the correction.
"""

import argparse
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["catalyst_bot"]):
    from tests.fuzz.seeds import SEEDS
    from tests.fuzz.targets import TARGETS

LONGEST = 16_384  # bytes of an input
SLOWEST = 10  # seconds for one input; more is a finding too
FOLDER = Path(__file__).parents[2] / "var" / "fuzz"


def main() -> None:
    """Run until the time is over or something is found; libFuzzer ends the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    folder = FOLDER / options.target
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[options.target]):
        (corpus / f"seed-{number}").write_bytes(seed[:LONGEST])
    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={options.seconds}",
            f"-max_len={LONGEST}",
            f"-timeout={SLOWEST}",
            f"-artifact_prefix={folder}/",
            "-print_final_stats=1",
        ],
        TARGETS[options.target],
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
