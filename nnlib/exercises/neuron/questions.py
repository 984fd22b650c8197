"""Lesson 01: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "sum": Numeric(
        "A neuron has the weights 2 and −1 and the bias 0.5. What is its sum z for the inputs 1 "
        "and 3?",
        -0.5,
        0.001,
        feedback={
            -1.0: "The bias is missing: it is added once, whatever the inputs.",
            5.5: "The second weight is −1, so its product is −3.",
            0.5: "The products alone make 2 − 3 = −1; then comes the bias.",
            -1.5: "The bias is +0.5, not −0.5.",
            0.378: "That is the answer σ(z). The question is z itself.",
        },
        explanation="2 · 1 + (−1) · 3 + 0.5 = −0.5. Below 0, so the answer is below one half.",
    ),
    "on the line": SingleChoice(
        "A neuron has w = (1, 2) and b = −4. Which input lies on its line?",
        {
            "origin": "(0, 0)",
            "arrow": "(1, 2)",
            "on": "(2, 1)",
            "far": "(4, 4)",
        },
        "on",
        {
            "origin": "There z = b = −4. Only a line with b = 0 goes through the origin.",
            "arrow": "That is the tip of the arrow: z = 1 + 4 − 4 = 1, a little beyond the line.",
            "far": "There z = 4 + 8 − 4 = 8, far on the side of 1.",
        },
        "On the line z is 0: 1 · 2 + 2 · 1 − 4 = 0.",
    ),
    "only weights": SingleChoice(
        "The weights are doubled, and the bias stays. What happens to the line?",
        {
            "stays put": "It stays where it is.",
            "halfway": "It comes halfway to the origin.",
            "twice": "It goes to twice its distance from the origin.",
            "right angle": "It turns by a right angle.",
        },
        "halfway",
        {
            "stays put": "It stays if the bias is doubled as well.",
            "twice": "That is what doubling the bias alone would do.",
            "right angle": "The arrow points as before, so the line keeps its direction.",
        },
        "Its distance from the origin is |b| divided by the length of w: half of what it was.",
    ),
    "1943": SingleChoice(
        "A neuron of 1943 has three inputs with weight 1 each, and fires if its sum reaches 2. "
        "What does it compute?",
        {
            "any": "Whether any input is on.",
            "majority": "Whether most inputs are on.",
            "every": "Whether all inputs are on.",
            "odd": "Whether an odd number of inputs is on.",
        },
        "majority",
        {
            "any": "For that, a threshold of 1 would do.",
            "every": "For that, the threshold would have to be 3.",
            "odd": "No threshold does that: 1 and 3 active inputs would have to fire, and 2 not.",
        },
        "Two or three active inputs reach 2: the majority of three.",
    ),
    "one neuron": MultipleChoice(
        "Which of these can a single neuron with a threshold do?",
        {
            "and": "x₁ AND x₂",
            "not": "x₁, but not x₂",
            "xor": "x₁ XOR x₂: one of the two, not both",
            "majority of five": "the majority of five inputs",
            "parity": "whether an odd number of three inputs is 1",
        },
        {"and", "not", "majority of five"},
        {
            "and": "AND has one corner of the square on its side, and a line cuts it off: "
            "x₁ + x₂ − 1.5.",
            "not": "That too is a single corner: x₁ − x₂ − 0.5.",
            "xor": "XOR has its 1s on a diagonal, and no line has one diagonal on each side.",
            "majority of five": "A majority is a sum with a threshold: all weights 1, bias −2.5.",
            "parity": "Parity has XOR inside it: set the third input to 0. So it is out of reach.",
        },
        "A neuron can do what a line, or a plane, can separate.",
    ),
    "shapes": SingleChoice(
        "32 samples of 10 numbers go through a layer of 5 neurons: Z = X W + b. Which shapes?",
        {
            "columns": "X (10, 32), W (5, 10), Z (5, 32)",
            "rows": "X (32, 10), W (10, 5), Z (32, 5)",
            "turned": "X (32, 10), W (5, 10), Z (32, 5)",
            "square": "X (32, 10), W (10, 10), Z (32, 10)",
        },
        "rows",
        {
            "columns": "Those are the shapes of W X, with samples in columns, as many lecture "
            "notes write it. Here each sample is a row.",
            "turned": "The rows of X have 10 numbers, so the columns of W must have 10: W is (10, "
            "5).",
            "square": "A layer of 5 neurons answers each sample with 5 numbers.",
        },
        "A row of X, 10 numbers, meets a column of W, 10 numbers. There are 5 columns, one for "
        "each neuron.",
    ),
    "precision": Numeric(
        "There are 50 quasars. A neuron calls 60 objects quasars, and 45 of them are. What is its "
        "precision?",
        0.75,
        0.001,
        feedback={
            0.9: "45 of 50 is the recall: the share of all quasars that is found.",
            0.833: "60 is the number of calls, right or wrong. How many of the calls are right?",
            0.25: "That is the share of false alarms among the calls.",
            1.2: "A precision is a share of the calls: it is never above 1.",
        },
        explanation="Of 60 calls 45 are right: 45 / 60 = 0.75. Recall is 45 / 50 = 0.9.",
    ),
    "costly": SingleChoice(
        "A missed quasar is lost for ever, and a false alarm costs five minutes at the telescope. "
        "What do you do with the threshold of 0.5?",
        {
            "raise": "Raise it.",
            "lower": "Lower it.",
            "accuracy": "Keep the one with the best accuracy.",
            "train": "Leave it, and train again with fewer quasars.",
        },
        "lower",
        {
            "raise": "Then fewer objects are called quasars: fewer false alarms, and more missed.",
            "accuracy": "Accuracy counts both kinds of error alike. For you one is far worse.",
            "train": "The fewer quasars it has seen, the less it dares to call one.",
        },
        "Below 0.5 more quasars are found, at the price of false alarms, which are cheap here.",
    ),
}
