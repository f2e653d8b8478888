"""What the published `soma-models` makes of a model: its losses and embeddings on given data.

Run by `scripts/compat.ts --models`, which keeps the answers as a vector, because the frameworks
that the package needs are too large to install for every test run.
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

question = json.load(open(sys.argv[1]))
sizes = question["config"]
config = ModelConfig(
    dropout_rate=0.0,
    embedding_dim=sizes["dim"],
    pwff_hidden_dim=sizes["hidden"],
    num_layers=sizes["layers"],
    num_heads=sizes["heads"],
    vocab_size=sizes["vocabulary"],
)
noise = np.frombuffer(base64.b64decode(question["directions"]), dtype="<f4")
noise = jnp.asarray(noise.reshape(sizes["dim"], -1))


def evaluate(model, data):
    (sequence,) = tokenize(data, sizes["positions"])
    tokens, targets, positions = (jnp.asarray([part]) for part in sequence)
    with jax.default_matmul_precision("highest"):
        representations = model.encode(tokens, positions)
        logs = jax.nn.log_softmax(model.predict(representations), axis=-1)
        places = jnp.arange(targets.shape[1])
        losses = -logs[0, places, targets[0]]
        regular = SIGReg(SIGRegConfig(), nnx.Rngs(0)).compute(representations, noise)
    return {
        # Over the targets that are not padding.
        "cross_entropy": float(jnp.sum(losses * (targets[0] != V1_PAD_TOKEN_ID))),
        "sigreg": float(regular),
        "embedding": [float(value) for value in jnp.mean(representations, axis=(0, 1))],
    }


def case(weights):
    if weights is None:
        model = Model(config, nnx.Rngs(7))
        model.eval()
        weights = model.save_bytes()
    # Loaded again, so that the file is what is measured.
    model = Model.load_bytes(weights, config, nnx.Rngs(0))
    model.eval()
    answers = [evaluate(model, base64.b64decode(data)) for data in question["data"]]
    return {"weights": base64.b64encode(weights).decode(), "answers": answers}


ours = base64.b64decode(question["weights"])
print(json.dumps({"theirs": case(None), "ours": case(ours)}))
