"""Decentralized learning on a game: many runs, where they went, and where the dynamics can end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.claims.check import AssumptionCheck
from mpgcert.claims.decentralized.limits import Limits, limits_of
from mpgcert.claims.decentralized.runs import DEFAULT_EXPLORATION
from mpgcert.claims.decentralized.steps import DEFAULT_STEP_SIZES, steps_of
from mpgcert.claims.step_sizes import StepSizes, decide_step_sizes
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.continuous import best_response_flow, lyapunov
from mpgcert.learn.decentralized.ensemble import DecentralizedEnsemble
from mpgcert.learn.decentralized.ensembles import decentralized_ensemble
from mpgcert.reporting.blocks import Block, Code, Details, Figures, Items, Paragraph, Section, Strong, Table, Text, Word
from mpgcert.reporting.formatting import count, decimal, plural
from mpgcert.reporting.lq.charts import Band, Chart, Line, figure
from mpgcert.reporting.sections.policies import policy_table
from mpgcert.reporting.values import double, fraction
from mpgcert.solvers.mean_field import StationaryPoint

__all__ = ["CONVERGENCE", "Learning", "learn", "section"]

Progress = Callable[[int, int, str], None]

_RUNS, _STAGES = 50, 100_000
_HORIZON, _TIMES, _FLOW_ENTRIES = 8.0, 65, 1024  # of the continuous dynamics
_SHOWN = 12  # stationary points in the table
_LEVELS = (0.05, 0.5, 0.95)
CONVERGENCE = "maheshwari2023.theorem-3.3"


@dataclass(frozen=True)
class Learning:
    """Many runs of decentralized learning on one game.

    Attributes:
        step_sizes: as text; `clauses` decide Assumption 3.2 of maheshwari2023 for them.
        ensemble: the runs, measured over time.
        limits: stationary points of the mean field, and a refutation if there is one.
        descent: phi of (9) along the continuous dynamics (7) as stated, and with opponents who explore; None without a
            potential.
    """

    step_sizes: str
    clauses: tuple[AssumptionCheck, ...]
    ensemble: DecentralizedEnsemble
    limits: Limits
    descent: Descent | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON record of a report."""
        ensemble = self.ensemble
        return {
            "step_sizes": self.step_sizes,
            "exploration": list(ensemble.exploration),
            "runs": ensemble.count,
            "assumptions": [clause.to_dict() for clause in self.clauses],
            "steps": ensemble.steps.tolist(),
            "quantiles": list(_LEVELS),
            **{name: ensemble.bands(name, _LEVELS).tolist() for name in _MEASURES},
            "limits": self.limits.to_dict(),
            "descent": None if self.descent is None else self.descent.to_dict(),
        }


@dataclass(frozen=True, eq=False)
class Descent:
    """phi(tau), the distance of the potential from its maximum, along two solutions from the uniform policy.

    Attributes:
        times: tau.
        stated: along the best-response flow (7).
        explored: along the same flow with Q-functions against exploring opponents.
    """

    times: NDArray[np.float64]
    stated: NDArray[np.float64]
    explored: NDArray[np.float64]

    @staticmethod
    def of(game: MarkovGame, potential: ExactArray, exploration: Any) -> Descent | None:
        """Both solutions; None where the game is too large or a solution switches without end."""
        if game.n_states * game.n_joint_actions > _FLOW_ENTRIES:
            return None
        times = np.linspace(0.0, _HORIZON, _TIMES)
        values = []
        for rate in (0, exploration):
            flow = best_response_flow(game, Policy.uniform(game), _HORIZON, exploration=rate)
            if not flow.is_complete:
                return None
            values.append(lyapunov(game, potential, flow, times))
        return Descent(times, *values)

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name).tolist() for name in ("times", "stated", "explored")}


_LABELS = {
    "nash_gap": "of the policies",
    "explored_nash_gap": "of the policies as played",
    "q_error": "distance from Q",
    "explored_q_error": "from Q against explorers",
}
_MEASURES = {
    "nash_gap": "NE-gap of the policies",
    "explored_nash_gap": "NE-gap of the policies as played",
    "q_error": "distance of q from Q",
    "explored_q_error": "distance of q from Q against opponents who explore",
}


def learn(
    game: MarkovGame,
    *,
    potential: ExactArray | None = None,
    stages: int = _STAGES,
    runs: int = _RUNS,
    progress: Progress | None = None,
) -> Learning:
    """Run the algorithm from many seeds.

    Step sizes and exploration are those of `notes["learning"]` if the game has them, else step sizes that meet
    Assumption 3.2 and an exploration of 1/10.
    """
    noted = game.notes.get("learning", {})
    source = str(noted.get("step_sizes", DEFAULT_STEP_SIZES))
    exploration = noted.get("exploration", DEFAULT_EXPLORATION)
    parsed = StepSizes.parse(source, game.n_players)
    alpha, beta = steps_of(parsed)
    ensemble = decentralized_ensemble(
        game,
        steps=stages,
        count=runs,
        alpha=alpha,
        beta=beta,
        exploration=exploration,
        snapshots=2.0,
        progress=None if progress is None else lambda done, total: progress(done, total, "decentralized-learning"),
    )
    clauses = tuple(AssumptionCheck(*entry) for entry in decide_step_sizes(parsed))
    descent = None if potential is None else Descent.of(game, potential, exploration)
    return Learning(source, clauses, ensemble, limits_of(game, exploration), descent)


def section(game: MarkovGame, learning: Learning) -> Section:
    """The runs and the limits on a page."""
    ensemble, limits = learning.ensemble, learning.limits
    stages = count(int(ensemble.steps[-1]))
    theta = ", ".join(f"{rate:g}" for rate in dict.fromkeys(ensemble.exploration))
    lead: Text = (
        f"{plural(ensemble.count, 'run')} of {stages} stages of Algorithm 1 of ",
        Code("maheshwari2023"),
        f", with {learning.step_sizes.strip()} and exploration {theta} for every player. The step sizes: ",
        Word(learning.clauses[-1].decision.verdict),
        " ",
        Code(learning.clauses[-1].assumption.id),
        ".",
    )
    warning = (
        "A run of finite length decides nothing about a limit. What would contradict convergence to equilibria is a "
        "limit of the dynamics that is none, computed exactly; it is looked for below."
    )
    blocks: list[Block] = [Paragraph(lead), Paragraph(warning), Figures(tuple(map(figure, _charts(ensemble))))]
    blocks.append(_ended(ensemble))
    if learning.descent is not None:
        blocks += _descent(learning.descent)
    blocks += _limits(game, limits)
    return Section("decentralized", "Decentralized learning", tuple(blocks))


def _charts(ensemble: DecentralizedEnsemble) -> list[Chart]:
    pairs = (
        ("gaps", "How far the policies are from an equilibrium", ("nash_gap", "explored_nash_gap")),
        ("estimates", "What the estimates q follow", ("q_error", "explored_q_error")),
    )
    seen = ensemble.steps > 0
    out = []
    for name, title, measures in pairs:
        lines, bands = [], []
        for style, measure in enumerate(measures):
            low, middle, high = ensemble.bands(measure, _LEVELS)[:, seen]
            x = ensemble.steps[seen].astype(np.float64)
            lines.append(Line(_LABELS[measure], x, middle, style))
            bands.append(Band(x, low, high, style))
        out.append(
            Chart(
                id=f"decentralized-{name}",
                title=title,
                x_label="stage",
                y_label="median and middle 90 %",
                description=_in_words(measures, ensemble),
                lines=tuple(lines),
                bands=tuple(bands),
                log_x=True,
            )
        )
    return out


def _in_words(measures: tuple[str, ...], ensemble: DecentralizedEnsemble) -> str:
    ends = (f"{_MEASURES[name]}: median {decimal(float(ensemble.bands(name, _LEVELS)[1, -1]))}" for name in measures)
    return f"Against the stage, up to {count(int(ensemble.steps[-1]))}; at the end, {'; '.join(ends)}."


def _ended(ensemble: DecentralizedEnsemble) -> Table:
    rows: list[tuple[Text, ...]] = []
    for name, label in _MEASURES.items():
        ends = ensemble.bands(name, _LEVELS)[:, -1]
        rows.append((label, *(double(end, "", f"learning.{name}[{k}][-1]") for k, end in enumerate(ends))))
    header = ("at the end", "5 % quantile", "median", "95 % quantile")
    caption = "Largest over players and states, at the last stage, over the runs"
    return Table(caption, header, tuple(rows), frozenset({1, 2, 3}))


def _descent(descent: Descent) -> list[Block]:
    text: Text = (
        "The paper's argument follows the potential along a continuous-time dynamics, whose φ(τ), the distance of the "
        "total potential from its maximum, cannot grow (",
        Code("maheshwari2023.lemma-3.5"),
        "). Along the dynamics that players who explore really follow it can. Both solutions start from the uniform "
        "policy.",
    )
    lines = (
        Line("as stated", descent.times, descent.stated, 0),
        Line("with exploring opponents", descent.times, descent.explored, 1),
    )
    words = (
        f"From {decimal(float(descent.stated[0]))}; at the end {decimal(float(descent.stated[-1]))} as stated and "
        f"{decimal(float(descent.explored[-1]))} with exploring opponents."
    )
    chart = Chart(
        id="decentralized-descent",
        title="The Lyapunov function of Lemma 3.5",
        x_label="time τ",
        y_label="φ(τ)",
        description=words,
        lines=lines,
    )
    return [Paragraph(text), Figures((figure(chart),))]


def _limits(game: MarkovGame, limits: Limits) -> list[Block]:
    theory: Text = (
        "Players learn against opponents who explore: q can only follow the Q-functions against those, and policies "
        "can only come to rest where each is a best reply to the others' explored policies. ",
        Strong(limits.note[0].upper() + limits.note[1:]),
        ".",
    )
    blocks: list[Block] = [Paragraph(theory)]
    if limits.refutation is not None:
        verdict = Verdict.VIOLATED if limits.refutation.is_global else Verdict.UNDECIDED
        blocks.append(Items(((Word(verdict), " ", Code(CONVERGENCE), f": {limits.refutation.argument}."),)))
    points = () if limits.field is None else limits.field.points[:_SHOWN]
    if points:
        record = "learning.limits.stationary_points"
        rows: tuple[tuple[Text, ...], ...] = tuple(
            (
                str(number + 1),
                "pure" if point.policy.is_deterministic else "mixed",
                "yes" if point.is_strict else "no",
                fraction(point.nash_gap, CONVERGENCE, f"{record}[{number}].nash_gap_exact"),
                fraction(point.played_gap, CONVERGENCE, f"{record}[{number}].played_gap_exact"),
            )
            for number, point in enumerate(points)
        )
        header = ("stationary point", "kind", "strict", "NE-gap", "NE-gap as played")
        caption = f"Stationary points of the mean field of {game.name}, exactly"
        blocks.append(Table(caption, header, rows, frozenset({3, 4})))
        blocks.append(Details("Policies and limits of q", tuple(_point_tables(game, points))))
    return blocks


def _point_tables(game: MarkovGame, points: tuple[StationaryPoint, ...]) -> Iterator[Table]:
    """The policy of each stationary point, and the exact limits of the q-estimates there."""
    for number, point in enumerate(points, start=1):
        yield policy_table(game, point.policy, f"Stationary point {number}")
        rows: tuple[tuple[Text, ...], ...] = tuple(
            (game.player_label(i), game.state_label(s), game.action_label(i, a), fraction(table[s, a]))
            for i, table in enumerate(point.q)
            for s in range(min(table.shape[0], _SHOWN))
            for a in range(table.shape[1])
        )
        yield Table(f"Limits of q at point {number}", ("player", "state", "action", "limit"), rows, frozenset({3}))
