"""Lesson 05: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "why": SingleChoice(
        "Why does a network need activation functions that are not linear?",
        {
            "range": "To keep outputs between 0 and 1.",
            "speed": "To make training faster.",
            "collapse": "Without them any number of layers is worth one.",
            "brain": "Because neurons of the brain have a threshold.",
        },
        "collapse",
        {
            "range": "Some do that, ReLU does not, and networks with ReLU work.",
            "speed": "Linear layers alone train quickly. They just cannot learn much.",
            "brain": "That is where the idea comes from. What a network gains by it is another "
            "matter.",
        },
        "A product of matrices is a matrix: x W₁ W₂ = x (W₁ W₂). The bend between the two is what "
        "makes a second layer worth having.",
    ),
    "tanh slope": Numeric(
        "A unit with tanh has the output a = 0.6. What is its slope da/dz?",
        0.64,
        0.001,
        feedback={
            0.24: "0.24 = 0.6 · 0.4 is σ(1 − σ), the slope of the logistic function.",
            0.36: "0.36 is a². The slope is what is left to 1.",
            0.4: "0.4 = 1 − a. The slope has the square of a in it.",
            1.0: "1 is the slope at z = 0, where a = 0.",
        },
        explanation="The slope of tanh is 1 − a² = 1 − 0.36 = 0.64.",
    ),
    "vanish": SingleChoice(
        "A network with 20 logistic layers does not learn, at any rate. Which layers are to blame "
        "first?",
        {
            "last": "The last: their gradients explode.",
            "first": "The first: next to nothing of the gradient reaches them.",
            "all": "All alike: every gradient is exactly 0.",
            "middle": "The middle: there the signals are largest.",
        },
        "first",
        {
            "last": "The last layer has an ordinary gradient. It is the only one that has.",
            "all": "They are not 0: each is a fraction of the one behind it, and only the chain of "
            "fractions makes the first ones tiny.",
            "middle": "Signals of logistic units lie between 0 and 1 in every layer.",
        },
        "On the way back each layer takes more than three quarters away. The first layers stay as "
        "they were drawn and hand on hardly anything of the input.",
    ),
    "relu": MultipleChoice(
        "Which of these are true of ReLU?",
        {
            "one": "Where it is on, it passes the gradient on undiminished.",
            "safe": "With ReLU, gradients cannot vanish.",
            "dead": "A unit that is off for every sample gets no gradient.",
            "smooth": "Its derivative has no jump.",
            "leak": "A small slope for z < 0 keeps a gradient alive.",
        },
        {"one", "dead", "leak"},
        {
            "one": "Its slope there is exactly 1.",
            "safe": "Weights multiply the gradient too: with small ones it vanishes all the same.",
            "dead": "Every factor for it is 0, so it stays where it is.",
            "smooth": "It jumps from 0 to 1 at z = 0.",
            "leak": "That is the leaky ReLU: no sample leaves a unit without a slope.",
        },
        "A slope of 1 removes one of the two causes of vanishing. The other, weights of the wrong "
        "size, is what initialisation is for.",
    ),
    "he": Numeric(
        "A ReLU layer has 50 inputs and 200 outputs. With which standard deviation does He draw "
        "its weights?",
        0.2,
        0.001,
        feedback={
            0.04: "0.04 = 2/50 is the variance. The standard deviation is its root.",
            0.1: "0.1 = √(2/200) counts the outputs. What adds up to one z are the inputs.",
            0.0894: "0.089 = √(2/250) is Glorot's: it takes the mean of inputs and outputs.",
            0.1414: "0.141 = √(1/50) keeps the spread without ReLU. ReLU takes half away.",
        },
        explanation="√(2/n_in) = √(2/50) = √0.04 = 0.2.",
    ),
    "zeros": SingleChoice(
        "All weights of a network with hidden layers begin at 0. What goes wrong?",
        {
            "explode": "The gradients explode.",
            "nan": "Softmax divides by zero.",
            "alike": "All units of a layer stay alike.",
            "nothing": "Nothing: training finds good weights from anywhere.",
        },
        "alike",
        {
            "explode": "Weights multiply the gradient on its way back, and with 0 nothing is left.",
            "nan": "Softmax of equal logits is fine: all probabilities are the same.",
            "nothing": "It needs something to tell the units apart, and here nothing does.",
        },
        "Units with the same weights give the same output and get the same gradient, so they stay "
        "the same. Random numbers break the tie.",
    ),
    "softmax": MultipleChoice(
        "Which of these leave the probabilities of softmax as they are?",
        {
            "add": "Adding 100 to every logit.",
            "double": "Doubling every logit.",
            "both": "Doubling every logit and the temperature.",
            "largest": "Subtracting the largest logit from all.",
            "tau": "Doubling the temperature.",
        },
        {"add", "both", "largest"},
        {
            "add": "A common factor of e¹⁰⁰ cancels in the fraction.",
            "double": "That doubles the gaps: it is the same as half the temperature.",
            "both": "Only the quotient z/τ counts, and that is the same.",
            "largest": "It is a common number as well, and it keeps e from overflowing.",
            "tau": "That halves the gaps, so the probabilities come closer together.",
        },
        "Only the gaps between logits count, in units of τ.",
    ),
}
