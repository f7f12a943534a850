"""The commands on linear-quadratic games, as a user calls them."""

import json

import pytest

CONSTANTS = (
    "sigma_X",
    "sigma_R",
    "sigma_Q",
    "gamma_A",
    "gamma_B",
    "gamma_R",
    "rho_star",
    "rho_bar",
    "psi",
    "norm_Sigma_star",
    "alpha_hat",
    "eta_0",
    "nash_cost",
    "eta_sharp",
    "rate_sharp",
)


def test_check(answer):
    status, document = answer("check", "hambly2021-remark-3.4")
    assert status == 1
    entries = {entry["id"]: entry for entry in document["assumptions"]}
    assert [entries[f"hambly2021.assumption-{label}"]["verdict"] for label in ("2.1", "2.2", "2.3", "3.3")] == [
        "holds",
        "holds",
        "holds",
        "violated",
    ]
    sides = entries["hambly2021.assumption-3.3"]["evidence"]
    for side in ("left", "right"):
        low, high = sides[side]["enclosure"]
        assert 0 < high - low <= 1e-12 * high or low == high
    assert answer("check", "lq-contraction")[0] == 0


def test_bounds(answer):
    status, document = answer("bounds", "lq-contraction", "--epsilon", "0.01")
    assert status == 0
    assert set(CONSTANTS) | {"iterations"} <= set(document["constants"])
    (theorem,) = document["theorems"]
    assert theorem["applies"] == "holds"
    assert theorem["iterations"] == document["constants"]["iterations"]["value"]


def test_solve(answer):
    status, document = answer("solve", "lq-scalar")
    assert status == 0
    (found,) = document["equilibria"]
    assert found["certificate"]["gains"][0] == [[["1181/3323"]], [["11/31"]], [["1/3"]]]
    assert found["nash_gap"] == 0
    assert found["values"] == pytest.approx([4.680241766783855] * 2)


def test_solve_says_why_there_is_no_equilibrium(answer, tmp_path):
    path = tmp_path / "singular.json"
    game = {
        "kind": "lq-game",
        "horizon": 1,
        "A": [[1]],
        "B": [[[1]]],
        "Q": [[[[1]], [[-1]]]],
        "R": [[[1]]],
        "W": [[1]],
        "initial": {"second_moment": [[1]]},
    }
    path.write_text(json.dumps(game))
    status, document = answer("solve", path)
    assert status == 0
    assert document["equilibria"] == []
    assert "0" in document["note"]
    assert answer("check", path)[0] == 1
    assert answer("bounds", path)[0] == 0


def test_run_saves_a_trajectory(answer, tmp_path):
    path = tmp_path / "run.npz"
    status, document = answer(
        "run", "lq-contraction", "--algorithm", "natural-policy-gradient", "--steps", 20, "-o", path
    )
    assert status == 0
    assert path.exists()
    assert document["trajectory"]["steps"][-1] == 20
    assert all(entry["verdict"] in ("holds", "vacuous") for entry in document["checks"])
    assert answer("monitor", "lq-contraction", path)[0] == 0


def test_run_with_gains_from_a_file(answer, tmp_path):
    path = tmp_path / "gains.json"
    path.write_text(json.dumps([[["0.2"]], [["-0.2"]]]))
    arguments = ("run", "lq-contraction", "--algorithm", "natural-policy-gradient", "--steps", 3, "--start", path)
    document = answer(*arguments, "--step-size", "0.001,0.002")[1]
    assert document["step_size"] == [0.001, 0.002]


@pytest.mark.parametrize("command", ["check", "bounds", "solve"])
def test_tables_fit_80_columns(command, mpgcert):
    for name in ("hambly2021-remark-3.4", "hambly2021-section-5.1", "lq-random:players=5,dimension=4,horizon=6"):
        out = mpgcert(command, name)[1]
        lines = [line for line in out.splitlines() if not line.startswith("next:")]
        assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "lq-contraction", "--delta", "0"),
        ("check", "stag-hunt", "--delta", "0.1"),
        ("bounds", "stag-hunt", "--start", "x.json"),
        ("bounds", "lq-contraction", "--sigma-x", "other"),
        ("bounds", "lq-contraction", "--start", "nowhere.json"),
        ("run", "lq-contraction", "--algorithm", "gradient-play", "--steps", "1"),
        ("run", "stag-hunt", "--algorithm", "natural-policy-gradient", "--steps", "1"),
        ("run", "hambly2021-section-5.1", "--algorithm", "natural-policy-gradient", "--steps", "1"),
    ],
)
def test_wrong_use_ends_with_2(arguments, mpgcert):
    assert mpgcert(*arguments)[0] == 2
