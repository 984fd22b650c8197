"""Lesson 07: what the learner predicts before each explorable."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "turns": SingleChoice(
        "Sixteen units a layer learn from 40 noisy points. The training loss falls and falls. What "
        "does the loss on new points do?",
        {
            "falls": "It falls too, only more slowly.",
            "level": "It falls, and then stays level.",
            "turns": "It falls, turns, and rises above where it was.",
            "never": "It never falls.",
        },
        "turns",
        {
            "falls": "So it would if every bend of the border were about the moons. Many are about "
            "single points.",
            "level": "The border goes on bending round single points, and each bend is wrong for "
            "new ones.",
            "never": "At first the network learns where the moons lie, and that helps new points "
            "as well.",
        },
        "First it learns what all points share, then what only these 40 have. The second is worse "
        "than useless for new points.",
    ),
    "norm alone": SingleChoice(
        "A fifth of the training labels are wrong. You add batch norm to the network, and nothing "
        "else. What happens to the share of test digits that it reads right?",
        {
            "up": "It gains ten points or more.",
            "same": "Next to nothing: it stays within three points.",
            "down": "It loses ten points or more.",
        },
        "same",
        {
            "up": "Batch norm makes training faster. This network trained well enough to learn the "
            "wrong labels by heart, and now it does so sooner.",
            "down": "It does not harm. It just does not keep the network from learning the wrong "
            "labels by heart.",
        },
        "Batch norm is first of all help for training. Here the trouble is that training works too "
        "well.",
    ),
    "subnetworks": Numeric(
        "A layer has six units, and dropout silences each or not. How many different networks can "
        "come out?",
        64,
        0.01,
        feedback={
            6.0: "6 counts those in which exactly one unit is silent.",
            12.0: "12 = 6 · 2 adds the choices. Each unit has two, whatever the others do.",
            36.0: "36 = 6². It is the other way round: two choices, six times.",
            32.0: "32 = 2⁵ would be five units.",
            63.0: "63 leaves one out: the one in which all are silent, or none.",
        },
        explanation="Two choices for each of six units: 2⁶ = 64.",
    ),
    "spread": Numeric(
        "Dropout with p = 0.5 multiplies a unit by m, which is 0 or 2, each half of the time. What "
        "is the variance of m?",
        1,
        0.001,
        feedback={
            0.25: "0.25 = p(1 − p) is the variance of a mask of 0 and 1. Here it is 0 and 2.",
            0.5: "0.5 is twice 0.25. A number that is doubled has four times the variance.",
            2.0: "2 is the mean of m². The square of the mean, 1, must be taken away.",
            4.0: "4 is the larger of the two squares, and it comes up only half of the time.",
            0.0: "The mean stays 1. But m itself is never 1.",
        },
        explanation="The mean is 1, and m is always 1 away from it: a variance of 1. In general it "
        "is p / (1 − p).",
    ),
    "two": SingleChoice(
        "A batch of two: 3 and 7. Take the mean away and divide by the standard deviation. What "
        "comes out?",
        {
            "shares": "0.3 and 0.7.",
            "ends": "0 and 1.",
            "signs": "−1 and 1.",
            "fours": "−2 and 2.",
        },
        "signs",
        {
            "shares": "Those are shares of the sum. The mean of 3 and 7 is 5.",
            "ends": "That scales by least and largest. Batch norm centres at the mean.",
            "fours": "That is 3 − 5 and 7 − 5. The standard deviation is 2 as well: divide by it.",
        },
        "3 − 5 = −2, 7 − 5 = 2, and the deviation is 2. Of any two different numbers −1 and 1 are "
        "left: all that remains is which one is larger.",
    ),
    "sum": SingleChoice(
        "Three numbers x go through batch norm to a loss L. What is the sum of their three "
        "gradients ∂L/∂x?",
        {
            "beta": "The same as ∂L/∂β.",
            "zero": "0, whatever the loss is.",
            "one": "1, as for softmax.",
            "depends": "It depends on the loss.",
        },
        "zero",
        {
            "beta": "∂L/∂β is the sum of the gradients that arrive. On the way to x the mean is "
            "taken out.",
            "one": "Probabilities have a sum of 1. Gradients need not have any.",
            "depends": "Move all three x up by the same amount. What happens to x − μ?",
        },
        "If all x grow by the same amount, so does μ, and nothing else changes. A change that has "
        "no effect has the gradient 0, and here that is the sum.",
    ),
    "survive": SingleChoice(
        "Nine learning rates from 0.01 to 3, four hidden layers, 300 updates. How many more rates "
        "get 90% of the test points right if there is batch norm?",
        {
            "fewer": "Fewer: it makes the steps wilder.",
            "none": "As many as without.",
            "two": "One or two more.",
            "many": "Five or more.",
        },
        "many",
        {
            "fewer": "Sums of the same spread in every layer make the steps tamer.",
            "none": "The layers must each keep up with those before. Batch norm spares them that.",
            "two": "It is not a small correction: look how wide the upper line is.",
        },
        "Every layer gets numbers of the same spread, however the layers before it change. So slow "
        "rates get on, and fast ones do not blow up.",
    ),
    "companions": SingleChoice(
        "One sample, always the same, goes through batch norm in batch after batch. How does the "
        "jitter of its x̂ change if batches have 256 samples in place of 64?",
        {
            "same": "It stays: the sample is the same.",
            "half": "It halves.",
            "quarter": "It falls to a quarter.",
            "gone": "It is gone.",
        },
        "half",
        {
            "same": "The sample is the same, but the mean and the variance are those of its batch.",
            "quarter": "The variance falls to a quarter. The jitter is its root.",
            "gone": "The mean of 256 random numbers is still a random number.",
        },
        "The mean of B numbers jitters by 1/√B: four times as many, half the jitter.",
    ),
}
