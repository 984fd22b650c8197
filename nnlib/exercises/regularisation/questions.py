"""Lesson 07: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "gap": SingleChoice(
        "Training loss 0.01 and falling, test loss 0.9 and rising. What is the most useful thing "
        "to do first?",
        {
            "longer": "Train longer.",
            "wider": "Make the network wider.",
            "data": "Get more data, or make the data you have count for more.",
            "rate": "Raise the learning rate.",
        },
        "data",
        {
            "longer": "The test loss rises with training. More of it makes things worse.",
            "wider": "It has room enough already: it knows the training set by heart.",
            "rate": "The training loss is down already. Its pace is not the trouble.",
        },
        "It overfits. More data is the best remedy; augmentation, a penalty, dropout or stopping "
        "early are the others.",
    ),
    "looks at": SingleChoice(
        "Which digits may early stopping look at?",
        {
            "train": "Those it trains on.",
            "validation": "Digits held out for this purpose.",
            "test": "The test digits.",
            "all": "All of them.",
        },
        "validation",
        {
            "train": "The training loss falls to the end, so it would never stop.",
            "test": "Then they help to choose the network, and no longer judge it fairly.",
            "all": "Some of them must be kept for the verdict, and some for training.",
        },
        "Three parts: training sets the weights, validation the moment to stop, test the mark.",
    ),
    "louder": Numeric(
        "A unit has the value 3. Dropout with p = 0.25 lets it speak. What goes on to the next "
        "layer, in training?",
        4,
        0.001,
        feedback={
            3.0: "3 is what goes on outside training. In training those that speak stand in for "
            "those that do not.",
            2.25: "2.25 = 3 · 0.75 is what the old form did outside training. Here one divides, "
            "in training.",
            12.0: "12 = 3 / 0.25 divides by p. A share of 1 − p is left to speak.",
            0.75: "0.75 = 3 · 0.25. Those that speak get louder, not softer.",
        },
        explanation="3 / (1 − 0.25) = 4, and with probability 0.75: the mean is 3.",
    ),
    "learnt": Numeric(
        "How many numbers does training learn in a batch norm of 100 features?",
        200,
        0.1,
        feedback={
            400.0: "400 counts the running means and variances. They are measured, not learnt by "
            "gradient descent.",
            100.0: "There is a scale and a shift for each feature.",
            2.0: "Each feature has a scale and a shift of its own.",
        },
        explanation="γ and β for each of 100 features: 200. The 200 running statistics are "
        "measured.",
    ),
    "bias": SingleChoice(
        "A dense layer stands before batch norm. What does its bias do?",
        {
            "shift": "It moves the output of batch norm.",
            "nothing": "Nothing: batch norm takes it away again.",
            "scale": "It makes the output larger.",
            "harm": "It keeps batch norm from working.",
        },
        "nothing",
        {
            "shift": "The mean contains the bias too, and the mean is subtracted. It is β that "
            "moves the output.",
            "scale": "A bias is added. And the division makes the spread 1 again anyway.",
            "harm": "No harm either: it is just idle.",
        },
        "Adding b to every number adds b to the mean, and x − μ stays as it was. β does the work.",
    ),
    "outside": MultipleChoice(
        "Which of these differ between training and evaluation?",
        {
            "dropout": "What dropout does.",
            "norm": "Which mean and variance batch norm uses.",
            "relu": "What ReLU does.",
            "gamma": "Which γ and β are used.",
            "running": "Whether the running statistics change.",
        },
        {"dropout", "norm", "running"},
        {
            "dropout": "In training it draws masks, in evaluation it does nothing.",
            "norm": "In training those of the batch, in evaluation the running ones.",
            "relu": "It has no mode: max(0, z), always.",
            "gamma": "They are parameters like weights, the same in both.",
            "running": "They follow the batches of training, and must rest in evaluation.",
        },
        "Two layers behave differently, and one of them remembers. That is what training= is for.",
    ),
    "jumps": SingleChoice(
        "You evaluate the same network twice on the same data, and the losses differ. What is the "
        "likeliest reason?",
        {
            "rounding": "Rounding.",
            "mode": "It is evaluated in training mode.",
            "penalty": "The penalty is counted in.",
            "rate": "The learning rate is too high.",
        },
        "mode",
        {
            "rounding": "The same sums in the same order give the same bits.",
            "penalty": "That depends on the weights, and they are the same both times.",
            "rate": "No step is taken between the two, so the rate plays no part.",
        },
        "New masks at each look, and perhaps statistics that the first look has moved.",
    ),
}
