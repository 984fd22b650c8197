"""Lesson 02: what the learner predicts before each explorable."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "rise": Numeric(
        "The sample x = (3, 4) should be answered 1 and is answered 0. We add x to w and 1 to b. "
        "By how much does w · x + b rise at this sample?",
        26.0,
        0.001,
        feedback={
            25.0: "25 = 3² + 4² is what w brings. The bias has grown, too.",
            7.0: "7 = 3 + 4 adds the inputs. In w · x each of them is multiplied by its weight, "
            "and the weights grew by 3 and 4.",
            8.0: "That adds the inputs and the 1. In w · x each input is multiplied by what its "
            "weight grew by.",
            5.0: "5 is the length of x. What counts is its square, and the bias.",
            6.0: "5 is the length of x, but its square counts.",
            1.0: "1 is what the bias brings. The weights have grown, too.",
        },
        explanation="w · x grows by x · x = 9 + 16 = 25, and b by 1: together 26. So an update "
        "always pushes the answer at its own sample in the right direction.",
    ),
    "fixed": SingleChoice(
        "A sample was answered wrongly, and the weights were corrected. The same sample comes "
        "again at once. What is its answer now?",
        {
            "always": "Right: it was just corrected.",
            "better": "Nearer to right, but it may still be wrong.",
            "worse": "It may be farther from right than before.",
            "never": "Wrong: one update never is enough.",
        },
        "better",
        {
            "always": "w · x + b moved the right way, by a fixed amount: 1 plus the squared length "
            "of x. If it was farther off than that, the answer stays wrong.",
            "worse": "At its own sample an update always goes the right way. Other samples may "
            "suffer.",
            "never": "Often one is enough. It depends on how far w · x + b was off.",
        },
        "The step at this sample is ‖x‖² + 1, whatever the distance still to go. Big mistakes take "
        "several visits.",
    ),
    "rates": SingleChoice(
        "Three perceptrons start from zero weights, with learning rates 0.01, 1 and 100. Which of "
        "them makes the fewest mistakes on the same samples?",
        {
            "small": "0.01: small steps are careful.",
            "one": "1: neither too small nor too large.",
            "large": "100: large steps arrive sooner.",
            "same": "All make the same mistakes.",
        },
        "same",
        {
            "small": "Its steps are small, but so are its weights: each step turns the line as "
            "far as it does for the others.",
            "one": "In gradient descent there is a best rate. Here only the sign of w · x + b "
            "counts, and a factor before all weights does not change it.",
            "large": "Its steps are large, but so are its weights: each step turns the line only "
            "as far as it does for the others.",
        },
        "From zero, all weights are η times those of the run with η = 1. The sign of w · x + b is "
        "the same in all three, so are the answers, and so are the mistakes.",
    ),
    "margin": SingleChoice(
        "The gap between two classes becomes half as wide, and nothing else changes. What happens "
        "to Novikoff's bound on the number of mistakes, (R/γ)²?",
        {
            "half": "It halves.",
            "same": "It stays: the samples are as many.",
            "twice": "It doubles.",
            "four": "It becomes four times as large.",
        },
        "four",
        {
            "half": "A narrow gap is harder to find: γ stands below the line of the fraction.",
            "same": "The number of samples does not stand in the bound. The margin does.",
            "twice": "That would be R/γ. The bound is its square.",
        },
        "γ is half as large, so R/γ doubles, and its square becomes four times as large.",
    ),
    "astray": SingleChoice(
        "Two groups lie far apart, but one point of class 1 lies in the middle of class 0. What "
        "does the perceptron do?",
        {
            "ignore": "It draws the line between the groups, stops, and leaves the point wrong.",
            "never": "It never stops, and the line is thrown about for ever.",
            "average": "It stops at a line nearer to the point.",
            "slow": "It needs long, but in the end all answers are right.",
        },
        "never",
        {
            "ignore": "A good line, but nothing makes it stop there: at each visit the point is a "
            "mistake, and a mistake changes the weights.",
            "average": "It stops after an epoch without a mistake, and here every line makes one.",
            "slow": "No straight line has all these points on their sides.",
        },
        "As long as there is a mistake in each epoch, the weights change in each epoch. The pocket "
        "keeps the best weights on the way.",
    ),
    "circle": SingleChoice(
        "A perceptron is trained on XOR for a thousand epochs. What do its weights do?",
        {
            "grow": "They grow without end.",
            "settle": "They settle at a compromise, with one sample wrong.",
            "circle": "They come back to the same values, again and again.",
            "random": "They wander about and never repeat.",
        },
        "circle",
        {
            "grow": "Each update pushes against the others. No run of a perceptron on finitely "
            "many samples grows without end.",
            "settle": "They would settle only after an epoch without a mistake, and XOR has none.",
            "random": "The samples come in one order, and from the same weights the same follows. "
            "Once two epochs begin alike, all goes on alike.",
        },
        "An epoch in which all four samples are mistakes adds up to exactly zero, so it ends where "
        "it began. And soon every epoch is like that.",
    ),
    "linear": SingleChoice(
        "A network of three linear layers, 2-16-16-1, without any activation between them, has 337 "
        "parameters. It is trained on XOR until nothing changes. What does it answer to 00, 01, "
        "10 and 11?",
        {
            "xor": "0, 1, 1, 0.",
            "half": "0.5, 0.5, 0.5, 0.5.",
            "or": "0, 1, 1, 1.",
            "seed": "That depends on the first weights.",
        },
        "half",
        {
            "xor": "So many parameters! But a linear function of a linear function is a linear "
            "function: three layers can do no more than one.",
            "or": "One neuron with a threshold can do OR. But this network is asked for numbers as "
            "near to 0, 1, 1, 0 as can be, and there is a better compromise.",
            "seed": "The weights do. But what the three layers make together is one plane, and a "
            "single plane is nearest to the four targets.",
        },
        "Together, the layers are w · x + b. Of all these planes, the flat one at 0.5 has the "
        "smallest squared error on XOR: 0.25.",
    ),
}
