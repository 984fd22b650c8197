"""Lesson 01: what the learner predicts before each explorable."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "bias": SingleChoice(
        "The weights stay, and the bias b grows. Where does the line between the answers go?",
        {
            "with": "Along the arrow w, the way it points.",
            "against": "Against the arrow w.",
            "turns": "It turns about the origin.",
            "stays": "Nowhere: only the colours change.",
        },
        "against",
        {
            "with": "A larger bias lifts the sum everywhere. So the place where it is 0 lies "
            "further back, where the weights bring less.",
            "turns": "Only the weights turn the line: it stands at a right angle to their arrow, "
            "whatever the bias.",
            "stays": "The line is where w · x + b = 0. If b grows, w · x must be smaller there: "
            "another place.",
        },
        "With a larger b the sum is larger everywhere, so more of the plane lies above 0. The line "
        "slides against the arrow; it keeps its direction.",
    ),
    "double": SingleChoice(
        "Both weights and the bias are doubled. What happens to the picture?",
        {
            "moves": "The line moves to twice its distance from the origin.",
            "turns half": "The line turns.",
            "sharper": "The line stays, and the change from 0 to 1 across it gets sharper.",
            "nothing": "Nothing changes at all.",
        },
        "sharper",
        {
            "moves": "Its distance from the origin is −b divided by the length of w. Both have "
            "doubled, so it is as before.",
            "turns half": "The arrow is twice as long and points the same way, so the line at a "
            "right angle to it has not turned.",
            "nothing": "Every sum z is doubled. Where z was 0 it still is, but where it was 1 it "
            "is 2, and the answer is closer to 1.",
        },
        "z = 0 and 2z = 0 are the same line. Off the line every z doubles, so the answers run to 0 "
        "and 1 in half the distance.",
    ),
    "width": Numeric(
        "The answer σ(z) rises from 0.1 to 0.9 while z grows by 4.39. How long is that stretch for "
        "σ(10 z)?",
        0.439,
        0.002,
        feedback={
            43.9: "Ten times as steep is ten times as short, not as long.",
            4.39: "That is the stretch for σ(z). Here 10 z has to grow by 4.39, not z.",
            0.0439: "That is a hundredth; the steepness is 10.",
            1.39: "The square root of ten does not come in: 10 z has to grow by 4.39.",
        },
        explanation="10 z has to grow by 4.39, so z grows by a tenth of that, 0.439. The steeper, "
        "the narrower: that is how an S becomes a step.",
    ),
    "functions": Numeric(
        "Two inputs, each 0 or 1, make four rows of a truth table, so there are 16 tables. How "
        "many of them can one neuron with a threshold do?",
        14,
        0,
        feedback={
            16: "If it were all of them, one neuron would be enough for everything. Two are out "
            "of reach.",
            15: "XOR is out of reach. Its opposite, 1 where the inputs are alike, is so too.",
            8: "More than half of them: for most tables there is a line.",
            12: "The two that always answer 0 or always 1 need no line between the corners, and "
            "the neuron can do them.",
            4: "4 is the number of rows.",
        },
        explanation="All but XOR and its opposite. In these two the 1s lie on one diagonal of the "
        "square and the 0s on the other, and no straight line keeps the diagonals apart.",
    ),
    "layer": Numeric(
        "A layer has 10 inputs and 5 neurons, each with a bias. How many numbers does it have to "
        "learn?",
        55,
        0,
        feedback={
            50: "Those are the weights. Each neuron has a bias as well.",
            15: "Every neuron has a weight for every input: 10 times 5 of them, not 10 plus 5.",
            60: "A bias belongs to a neuron, not to an input: there are 5 of them.",
            51: "One bias for each neuron, not one for all.",
            5: "Each neuron has ten weights and a bias.",
        },
        explanation="10 · 5 = 50 weights and 5 biases: 55.",
    ),
    "always star": Numeric(
        "Of 4,000 objects, 8 % are quasars. Somebody calls every object a star, without a look. "
        "What is the accuracy, in percent?",
        92,
        0.01,
        unit="%",
        feedback={
            0: "The quasars are all wrong, but the stars are all right.",
            8: "8 % is the share that is wrong.",
            50: "That would be so if there were as many quasars as stars.",
            100: "It is wrong for every quasar.",
        },
        explanation="Right for all stars and for no quasar: 92 %. Any accuracy has to be compared "
        "with that, not with 0 or 50 %.",
    ),
    "threshold": SingleChoice(
        "An object is called a quasar if its probability is above 0.5. The threshold is lowered to "
        "0.1. What happens?",
        {
            "both": "More quasars are found, and a larger share of the calls is right.",
            "trade": "More quasars are found, and a smaller share of the calls is right.",
            "fewer": "Fewer quasars are found, and a larger share of the calls is right.",
            "same": "Nothing: the neuron has not changed.",
        },
        "trade",
        {
            "both": "If that were so, 0.1 would be better in every way. A low threshold lets "
            "doubtful objects in, and many of them are stars.",
            "fewer": "That is what a higher threshold does: it takes only what is sure.",
            "same": "Its probabilities are the same, but more of them lie above 0.1 than 0.5.",
        },
        "More objects are called quasars: all that were before, and doubtful ones. Recall can only "
        "rise with it, and precision falls, here from 0.962 to 0.696.",
    ),
    "rare": SingleChoice(
        "Now 1 % are quasars, 40 of 4,000. The neuron learns for ten passes, and has an accuracy "
        "of 99.1 % on new objects. How many of the 40 quasars does it find?",
        {
            "all": "All 40, or 39.",
            "most": "About 36, nine in ten.",
            "half": "About 20, one in two.",
            "few": "About 4, one in ten.",
        },
        "few",
        {
            "all": "An accuracy of 99.1 % leaves 37 wrong answers among 4,000. There are only 40 "
            "quasars, so nearly all of them may be among these.",
            "most": "So it would be if 99.1 % were the share of quasars found. It is the share of "
            "right answers, and 99 % of the answers are easy: they are stars.",
            "half": "Still fewer. Whoever finds none has 99.0 % already.",
        },
        "It finds 4. Calling everything a star has an accuracy of 99.0 %, and this neuron hardly "
        "does more yet. Accuracy hides it; recall, 0.1, tells it at once.",
    ),
}
