"""Lesson 04: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "count": Numeric(
        "A network has one input, a layer of 4 units and a layer of 2. How many parameters has it?",
        18.0,
        0.0,
        feedback={
            12.0: "12 are the weights, 1 · 4 + 4 · 2. Each unit has a bias besides.",
            6.0: "6 are the units, and so the biases. The weights come besides.",
            19.0: "The input has no bias: it computes nothing.",
            7.0: "7 are the units with the input. Each connection has a weight.",
        },
        explanation="1 · 4 + 4 for the first layer and 4 · 2 + 2 for the second: 8 + 10 = 18.",
    ),
    "cost": Numeric(
        "Three outputs are 0.2, 0.7 and 0.1, and the second class is right. What is the sum of the "
        "squared errors?",
        0.14,
        0.001,
        feedback={
            0.09: "The outputs that should be 0 count too.",
            0.54: "The output of the right class should be 1, so its error is 0.3.",
            0.6: "Those are the errors themselves. Square each before you add.",
            0.0467: "That is the mean. Asked is the sum.",
            0.05: "The output of the right class counts too: it should be 1.",
        },
        explanation="0.2² + (0.7 − 1)² + 0.1² = 0.04 + 0.09 + 0.01 = 0.14.",
    ),
    "softmax": SingleChoice(
        "Softmax gives (0.7, 0.2, 0.1), and the second class is right. With the cross-entropy, "
        "what is the gradient with respect to the three logits?",
        {
            "right": "(0.7, −0.8, 0.1)",
            "negative": "(−0.7, 0.8, −0.1)",
            "only": "(0, −0.8, 0)",
            "log": "(0, −1/0.2, 0)",
        },
        "right",
        {
            "negative": "These are the changes that we want; the gradient points the other way.",
            "only": "The loss names one output only, but softmax ties all three logits together.",
            "log": "That is the gradient with respect to the probabilities. Softmax comes before.",
        },
        "Probabilities minus target: (0.7, 0.2, 0.1) − (0, 1, 0). It sums to 0.",
    ),
    "back": SingleChoice(
        "Z = A W + b, samples in rows. dZ is known. What is dA?",
        {
            "right": "dZ Wᵀ",
            "plain": "dZ W",
            "first": "Wᵀ dZ",
            "input": "Aᵀ dZ",
        },
        "right",
        {
            "plain": "dZ has as many columns as W, but W has as many rows as A has columns.",
            "first": "So it is where samples are columns. Here dZ has a row for each sample.",
            "input": "That is dW: it has the shape of W.",
        },
        "dA has the shape of A. Each entry gathers, over all outputs that it went into, what comes "
        "back times the weight.",
    ),
    "keeps": MultipleChoice(
        "What must a dense layer know on the way back?",
        {
            "input": "What came in on the way forwards.",
            "weights": "Its weights.",
            "arriving": "The gradient with respect to its output.",
            "bias": "Its biases.",
            "labels": "The labels of the samples.",
        },
        {"input", "weights", "arriving"},
        {
            "input": "The input is needed: dW = Aᵀ dZ.",
            "weights": "The weights are needed: dA = dZ Wᵀ.",
            "arriving": "Without what comes from behind there is nothing to send on.",
            "bias": "A bias is added, and the slope of a sum does not depend on what is added.",
            "labels": "The labels only enter the loss. A layer hears of them through dZ.",
        },
        "Its input, its weights, and what arrives. So a layer need not know what stands before or "
        "behind it: it is a module.",
    ),
    "add": SingleChoice(
        "Why is db the sum of the rows of dZ?",
        {
            "used": "Every sample uses the same bias, and what comes back along each use adds up.",
            "mean": "To make the gradient independent of the batch size.",
            "shape": "Because b is a row; any way to make a row would do.",
            "rate": "It makes the steps larger where there are more samples.",
        },
        "used",
        {
            "mean": "A sum is not independent of it. If the loss is a mean, its 1/m is in dZ "
            "already.",
            "shape": "A mean makes a row too, and it is wrong, by a factor of m.",
            "rate": "That is no reason; and if the loss is a mean, it does not.",
        },
        "It is the diamond once more: one number, used once for each sample.",
    ),
    "flat": SingleChoice(
        "The error of dW₁ against differences is about 0.4 for every h from 0.1 to 0.0000000001; "
        "those of all other gradients are below 0.000001 somewhere. What do you conclude?",
        {
            "bug": "The rule for dW₁ has a bug.",
            "h": "h was not chosen well.",
            "digits": "Too few digits were kept: use more.",
            "fine": "0.4 is small enough.",
        },
        "bug",
        {
            "h": "A wrong h would do harm at one end of the range. This is flat.",
            "digits": "Lost digits show at small h only, and in the other gradients too.",
            "fine": "Right gradients agree to nine digits or so. Here not even the first one does.",
        },
        "A right gradient makes a valley of the error. One that stays flat is wrong, and what it "
        "alone depends on holds the bug.",
    ),
    "sigmoids": Numeric(
        "The slope of a sigmoid is at most 1/4. By what factor at most does a gradient pass the "
        "slopes of three sigmoid layers? (Leave out the weights.)",
        1 / 64,
        0.0002,
        feedback={
            0.75: "The factors of a cascade multiply; they do not add up.",
            0.25: "That is one layer. Each of the three has its factor.",
            0.0625: "That is two layers. One more.",
            0.0833: "The factors multiply: a quarter of a quarter of a quarter.",
        },
        explanation="1/4 · 1/4 · 1/4 = 1/64 = 0.0156. In deep networks of sigmoids little is left "
        "for the first layers. Lesson 5 is about that.",
    ),
}
