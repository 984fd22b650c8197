"""Lesson 04: what the learner predicts before each explorable."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "cascade": Numeric(
        "u = 3x − 2, v = u², y = 5 − v/2. At x = 1, by how much does y change for each unit that x "
        "grows, if x grows very little?",
        -3.0,
        0.01,
        feedback={
            3.0: "The size is right. But y falls when v grows.",
            4.5: "4.5 is y itself at x = 1. Asked is how fast it changes.",
            -1.5: "The slope of u² at u = 1 is 2u = 2, not 1.",
            -0.5: "That is the slope of the last step. Those before it count too.",
            0.5: "Slopes of a cascade do not add up; they multiply.",
        },
        explanation="x moves u 3 times as far, u moves v 2u = 2 times as far, and v moves y by "
        "−0.5 times as much: 3 · 2 · (−0.5) = −3.",
    ),
    "asleep": SingleChoice(
        "In the example x = (−2, −1), and ∂L/∂w₁ is 0.0215. We take x = (−3, −3): z₁ goes from −3 "
        "to −6, and the factor x₁ at the end grows. What becomes of ∂L/∂w₁?",
        {
            "larger": "It grows by half, as x₁ does.",
            "same": "It stays about the same.",
            "smaller": "It falls to a tenth or so.",
            "zero": "It is exactly 0.",
        },
        "smaller",
        {
            "larger": "That would be so if only the last factor changed. The slope of the sigmoid "
            "on the way is another factor.",
            "same": "One factor grows by half, and another one shrinks to a twentieth.",
            "zero": "A sigmoid is never quite flat. Its slope at −6 is small, not 0.",
        },
        "At z₁ = −6 the sigmoid is nearly flat: its slope h₁(1 − h₁) is 0.0025 instead of 0.045. "
        "What comes back is multiplied by it. Such a unit is asleep: it hardly learns.",
    ),
    "diamond": Numeric(
        "b = 3a, c = b + 1, e = b · c: the number b is used twice. At a = 2, what is ∂e/∂a?",
        39.0,
        0.01,
        feedback={
            60.0: "Then b has sent its gradient back twice, the first share of it both times.",
            21.0: "That is the way straight from e to b. There is another one, through c.",
            18.0: "That is the way through c. There is another one, straight from e to b.",
            13.0: "13 is ∂e/∂b. One more factor leads from b to a.",
            42.0: "42 is e itself.",
            126.0: "Ways side by side are added, not multiplied.",
        },
        explanation="e = b · c moves with b by c = 7, and with c by b = 6; c moves with b by 1. "
        "The two ways add up to 7 + 6 = 13, and b moves with a by 3: 39.",
    ),
    "shape": SingleChoice(
        "In a 3-4-1 network the gradient dW₂ has the shape 4 × 1, for a batch of 5 samples. What "
        "shape has it for a batch of 10?",
        {
            "same": "4 × 1 as before.",
            "taller": "8 × 1.",
            "batch": "10 × 4 × 1, one for each sample.",
            "wide": "4 × 10.",
        },
        "same",
        {
            "taller": "Then it could not be subtracted from W₂, which is 4 × 1.",
            "batch": "One could compute that. But the loss is one number for the whole batch, and "
            "each weight has one gradient.",
            "wide": "That is the shape of A₁ transposed. The product with dZ₂ sums over the "
            "samples.",
        },
        "A gradient has the shape of what it belongs to. The samples are summed over: in A₁ᵀ dZ₂ "
        "their number is the inner size, which vanishes.",
    ),
    "work": SingleChoice(
        "The 784-16-16-10 network has 13,002 parameters. One pass forwards costs 1. What does it "
        "cost to find the gradient of all of them by central differences, nudging one at a time?",
        {
            "2": "2",
            "114": "114, the root of 13,002",
            "13002": "13,002",
            "26004": "26,004",
        },
        "26004",
        {
            "2": "That is about what backpropagation costs. Differences know no short cut.",
            "114": "Each parameter must be nudged by itself, so no root comes in.",
            "13002": "Central differences need two passes for each parameter: once up, once down.",
        },
        "Two passes for each parameter. The way back gets all 13,002 at once, for two passes' "
        "worth of multiplications at most. That factor is why backpropagation matters.",
    ),
    "nudge": SingleChoice(
        "To check a gradient we nudge each weight by h, up and down, and watch the loss. Computers "
        "keep about 16 digits. Which h gives the smallest error?",
        {
            "large": "0.1",
            "middle": "0.00001",
            "small": "0.0000000001",
            "tiny": "0.000000000000001, the smallest that still changes a weight",
        },
        "middle",
        {
            "large": "The loss bends over such a way, and the difference misses it.",
            "small": "By then the two losses agree in most of their digits, and little is left of "
            "the difference.",
            "tiny": "The difference of two losses that agree in 15 digits has one digit left.",
        },
        "Two errors add up. That of the bend falls as h², that of the lost digits grows as 1/h. "
        "They meet in the middle, here near h = 0.00001.",
    ),
    "bug": SingleChoice(
        "In the code of a gradient someone forgot the slope of the sigmoid in layer 1. The network "
        "is trained with it all the same. What does its loss do?",
        {
            "error": "Nothing: the program stops with an error.",
            "rises": "It rises.",
            "stays": "It stays where it is.",
            "falls": "It falls.",
        },
        "falls",
        {
            "error": "The shapes all fit, and NumPy does not know what a gradient should be.",
            "rises": "It would if signs were turned round. The slope that is missing is positive.",
            "stays": "Layer 2 gets a right gradient, and layer 1 one with the right signs.",
        },
        "The loss falls, here even faster than with the right gradient. A falling loss does not "
        "prove that a gradient is right; a comparison with differences does.",
    ),
    "corner": SingleChoice(
        "The network reads 95 in 100 test digits or more. You draw a neat 4, small, in the lower "
        "right corner. What does it say?",
        {
            "sure": "4, as sure as ever: a 4 is a 4.",
            "unsure": "4, but less surely.",
            "else": "Most likely something else.",
            "error": "Nothing: it finds no digit.",
        },
        "else",
        {
            "sure": "Its first layer weighs each pixel by its place. In the corner other weights "
            "are at work than those that learnt what a 4 looks like.",
            "unsure": "It never saw a digit there. What its weights say of ink in that corner has "
            "nothing to do with fours.",
            "error": "A network always answers: its ten outputs have to sum to 1.",
        },
        "A dense layer ties each weight to one pixel. What it has learnt holds where the training "
        "digits lay: in the middle, and as large as the picture.",
    ),
}
