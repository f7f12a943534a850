"""What hambly2021 says of Algorithm 2 (Section 4) and of noise and experiments (Sections 1 and 5).

Statements about experiments are evidence; what an experiment cannot show, because its game does not meet the
hypotheses or because of a fact that is proved, is a finding.
"""

from __future__ import annotations

from sympy import Eq

from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
_NOISE_FREE = "hambly2021.eq-3.8.noise-free"
_NECESSARY = "hambly2021.assumption-3.3.necessary"


def _finding(kind: str, summary: str, survives: str = "", see: str | None = None) -> Finding:
    """A finding that rests on a statement which is decided elsewhere in the catalogue."""
    return Finding(kind, f"{summary} See {see}." if see else summary, survives)


def _stated(
    label: str, title: str, setting: Setting, latex: str, finding: Finding | None = None, kind: str = "evidence"
) -> Claim:
    return Claim(f"hambly2021.{label}", title, setting, kind=kind, latex=latex, finding=finding)


_ALGORITHMS = (
    Claim(
        _NOISE_FREE,
        "Remark: the natural step (3.5) is the same for every noise and every second moment of x_0",
        Setting.LQ_STEP,
        relation=Eq(_symbol["noise_residual"], 0),
        kind="identity",
        assumes=("lq-definite-noise",),
        near_misses={"plain gradients": Eq(_symbol["plain_noise_residual"], 0)},
        corrects="hambly2021.eq-3.11.interpretation",
    ),
    _stated(
        "eq-4.1",
        "Estimates of gradients and covariances from L trajectories",
        Setting.LQ_POLICY,
        r"\widehat{\nabla_{K_t^i}C^i(K)}=\frac1L\sum_{l=1}^L\frac{D_i}{r_i^2}\widehat c_t^{\,i,l}U_t^{i,l},\quad"
        r"\widehat\Sigma_t^i=\frac1L\sum_{l=1}^Lx_t^{i,l}(x_t^{i,l})^\top,\quad\|U_t^{i,l}\|_F=r_i,\ D_i=k_id",
        kind="definition",
    ),
    Claim(
        "hambly2021.eq-4.1.unbiased",
        "Remark: the gradient estimate has the gradient as its mean, for every smoothing radius (here 1/2)",
        Setting.LQ_POLICY,
        relation=Eq(_symbol["smoothed_residual"], 0),
        kind="identity",
        near_misses={"without the dimension": Eq(_symbol["smoothed_residual_undimensioned"], 0)},
    ),
    _stated(
        "eq-4.2",
        "Step of Algorithm 2",
        Setting.LQ_STEP,
        r"K_t^{i,(m)}=K_t^{i,(m-1)}-\eta\,\widehat{\nabla_{K_t^i}C^i(K^{(m-1)})}\,(\widehat\Sigma_t^i)^{-1}",
        _finding(
            "ambiguity",
            "The inverse exists only if the L states at stage t span the space: L >= d is needed, and at t = 0 an x_0 "
            "that takes two values spans two dimensions at most. Both estimates have the right mean (the gradient by "
            "hambly2021.eq-4.1.unbiased, and x_t does not depend on the perturbation at t), but the inverse of an "
            "estimate is not an unbiased estimate of the inverse, and both come from the same trajectories.",
            "The definition can be run as printed with L >= d.",
        ),
        kind="definition",
    ),
    _stated(
        "section-4.high-probability",
        "Algorithm 2 converges linearly with high probability, with polynomially many samples",
        Setting.LQ_RUN,
        r"\Pr\left[\sum_i\left(C^i(K^{i,(M)},K^{-i*})-C^i(K^*)\right)\le\epsilon\right]\ge1-\delta'",
        _finding(
            "proof-gap",
            "Only asserted, by analogy with one player. The numbers of trajectories and the radius are not given, and "
            "there is no statement that could be checked on an instance.",
            "Nothing in Section 3 uses it. Its first ingredient, an unbiased gradient, does hold.",
        ),
    ),
)

_INTRODUCTION = (
    _stated(
        "section-1.noise",
        "Adding noise leads to convergence where the deterministic setting may not converge",
        Setting.LQ_RUN,
        r"W\succ0\ \text{large}\;\Rightarrow\;K^{(m)}\to K^*",
        _finding(
            "false",
            "Said of the method in general, in the abstract and in Section 1 (escape from traps, the right direction, "
            "no circulating or divergence). Algorithm 1 has the same iterates with and without noise: if it diverges "
            "or circles without noise, it does so with every noise.",
            "For Algorithm 2 noise does enter, through the estimated covariances; Theorem 3.5 says nothing about it.",
            _NOISE_FREE,
        ),
    ),
    _stated(
        "section-5.normalized-error",
        "Normalised error of a player",
        Setting.LQ_POLICY,
        r"\frac{C^i(K)-C^i(K^*)}{C^i(K^*)}",
        _finding(
            "ambiguity",
            "This is not what Theorem 3.5 bounds, C^i(K^i, K^{-i*}) - C^i(K^*), and it is not a distance: it can be "
            "negative. With N = 2, d = T = 1 and A = B = Q = R = Sigma_0 = W = 1 the equilibrium is K = (1/3, 1/3) "
            "with C^1 = 20/9, but at K = (1/3, 2/3) C^1 is 19/9, a normalised error of -1/20.",
            "Near the equilibrium it is of first order in the other players' errors, where the loss of Theorem 3.5 is "
            "of second order.",
        ),
        kind="definition",
    ),
)

_KNOWN = (
    _stated(
        "section-5.1.set-up",
        "The first experiment is an instance of the setting of Section 3",
        Setting.LQ_GAME,
        r"x_0\in\{(1,1)^\top,(1,1.1)^\top\},\quad W=\sigma^2I,\quad\sigma^2\in[0,10],\quad T=10",
        _finding(
            "experiment",
            "Assumption 2.2 fails: x_0 takes two values and is not Gaussian, and at sigma^2 = 0 W is zero, so that "
            "sigma_X is 0. Assumption 3.3 fails for every sigma^2: by the condition without noise the product "
            "20 T^4 d^5 (T+1)^5 gamma_B^4 sigma_Q^2 / sigma_R^2 would have to be below 1, and it is 4.12 10^12.",
            "Only the second moment of x_0 enters costs of linear policies, so the proofs do not need it to be "
            "Gaussian. The equilibrium is unique, as the paper says: the matrices of Remark 2.4 are invertible at "
            "every stage.",
            _NECESSARY,
        ),
    ),
    _stated(
        "section-5.1.figure-1",
        "Normalised errors below 0.5% within 1000 iterations for r = 0.25, sigma^2 from 0 to 10, step size 0.1",
        Setting.LQ_RUN,
        r"\max_ie_i(K^{(1000)})<0.005",
        _finding(
            "experiment",
            "The iterates are the same for every sigma^2; the curves differ only because each is measured and divided "
            "by costs under its own noise. One starting policy is shown.",
            "What is observed is usual: the stored repetition has the accuracy from 955 to 975 of 1024 starts, by "
            "noise. Convergence from every start with this step size is true in exact arithmetic.",
            _NOISE_FREE,
        ),
    ),
    _stated(
        "section-5.1.figure-2",
        "From a larger neighbourhood (r = 0.3) more iterations are needed; a peak diminishes as noise increases",
        Setting.LQ_RUN,
        r"e_2(K^{(m)};\sigma^2)\ \text{peaks less for larger}\ \sigma^2",
        _finding(
            "experiment",
            "The peak is in the iterates, which no noise changes: what diminishes is its share of a cost that grows "
            "with the noise. One starting policy is shown for each radius.",
            "Both observations are usual: from 886 to 899 of 1024 starts have the accuracy by iteration 1000, fewer "
            "than from the smaller ball, and the error of player 2 peaks from 466 starts without noise and from 100 "
            "at 10.",
            _NOISE_FREE,
        ),
    ),
    _stated(
        "section-5.1.figure-3",
        "Without noise and with r = 0.3 the run overshoots, turns after about 500 iterations and converges",
        Setting.LQ_RUN,
        r"K_0^{i,(m)}\to K_0^{i*},\quad\sigma^2=0,\ \eta=0.1,\ M=10000",
        _finding(
            "experiment",
            "With sigma^2 = 0 the hypotheses fail (W = 0). That the run converges is due to the step size alone: 0.1 "
            "is below 0.856, the largest step size for which every stage's linear iteration converges.",
            "The observation itself; no result rests on it.",
        ),
    ),
    _stated(
        "section-5.1.figure-4",
        "Without noise, with r = 0.42 and step size 0.001, the algorithm diverges",
        Setting.LQ_RUN,
        r"K^{(m)}\not\to K^*,\quad\eta_1=\eta_2=0.001,\ M=10000",
        _finding(
            "experiment",
            "Algorithm 1 is a cascade of linear iterations, the last stage first, with matrices I - 2 eta "
            "Phi_t(P_{t+1}); once the later stages have settled their spectral radius is below 1 at 0.001, as at every "
            "common step size below 0.856. In exact arithmetic every run therefore converges. While the last stages "
            "settle, at a factor of 0.99997746 an iteration, earlier stages can grow by many orders: what is seen is "
            "such a transient, or an overflow of doubles. After 10000 iterations 0.798 of the slowest mode is left, so "
            "no figure of that length can tell divergence from convergence.",
            "Noise plays no part in it.",
        ),
    ),
    _stated(
        "section-5.1.figure-5",
        "With eta_2 = 0.01 in place of 0.001 it converges",
        Setting.LQ_RUN,
        r"K^{(m)}\to K^*,\quad\eta_1=0.001,\ \eta_2=0.01,\ M=10000",
        _finding(
            "experiment",
            "Step sizes that differ are outside Theorem 3.5. The slowest mode contracts by 0.99989646 an iteration and "
            "still has 0.355 of its first size after 10000: the end of the figure is not the equilibrium. One starting "
            "policy is shown.",
            "In exact arithmetic it does converge, from every start; so it does with 0.001 for both players.",
            "hambly2021.theorem-3.5.step-sizes.corrected",
        ),
    ),
    _stated(
        "section-5.1.figure-6",
        "With r = 0.16 in place of 0.42 it converges",
        Setting.LQ_RUN,
        r"K^{(m)}\to K^*,\quad r=0.16,\ \eta_1=\eta_2=0.001,\ M=10000",
        _finding(
            "experiment",
            "After 10000 iterations 0.798 of the slowest mode is left: the run of the figure can have stayed near the "
            "equilibrium, where it began, but it cannot have converged to it in that direction.",
            "In exact arithmetic the iteration converges from every start, with this radius as with any.",
        ),
    ),
    _stated(
        "section-5.1.guidance",
        "Theorem 3.5 guides the tuning of step sizes and starting policies",
        Setting.LQ_RUN,
        r"0<\eta<\eta_0",
        _finding(
            "experiment",
            "Assumption 3.3 fails in every experiment, so the theorem promises no step size there. What decides in the "
            "first is the spectrum of Phi_t(P*_{t+1}): step sizes up to 0.856 for both players.",
            "Theorem 3.5 itself, which is about games that meet Assumption 3.3.",
            _NECESSARY,
        ),
    ),
)

_UNKNOWN = (
    _stated(
        "section-5.2.set-up",
        "The second experiment, with x_0 from N(10, 2) and N(12, 3)",
        Setting.LQ_GAME,
        r"W=\sigma^2I,\quad\sigma^2\in[0,0.1],\quad T=5,\quad r_1=r_2=0.5,\quad L=200",
        _finding(
            "ambiguity",
            "It is not said whether the second numbers are variances or standard deviations, and at sigma^2 = 0 "
            "Assumption 2.2 fails. Under both readings Assumption 3.3 fails for every sigma^2, not only at 0.1: the "
            "product that would have to be below 1 is 1.12 10^9.",
            "The experiment can be repeated under either reading. Theorem 3.5 is about Algorithm 1 and does not "
            "speak of it.",
            _NECESSARY,
        ),
    ),
    _stated(
        "section-5.2.figure-7",
        "Algorithm 2 diverges for sigma^2 <= 0.0001, fluctuates at 0.01 and is accurate to 5% after 300 steps at 0.1",
        Setting.LQ_RUN,
        r"\max_ie_i(K^{(300)})<0.05\ \text{at}\ \sigma^2=0.1",
        _finding(
            "experiment",
            "This concerns the estimates, not the condition of Theorem 3.5, which fails at all these noise levels and "
            "is about Algorithm 1: as the state contracts, its covariance at late stages is close to W, and a small W "
            "makes the inverse of the estimated covariance large. One run is shown for each noise level.",
            "Algorithm 1 takes the same steps at all of them.",
            _NOISE_FREE,
        ),
    ),
    _stated(
        "section-5.2.figure-8",
        "At sigma^2 = 0.001 the right direction is not found, at 0.1 it is",
        Setting.LQ_RUN,
        r"K_0^{1,(500)}\approx K_0^{1*}\ \text{at}\ \sigma^2=0.1,\quad\eta=0.0005",
        _finding(
            "experiment",
            "The mean of the estimated gradient is the gradient at every noise level (hambly2021.eq-4.1.unbiased), and "
            "the exact natural direction does not depend on the noise: the difference is one of variance and of the "
            "inverted estimates. One run is shown for each noise level.",
            "Repeated runs agree that noise helps the estimates; how much is needed depends on which cost is "
            "sampled. With that from the stage on 19 of 21 seeds are accurate to 5% at 0.001 after 300 steps, with "
            "that of the whole trajectory none, and 4 of 21 at 0.1.",
            _NOISE_FREE,
        ),
    ),
)

CLAIMS: tuple[Claim, ...] = (*_ALGORITHMS, *_INTRODUCTION, *_KNOWN, *_UNKNOWN)
