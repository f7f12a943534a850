"""The strongest potential of a one-shot game by brute force.

It knows none of the theorems behind `classify`: potentials are unknowns of a linear system (exact and weighted), and
improvement cycles are looked for by walking the graph of unilateral changes.
"""

from fractions import Fraction
from itertools import product

import numpy as np


def unilateral(sizes):
    for a in product(*map(range, sizes)):
        for i, size in enumerate(sizes):
            for x in range(size):
                if x != a[i]:
                    yield i, a, (*a[:i], x, *a[i + 1 :])


def kind_by_brute_force(u):
    moves = list(unilateral(u.shape[1:]))
    if weighted_potential_exists(u, moves, equal=True):
        return "exact"
    if weighted_potential_exists(u, moves, equal=False):
        return "weighted"
    weak = {(a, b) for i, a, b in moves if u[i][b] >= u[i][a]}
    strict = {(a, b) for i, a, b in moves if u[i][b] > u[i][a]}
    if not any(a in reachable(b, weak) for a, b in strict):
        return "ordinal"
    return "none" if any(a in reachable(b, strict) for a, b in strict) else "generalised-ordinal"


def reachable(start, edges):
    following = {}
    for a, b in edges:
        following.setdefault(a, []).append(b)
    seen, stack = {start}, [start]
    while stack:
        for b in following.get(stack.pop(), ()):
            if b not in seen:
                seen.add(b)
                stack.append(b)
    return seen


def weighted_potential_exists(u, moves, equal):
    """Whether v_i (u_i(b) - u_i(a)) = phi(b) - phi(a) for all changes has a solution with v > 0 (v = 1 if `equal`)."""
    profiles = list(np.ndindex(u.shape[1:]))
    place = {profile: len(u) + k for k, profile in enumerate(profiles)}
    rows = []
    for i, a, b in moves:
        if a < b:
            row = {i: u[i][b] - u[i][a], place[b]: Fraction(-1), place[a]: Fraction(1)}
            rows.append({k: value for k, value in row.items() if value})
    # eliminate phi: what remains are equations for v alone
    equations = []
    for column in sorted(place.values(), reverse=True):
        pivot = next((row for row in rows if column in row), None)
        if pivot is None:
            continue
        rows = [reduced(row, pivot, column) for row in rows if row is not pivot]
    equations = [[row.get(i, Fraction(0)) for i in range(len(u))] for row in rows if row]
    if equal:
        return all(sum(equation) == 0 for equation in equations)
    halfspaces = [[Fraction(int(i == j)) for j in range(len(u))] for i in range(len(u))]
    return has_positive_solution(equations, halfspaces)


def reduced(row, pivot, column):
    if column not in row:
        return row
    factor = row[column] / pivot[column]
    out = {k: row.get(k, 0) - factor * pivot.get(k, 0) for k in row.keys() | pivot.keys()}
    return {k: value for k, value in out.items() if value}


def has_positive_solution(equations, positive):
    """Whether some v has e v = 0 for all equations and h v > 0 for all h: substitution, then Fourier-Motzkin."""
    for column in range(len(positive[0])):
        pivot = next((e for e in equations if e[column]), None)
        if pivot is not None:
            equations, positive = (
                [[x - row[column] / pivot[column] * y for x, y in zip(row, pivot)] for row in rows if row is not pivot]
                for rows in (equations, positive)
            )
            continue
        above = [h for h in positive if h[column] > 0]
        below = [h for h in positive if h[column] < 0]
        positive = [h for h in positive if h[column] == 0]
        positive += [[x / p[column] - y / q[column] for x, y in zip(p, q)] for p in above for q in below]
    return not positive
