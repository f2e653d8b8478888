"""What the published `soma-models` makes of a model: its losses and embeddings on given data.

The compatibility suite compares them with what the scoring service says. Run by
`scripts/model-vector.ts` it answers a question, and the answers are kept as a vector: unit tests do
without the frameworks that the package needs.
"""

import base64
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from soma_models.v1.configs import ModelConfig, SIGRegConfig, V1_PAD_TOKEN_ID
from soma_models.v1.flax.modules.model import Model
from soma_models.v1.flax.modules.sig_reg import SIGReg
from soma_models.v1.tokenizer import tokenize


def configure(sizes):
    """The package's configuration of a model of these sizes."""
    return ModelConfig(
        dropout_rate=0.0,
        embedding_dim=sizes["dim"],
        pwff_hidden_dim=sizes["hidden"],
        num_layers=sizes["layers"],
        num_heads=sizes["heads"],
        vocab_size=sizes["vocabulary"],
    )


def fresh(config, seed):
    """Random weights as the package saves them."""
    model = Model(config, nnx.Rngs(seed))
    model.eval()
    return model.save_bytes()


def load(config, weights):
    model = Model.load_bytes(weights, config, nnx.Rngs(0))
    model.eval()
    return model


def directions(text, dim):
    noise = np.frombuffer(base64.b64decode(text), dtype="<f4")
    return jnp.asarray(noise.reshape(dim, -1))


def evaluate(model, data, positions, noise):
    """What the model makes of data of one sequence, with these directions of its SIGReg."""
    (sequence,) = tokenize(data, positions)
    tokens, targets, places = (jnp.asarray([part]) for part in sequence)
    with jax.default_matmul_precision("highest"):
        representations = model.encode(tokens, places)
        logs = jax.nn.log_softmax(model.predict(representations), axis=-1)
        losses = -logs[0, jnp.arange(targets.shape[1]), targets[0]]
        regular = SIGReg(SIGRegConfig(), nnx.Rngs(0)).compute(representations, noise)
    # Over the targets that are not padding.
    entropy = float(jnp.sum(losses * (targets[0] != V1_PAD_TOKEN_ID)))
    return {
        "cross_entropy": entropy,
        "sigreg": float(regular),
        "loss": entropy / tokens.shape[1] + float(regular),
        "embedding": [float(value) for value in jnp.mean(representations, axis=(0, 1))],
    }


def answer(question):
    """The answers to a question, for weights of the package's own and for those that it brings."""
    sizes = question["config"]
    config = configure(sizes)
    noise = directions(question["directions"], sizes["dim"])

    def case(weights):
        # Loaded again, so that the file is what is measured.
        model = load(config, weights)
        data = [base64.b64decode(text) for text in question["data"]]
        answers = [evaluate(model, one, sizes["positions"], noise) for one in data]
        return {"weights": base64.b64encode(weights).decode(), "answers": answers}

    return {"theirs": case(fresh(config, 7)), "ours": case(base64.b64decode(question["weights"]))}


if __name__ == "__main__":
    print(json.dumps(answer(json.load(open(sys.argv[1])))))
