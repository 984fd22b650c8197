"""Lesson 03: what the learner predicts before each explorable."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "sign": SingleChoice(
        "At the present b the slope of f is +3. Which way must b go, so that f falls?",
        {
            "smaller": "b must become smaller.",
            "larger": "b must become larger.",
            "both": "Either way will do, if the step is small enough.",
            "sign of b": "That depends on whether b is positive or negative.",
        },
        "smaller",
        {
            "larger": "A slope of +3 says: if b grows a little, f grows three times as much. That "
            "way leads uphill.",
            "both": "A small step to the left and one to the right change f by opposite amounts: "
            "one falls, the other climbs.",
            "sign of b": "The slope tells how f changes when b changes. Where b itself lies does "
            "not matter: at 10 and at −10 alike, a slope of +3 asks for a smaller b.",
        },
        "A positive slope means that f grows with b, so b has to shrink; with a negative slope it "
        "has to grow. The minus sign in b ← b − η f′(b) does both.",
    ),
    "too large": SingleChoice(
        "On f = b² we start at b = 1 with a learning rate of 1.1. What will the steps do?",
        {
            "faster": "They reach the minimum sooner than with a smaller rate.",
            "swings in": "They jump from side to side of the minimum and come closer each time.",
            "grows": "They jump from side to side of the minimum, farther away each time.",
            "one side": "They run away from the minimum on one side.",
        },
        "grows",
        {
            "faster": "Larger steps help only until they reach the minimum in one leap. On b² that "
            "is a rate of 0.5; beyond it a step lands on the other side.",
            "swings in": "You saw that the step leaps over the minimum. That swings in for rates "
            "from 0.5 to 1; at 1.1 it leaps more than twice too far.",
            "one side": "It does run away, but every step aims at the minimum and leaps over it, "
            "so the side changes each time.",
        },
        "The slope of b² is 2b, so a step gives b − 1.1 · 2b = −1.2 b: 1, −1.2, 1.44, −1.728. Each "
        "step changes the side and grows by a fifth.",
    ),
    "valley": SingleChoice(
        "f = 0.1x² + 2y² is a long valley along x. From (4, 1) and with a learning rate of 0.45, "
        "what will the path look like?",
        {
            "straight": "A straight line to the minimum.",
            "along": "First along the valley to x = 0, then down its side.",
            "zigzag": "A zigzag across the valley that creeps along it.",
            "spiral": "A spiral around the minimum.",
        },
        "zigzag",
        {
            "straight": "It would be straight if the gradient pointed at the minimum. It does so "
            "in a round bowl; here it points almost straight across the valley.",
            "along": "It is the other way round: the valley is flat along x, so that is where the "
            "steps are small. Across it they are large.",
            "spiral": "For a spiral, x would have to change its sign too. Its factor at each step "
            "is 0.91, and stays positive.",
        },
        "Across the valley y is multiplied by 1 − 0.45 · 4 = −0.8 at each step: it changes sides. "
        "Along it x is multiplied by 1 − 0.45 · 0.2 = 0.91: it creeps. One rate has to serve both.",
    ),
    "limit": Numeric(
        "On f = 0.1x² + 2y², above which learning rate does plain gradient descent diverge?",
        0.5,
        0.01,
        feedback={
            0.25: "0.25 = 1/4 is the rate that brings y to 0 in one step. Twice that can still be "
            "survived.",
            1.0: "1 is the limit for a second derivative of 2. That of 2y² is 4: the 2 comes down "
            "twice.",
            10.0: "10 = 2/0.2 is the limit of the flat direction x. The steep one breaks first.",
            0.476: "0.476 = 2/(0.2 + 4) is the best rate; the limit lies a little above it.",
            2.0: "2 is the factor before y². What counts is its second derivative, 4, and the "
            "limit is 2 divided by that.",
        },
        explanation="The steepest direction decides. There the second derivative is 4, and each "
        "step multiplies y by 1 − 4η. That stays between −1 and 1 as long as η < 2/4 = 0.5: 0.49 "
        "converges, 0.51 diverges.",
    ),
    "momentum limit": SingleChoice(
        "Momentum makes steps longer. On the same valley and with a momentum of 0.5, where does "
        "the limit of the learning rate, 0.5 until now, go?",
        {
            "lower": "Down to 0.25: the steps are twice as long.",
            "same": "It stays at 0.5: the valley is the same.",
            "higher": "Up to 0.75: momentum holds back what swings back and forth.",
            "none": "There is no limit any more.",
        },
        "higher",
        {
            "lower": "A good thought: in a steady direction steps do grow to twice their length. "
            "But what diverges first swings back and forth, and there the last step is opposed to "
            "the new one and takes some of it away.",
            "same": "The curvature is the same, but the step is not: it now holds half of the last "
            "step, which points the other way when the path swings.",
            "none": "Momentum takes the edge off a swing, but only a part of it. Rates above 0.75 "
            "still diverge.",
        },
        "With a momentum of 0.5 the limit is (2 + 2 · 0.5)/4 = 0.75. At the edge y flips its sign "
        "at each step, so the velocity subtracts from the step instead of adding to it.",
    ),
    "race": SingleChoice(
        "A valley is 100 times as steep across as it is along. With its best settings, momentum "
        "comes within a thousandth of the first distance in 56 steps. How many does plain gradient "
        "descent need at its own best rate?",
        {
            "as many": "About 60: at its best it is as good.",
            "twice": "About 110: twice as many.",
            "six times": "About 350: six times as many.",
            "hundred times": "About 5,600: a hundred times as many.",
        },
        "six times",
        {
            "as many": "Its best rate is held down by the steep direction, and at that rate it "
            "creeps along the flat one.",
            "twice": "More than that. Its steps go with the ratio of the curvatures, 100; those of "
            "momentum go with the root of it, 10.",
            "hundred times": "You thought of the ratio of the curvatures, 100. Momentum depends on "
            "it too, by its root, so the two differ by a factor nearer to 10 than to 100.",
        },
        "It needs 346 steps. Gradient descent shrinks the distance by 99/101 at each step, "
        "momentum by about 9/11: the ratio 100 has become its root, 10.",
    ),
    "batch": SingleChoice(
        "A mini-batch estimates the gradient with some noise. What happens to the size of that "
        "noise (its standard deviation) if the batch is four times as large?",
        {
            "same": "It stays: the data are just as noisy.",
            "half": "It halves.",
            "quarter": "It falls to a quarter.",
            "sixteenth": "It falls to a sixteenth.",
        },
        "half",
        {
            "same": "Each sample is as noisy as before, but the batch takes their mean, in which "
            "noise of opposite signs cancels.",
            "quarter": "The variance falls to a quarter. The standard deviation is its root.",
            "sixteenth": "That would be the square of 4; it is the root of 4 that counts.",
        },
        "The noise of a mean of B samples goes with 1/√B: four times the samples, half the noise, "
        "and four times the work. That is why batches are seldom very large.",
    ),
}
