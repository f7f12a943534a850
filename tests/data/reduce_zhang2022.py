"""Reduce the published trajectories of zhang2022 to the iterations that the tests compare.

    python tests/data/reduce_zhang2022.py DIRECTORY

DIRECTORY holds one npz file per run with `payoff`, `step_size`, `regularization`, `steps` and, per
iteration, `potential`, `nash_gap`, `gradient_norm`, `c`, `policy_1`, `policy_2`, ...  Written is
`zhang2022.npz` beside this script, with the entries `RUN/steps` (the iterations kept) and `RUN/<name>`.
Kept are the first 61 iterations and about 100 pairs (t, t + 1) up to the end, so that single steps can be
compared too.  No number is changed.
"""

import sys
from pathlib import Path

import numpy as np

FIRST, PAIRS = 61, 100


def kept(count: int) -> np.ndarray:
    pairs = np.linspace(FIRST, count - 2, PAIRS).astype(int)
    return np.unique(np.concatenate([np.arange(FIRST), pairs, pairs + 1]))


def main(directory: Path) -> None:
    reduced = {}
    for path in sorted(directory.glob("*.npz")):
        with np.load(path) as stored:
            steps = kept(int(stored["steps"]))
            for name in stored.files:
                if name != "steps":
                    value = stored[name]
                    whole = name in ("payoff", "step_size", "regularization")
                    reduced[f"{path.stem}/{name}"] = value if whole else value[steps]
            reduced[f"{path.stem}/steps"] = steps
    target = Path(__file__).with_name("zhang2022.npz")
    np.savez_compressed(target, **reduced)
    print(f"{target}: {len(reduced)} arrays, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
