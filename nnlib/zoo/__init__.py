"""Ready networks: those that the lessons take apart, and one too large to train here."""

from nnlib.zoo.alexnet import ALEXNET, Stage, alexnet_summary, summary_of
from nnlib.zoo.autoencoders import (
    convolutional_autoencoder,
    deep_autoencoder,
    linear_autoencoder,
    sparse_autoencoder,
)
from nnlib.zoo.known import digits_mlp, lenet5, xor_by_hand

__all__ = [
    "ALEXNET",
    "Stage",
    "alexnet_summary",
    "convolutional_autoencoder",
    "deep_autoencoder",
    "digits_mlp",
    "lenet5",
    "linear_autoencoder",
    "sparse_autoencoder",
    "summary_of",
    "xor_by_hand",
]
