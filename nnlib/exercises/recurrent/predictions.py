"""Lesson 09: what the learner predicts before each explorable."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "copies": SingleChoice(
        "The cell reads a string of 7 symbols, then one of 14, and is unfolded over each. How many "
        "more parameters does the longer picture have?",
        {
            "double": "Twice as many.",
            "seven": "Seven biases more.",
            "none": "None.",
            "square": "Four times as many.",
        },
        "none",
        {
            "double": "There are twice as many copies. But a copy is the same cell, at another "
            "time: it has no weights of its own.",
            "seven": "The bias is shared like the weights: one for all steps.",
            "square": "Between the copies there are arrows, and all of them are the same U.",
        },
        "W, U, V and the biases are used at every step, whatever the length. That is why a "
        "recurrent network can read sequences that are longer than any it has learnt from.",
    ),
    "shared": SingleChoice(
        "The weight w is used at each of three steps. What is ∂L/∂w?",
        {
            "last": "That of the last step: it is next to the loss.",
            "mean": "The mean of three shares.",
            "product": "The product of three shares.",
            "sum": "The sum of three shares.",
        },
        "sum",
        {
            "last": "The earlier steps reach the loss too, through the state. They count.",
            "mean": "Nothing divides by three. Wiggle w, and the effects at all three steps add "
            "up.",
            "product": "Along one way back, factors multiply. Different ways add up.",
        },
        "Think of three weights that happen to be equal. Each has its own gradient; whoever moves "
        "all three at once feels the sum.",
    ),
    "horizon": Numeric(
        "Each step back in time halves a gradient: ρ = 0.5. After how many steps is less than "
        "1/1000 of it left?",
        10.0,
        0.4,
        feedback={
            9.0: "Close: 0.5⁹ = 1/512. One step more.",
            500.0: "A half is not taken away each time; what is left is halved.",
            1000.0: "Halving is quick: after 10 steps, 1/1024 is left.",
            7.0: "0.5⁷ = 1/128. A little further.",
        },
        explanation="2¹⁰ = 1024. A cell with ρ = 0.5 learns next to nothing from what lies more "
        "than ten steps back.",
    ),
    "half": Numeric(
        "A gate keeps σ(1) = 0.731 of a number at each step. After how many steps is half of it "
        "left? (With a decimal.)",
        2.2,
        0.1,
        feedback={
            1.0: "After one step 0.731 is left, more than half.",
            1.5: "0.731 to the power of 1.5 is 0.63. Go on a little.",
            2.0: "After two steps 0.534 is left: nearly.",
            3.0: "After three steps only 0.391 is left.",
        },
        explanation="log 0.5 / log 0.731 = 2.2. A bias of 1 does not sound small. It means that "
        "half of everything is forgotten every 2.2 steps.",
    ),
    "race": SingleChoice(
        "Remember one bit over 80 steps. One racer is a plain RNN whose U starts as a rotation; "
        "the other an LSTM whose forget bias starts at 0. Who learns it in 300 updates?",
        {
            "rnn": "The plain RNN only.",
            "lstm": "The LSTM only: that is what it was made for.",
            "both": "Both.",
            "neither": "Neither.",
        },
        "rnn",
        {
            "lstm": "With a bias of 0 its forget gates start at 0.5, and 0.5⁸⁰ is 8·10⁻²⁵.",
            "both": "One of the two starts with a gradient that hardly reaches the first step.",
            "neither": "A rotation changes no length, so the gradient of one of them arrives.",
        },
        "What decides is how far the gradient reaches at the start. A rotation passes it on; a "
        "forget gate of 0.5 does not.",
    ),
    "mask": SingleChoice(
        "Strings of 5 to 18 symbols are filled up with zeros to 38 steps. One network is told "
        "where each ends, its twin is not. How good is the twin after 400 updates?",
        {
            "equal": "As good: zeros say nothing.",
            "guess": "No better than guessing.",
            "less": "A little worse.",
            "better": "Better: it has more steps to think.",
        },
        "guess",
        {
            "equal": "The zeros say nothing. But the state changes at every step, whatever is "
            "read.",
            "less": "Between the last symbol and the answer lie 20 to 33 steps of a state that "
            "fades.",
            "better": "Each further step is one more chance to forget.",
        },
        "The answer must survive 20 steps or more of nothing. That is the memory race again, and "
        "this GRU starts with gates that are half open.",
    ),
    "band": SingleChoice(
        "A single network forecasts 40 steps, each from its own forecasts, and draws a band of ± "
        "2σ from the errors it makes one step ahead. How wide is the band at the end?",
        {
            "wider": "Much wider than at the beginning.",
            "narrower": "Narrower.",
            "same": "Just as wide as at the beginning.",
            "none": "It has no width.",
        },
        "same",
        {
            "wider": "It ought to be. But what should tell a single network that it is lost?",
            "narrower": "Nothing makes it surer as it goes.",
            "none": "The error one step ahead is still there, at each step.",
        },
        "One network knows its usual error and nothing else. Only a second opinion shows where a "
        "forecast is a guess.",
    ),
}
