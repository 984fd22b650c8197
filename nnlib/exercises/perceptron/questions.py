"""Lesson 02: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "error": SingleChoice(
        "A perceptron answers 1 where 0 is right. What happens to its weights?",
        {
            "add": "The sample is added to them.",
            "subtract": "The sample is subtracted from them.",
            "nothing": "Nothing.",
            "zero": "They are set back to zero.",
        },
        "subtract",
        {
            "add": "That is for the other mistake, e = 1. Here e = 0 − 1 = −1.",
            "nothing": "Nothing happens after a right answer. This one was wrong.",
            "zero": "What has been learnt so far is kept. It is only corrected.",
        },
        "e = y − ŷ = 0 − 1 = −1, so w ← w − x and b ← b − 1.",
    ),
    "update": Numeric(
        "w = (1, −2), b = 0, and the sample x = (2, 1) should be answered 1. After one visit, what "
        "is the first weight?",
        3.0,
        0.001,
        feedback={
            1.0: "It would stay if the answer were right. But w · x + b = 2 − 2 + 0 = 0, and 0 is "
            "answered 0.",
            -1.0: "The sample is added: e = 1 − 0 = 1.",
            2.0: "2 is what is added. The old weight, 1, is there, too.",
            -2.0: "The sample is added to the old weight, not put in its place.",
        },
        explanation="w · x + b = 1 · 2 − 2 · 1 + 0 = 0 is not above 0, so the answer is 0 and "
        "e = 1. The first weight becomes 1 + 2 = 3.",
    ),
    "bound": Numeric(
        "All samples, with the 1 of the bias, are at most R = 5 long, and a line separates them "
        "with the margin γ = 0.5. At most how many mistakes are made from zero weights?",
        100.0,
        0.001,
        feedback={
            10.0: "10 is R/γ. The bound is its square.",
            25.0: "25 is R². It is divided by γ² = 0.25.",
            50.0: "50 is R²/γ. Both are squared.",
            6.25: "γ stands below the line of the fraction: a narrow gap costs mistakes.",
            0.01: "The fraction is upside down.",
        },
        explanation="(R/γ)² = (5/0.5)² = 10² = 100. No order of the samples makes it more.",
    ),
    "order": SingleChoice(
        "The same separable samples come in another order. What stays the same?",
        {
            "line": "The line at the end.",
            "count": "The number of mistakes.",
            "bound": "The bound on the number of mistakes.",
            "nothing": "Nothing.",
        },
        "bound",
        {
            "line": "It stops at the first line without a mistake. Which one that is depends on "
            "the way there.",
            "count": "You saw different counts in different orders. All of them lie below the same "
            "number.",
            "nothing": "R and γ are properties of the samples, whatever their order.",
        },
        "R and γ do not know of an order. The line and the count of mistakes do.",
    ),
    "no line": MultipleChoice(
        "No line separates your samples. Which of these are true of a perceptron?",
        {
            "forever": "It makes a mistake in every epoch.",
            "explode": "Its weights grow without end.",
            "pocket": "The pocket keeps the best weights so far, not always the best of all.",
            "rate": "A smaller learning rate would bring it to rest.",
            "margin": "There is no margin to put into Novikoff's bound.",
        },
        {"forever", "pocket", "margin"},
        {
            "forever": "An epoch without a mistake would mean that its line separates them. There "
            "is none.",
            "explode": "The weights stay bounded: that is the cycling theorem.",
            "pocket": "It keeps what it has come across. That is often good, and no promise for a "
            "fixed number of steps.",
            "rate": "Steps and weights shrink together, as you saw. It goes on for ever.",
            "margin": "A margin belongs to a line that separates, and there is none.",
        },
        "It never stops, its weights stay bounded, and the pocket makes the best of it.",
    ),
    "xor": SingleChoice(
        "Why can no single threshold neuron compute XOR?",
        {
            "few": "Four samples are too few to learn from.",
            "bias": "It has no bias.",
            "opposite": "Opposite corners have the same answer: no line has them on its sides.",
            "start": "Its weights start at zero.",
        },
        "opposite",
        {
            "few": "For AND and OR the same four samples are enough.",
            "bias": "It has one, and for AND it needs it. For XOR it does not help.",
            "start": "Other first weights end in a circle as well.",
        },
        "For 01 and 10 the sum has to be above 0, for 00 and 11 not. But both pairs have the same "
        "total, w₁ + w₂ + 2b.",
    ),
    "layers": SingleChoice(
        "Which change lets the network linear 2-16-1 learn XOR?",
        {
            "wider": "1,000 hidden neurons in place of 16.",
            "deeper": "Ten more linear layers.",
            "relu": "A ReLU behind the hidden layer.",
            "rate": "A better learning rate.",
        },
        "relu",
        {
            "wider": "A thousand linear neurons, added up by a linear neuron, are one linear "
            "neuron.",
            "deeper": "Linear after linear is linear, however often.",
            "rate": "It has found the best that it can do already: 0.5 everywhere.",
        },
        "A bend between the layers is what makes two layers more than one.",
    ),
    "hidden": Numeric(
        "In the network by hand, h₁ = max(x₁ + x₂, 0) and h₂ = max(x₁ + x₂ − 1, 0). What is "
        "h₁ − 2h₂ for x = (1, 1)?",
        0.0,
        0.001,
        feedback={
            2.0: "2 is h₁. h₂ has to be subtracted, twice.",
            1.0: "h₂ = 1 counts twice.",
            -2.0: "h₁ is 1 + 1 = 2, not 0.",
            -1.0: "h₁ is 1 + 1 = 2, not 1.",
        },
        explanation="h₁ = 2 and h₂ = 1, so 2 − 2 · 1 = 0, as XOR wants it.",
    ),
}
