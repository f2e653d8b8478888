"""The forward pass of model version 1 in JAX, beside which the bench of scoring puts the kernels.

Reads the sizes of a model as one line of JSON; for each line after that it scores one sequence
with random weights and prints how many seconds that took. What is computed is what a backend
computes for a sequence: representations, cross entropy, SIGReg and the mean representation.
"""

import json
import math
import sys
import time

import jax
import jax.numpy as jnp
import numpy

SLICES = 256
KNOTS = numpy.arange(17) * 3 / 16


def norm(x):
    """Layer norm with neutral weights."""
    centred = x - x.mean(-1, keepdims=True)
    return centred / jnp.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)


def rotate(x, cos, sin):
    """Rotary position embedding, half-split. Shape: (heads, positions, features of a head)."""
    low, high = jnp.split(x, 2, axis=-1)
    return jnp.concatenate([low * cos - high * sin, high * cos + low * sin], axis=-1)


def attend(x, layer, size):
    """Causal attention of one sequence. Shape: (positions, dim)."""
    positions, heads = size["positions"], size["heads"]
    split = lambda y: y.reshape(positions, heads, -1).transpose(1, 0, 2)
    query, key, value = (split(x @ layer[name]) for name in ("query", "key", "value"))
    half = query.shape[-1] // 2
    angles = numpy.arange(positions)[:, None] / 10000 ** (numpy.arange(half) / half)
    cos, sin = numpy.cos(angles).astype("f4"), numpy.sin(angles).astype("f4")
    query, key = rotate(query, cos, sin), rotate(key, cos, sin)
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(2 * half)
    scores = jnp.where(numpy.tri(positions, dtype=bool), scores, -1e4)
    mixed = jax.nn.softmax(scores, axis=-1) @ value
    return mixed.transpose(1, 0, 2).reshape(positions, -1) @ layer["output"]


def score(weights, tokens, targets, size):
    """Cross entropy, SIGReg and the mean representation of one sequence."""
    x = weights["embedding"][tokens]
    for layer in weights["layers"]:
        x = x + attend(norm(x), layer, size)
        hidden = jax.nn.gelu(norm(x) @ layer["inner"], approximate=False)
        x = x + hidden @ layer["outer"]
    x = norm(x)
    logits = jax.nn.log_softmax(x @ weights["predictor"])
    crossed = -jnp.take_along_axis(logits, targets[:, None], axis=-1).mean()
    slices = (x @ weights["directions"])[:, :, None] * KNOTS.astype("f4")
    phi = numpy.exp(-KNOTS * KNOTS / 2).astype("f4")
    away = (jnp.cos(slices).mean(1) - phi) ** 2 + jnp.sin(slices).mean(1) ** 2
    return crossed, (away * phi).sum(-1).mean(), x.mean(0)


def random_weights(size):
    """Weights whose products keep their scale."""
    random = numpy.random.default_rng(1)
    dim, hidden = size["dim"], size["hidden"]

    def matrix(depth, width):
        return jnp.asarray(random.standard_normal((depth, width), "f4") / math.sqrt(depth))

    def layer():
        squares = {name: matrix(dim, dim) for name in ("query", "key", "value", "output")}
        return {**squares, "inner": matrix(dim, hidden), "outer": matrix(hidden, dim)}

    return {
        "embedding": matrix(size["vocabulary"], dim),
        "layers": [layer() for _ in range(size["layers"])],
        "predictor": matrix(dim, size["vocabulary"]),
        "directions": matrix(dim, SLICES),
    }


def main():
    """Answers each line with the seconds of one score."""
    size = json.loads(sys.stdin.readline())
    weights = random_weights(size)
    tokens = numpy.arange(size["positions"]) * 31 % 251
    run = jax.jit(lambda given: score(given, tokens, numpy.roll(tokens, -1), size))
    jax.block_until_ready(run(weights))
    for _ in sys.stdin:
        start = time.perf_counter()
        jax.block_until_ready(run(weights))
        print(time.perf_counter() - start, flush=True)


main()
