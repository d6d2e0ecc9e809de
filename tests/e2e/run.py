#!/usr/bin/env python3
"""Runs the end-to-end tests: every function `test_…` of every file `test_*.py` beside this one.

    tests/e2e/run.py [--adarga PATH] [--venv DIR] [WORD …]      only tests whose `file.name` holds one of the words
"""

import argparse
import importlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
import harness  # noqa: E402

SECONDS_MAX = 180  # for one test


def prepared(venv):
    """The Python of a virtual environment that holds the SDK, made if need be; or None and what is missing."""
    python, requirements = venv / "bin" / "python", harness.HERE / "requirements.txt"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True, text=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements]
        subprocess.run(install, check=True, capture_output=True, text=True)  # asks no network when all is there
        return python, None
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "") or getattr(error, "stdout", "") or str(error)
        return None, f"{requirements.read_text().strip()} could not be installed in {venv}: {said.strip().splitlines()[-1]}"


def too_long(*_):
    raise AssertionError(f"took longer than {SECONDS_MAX} s")


def judge(name, test):
    """Runs one test, prints its line, gives `passed`, `failed` or `skipped`."""
    start = time.monotonic()
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS_MAX)
    try:
        test()
        verdict, why = "passed", ""
    except harness.Skipped as reason:
        verdict, why = "skipped", f": {reason}"
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # groups of exceptions too
        while inner := getattr(error, "exceptions", None):
            error = inner[0]
        place = next((f for f in reversed(traceback.extract_tb(error.__traceback__)) if "test_" in f.filename), None)
        at = f" at {pathlib.Path(place.filename).name}:{place.lineno} `{place.line}`" if place else ""
        said = " ".join(str(error).split())
        verdict, why = "failed", f": {type(error).__name__} {said[:1000]}{at}"
    finally:
        signal.alarm(0)
        harness.end_all()
    print(f"{verdict:7} {name} ({time.monotonic() - start:.1f} s){why}", flush=True)
    return verdict


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--adarga", type=pathlib.Path, default=harness.ROOT / "target" / "release" / "adarga")
    options.add_argument("--venv", type=pathlib.Path, default=harness.ROOT / "target" / "e2e-venv")
    options.add_argument("words", nargs="*")
    options = options.parse_args()

    python, why = prepared(options.venv.absolute())
    if python and not options.venv.samefile(sys.prefix):
        os.execv(python, [str(python), *sys.argv])
    if why:
        print(f"missing: {why}")
        harness.missing = why

    harness.adarga = options.adarga.absolute()
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with tempfile.TemporaryDirectory() as harness.temporary:
        for path in sorted(harness.HERE.glob("test_*.py")):
            for function, test in vars(importlib.import_module(path.stem)).items():
                name = f"{path.stem}.{function}".replace("test_", "")
                if function.startswith("test_") and (not options.words or any(word in name for word in options.words)):
                    counts[judge(name, test)] += 1
    print(", ".join(f"{number} {verdict}" for verdict, number in counts.items()))
    sys.exit(1 if counts["failed"] or not sum(counts.values()) else 0)


if __name__ == "__main__":
    main()
