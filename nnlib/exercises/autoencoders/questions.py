"""Lesson 08: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "target": SingleChoice(
        "What is the target of a denoising autoencoder in training?",
        {
            "noisy": "The spoilt sample that it is given.",
            "whole": "The whole sample, before it was spoilt.",
            "noise": "The label of the sample.",
            "code": "The code of the whole sample.",
        },
        "whole",
        {
            "noisy": "Then it would learn to reproduce the noise.",
            "noise": "No label is needed anywhere in this.",
            "code": "Nobody knows a right code. It is what the network makes up by itself.",
        },
        "Spoilt in, whole out. The whole sample is at hand, because we spoil it ourselves.",
    ),
    "cosine": Numeric(
        "The decoder's rows and the principal components span the same plane. What is the smallest "
        "cosine of the principal angles between the two?",
        1.0,
        0.001,
        feedback={
            0.0: "A cosine of 0 is a right angle: some direction of one plane is missing in the "
            "other.",
            0.5: "0.5 is an angle of 60 degrees. How large is the angle between equal planes?",
            90.0: "90 would be an angle in degrees. The cosine lies between 0 and 1.",
        },
        explanation="Equal planes have angles of 0, and the cosine of 0 is 1.",
    ),
    "kl": Numeric(
        "A unit should be active with ρ = 0.5, and is on average with ρ̂ = 0.9. How large is its "
        "penalty ρ log(ρ/ρ̂) + (1 − ρ) log((1 − ρ)/(1 − ρ̂)), in nats?",
        0.511,
        0.002,
        feedback={
            0.0: "It is 0 only where ρ̂ = ρ.",
            0.368: "0.368 is the divergence the other way round, with ρ and ρ̂ exchanged.",
            0.805: "0.805 is the second part alone. The first is negative.",
            0.737: "0.737 is in bits: divide by log₂ e, or take natural logarithms.",
        },
        explanation="0.5 log(0.5/0.9) + 0.5 log(0.5/0.1) = −0.294 + 0.805 = 0.511.",
    ),
    "identity": MultipleChoice(
        "Which of these keep an autoencoder from learning to copy its input?",
        {
            "narrow": "A code with fewer numbers than the sample.",
            "wide": "A code with more numbers than the sample.",
            "sparse": "A penalty that keeps most units of the code silent.",
            "spoilt": "Spoiling the input, but not the target.",
            "long": "Training for longer.",
        },
        {"narrow", "sparse", "spoilt"},
        {
            "narrow": "What does not fit through must be left out, so the network has to choose.",
            "wide": "That is what makes copying easy.",
            "sparse": "Then a few active units must tell the whole digit.",
            "spoilt": "A copy of the input would be wrong by the noise.",
            "long": "The longer it trains, the better the copy.",
        },
        "Something must stand in the way of the copy: too little room, too few active units, or "
        "an input that is not the answer.",
    ),
    "generate": SingleChoice(
        "You draw a code at random and decode it. Why is the picture sometimes nothing like a "
        "digit?",
        {
            "small": "The decoder is too small.",
            "random": "Random numbers are too noisy for a decoder.",
            "linear": "The decoder is linear.",
            "loss": "The loss never looked at codes that no digit has.",
        },
        "loss",
        {
            "small": "A larger decoder fits the codes of digits better. Elsewhere it is as free.",
            "random": "A code is two numbers. Where they come from does not matter.",
            "linear": "It has ReLUs and a logistic output.",
        },
        "What lies between the codes is not asked for. Variational autoencoders add a loss that "
        "does ask.",
    ),
    "machine": MultipleChoice(
        "Which of these are true of a restricted Boltzmann machine?",
        {
            "both": "The same weights lead up and down.",
            "within": "Units of one layer are connected with each other.",
            "chance": "Its units are switched on by chance, with a probability.",
            "labels": "It needs labels to learn.",
            "energy": "Pictures with a low free energy are likely.",
        },
        {"both", "chance", "energy"},
        {
            "both": "W leads up, its transpose down.",
            "within": "That is what *restricted* rules out.",
            "chance": "Only the probability is computed; the state is drawn.",
            "labels": "It learns how likely pictures are, whatever they are called.",
            "energy": "P(v) is e to the power of −F(v), divided by the sum of all.",
        },
        "Two layers, one matrix of weights, no direction: it learns a probability and not an "
        "answer.",
    ),
    "stack": SingleChoice(
        "In a deep belief network of two machines, what does the second one learn from?",
        {
            "pixels": "From the pixels, like the first.",
            "errors": "From the errors of the first.",
            "hidden": "From the hidden units of the first, which learns no more.",
            "labels": "From labels.",
        },
        "hidden",
        {
            "pixels": "Then it would be a second machine beside the first, not on top of it.",
            "errors": "That is boosting, another idea.",
            "labels": "Labels may come at the very end. The machines need none.",
        },
        "Greedily: the first learns from pixels and is left as it is; its hidden units are the "
        "data of the second.",
    ),
}
