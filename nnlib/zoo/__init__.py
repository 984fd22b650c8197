"""Ready networks: those that the lessons take apart, and one too large to train here."""

from nnlib.zoo.alexnet import ALEXNET, Stage, alexnet_summary, summary_of
from nnlib.zoo.autoencoders import (
    convolutional_autoencoder,
    deep_autoencoder,
    linear_autoencoder,
    sparse_autoencoder,
)
from nnlib.zoo.known import digits_mlp, lenet5, xor_by_hand
from nnlib.zoo.texts import CELLS, character_rnn

__all__ = [
    "ALEXNET",
    "CELLS",
    "Stage",
    "alexnet_summary",
    "character_rnn",
    "convolutional_autoencoder",
    "deep_autoencoder",
    "digits_mlp",
    "lenet5",
    "linear_autoencoder",
    "sparse_autoencoder",
    "summary_of",
    "xor_by_hand",
]
