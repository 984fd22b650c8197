"""Lesson 10: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "count": Numeric(
        "A network has 2 inputs, a hidden layer of 4 neurons and 1 output. How many numbers does "
        "it learn?",
        17,
        0.01,
        feedback={
            12.0: "12 are the weights: 2 · 4 + 4 · 1. Each neuron has a bias as well.",
            7.0: "7 counts the circles of the diagram. It learns the lines between them.",
            19.0: "Inputs have no bias: they compute nothing.",
            8.0: "8 are the lines into the hidden layer. There is more.",
        },
        explanation="2 · 4 + 4 = 12 into the hidden layer and 4 · 1 + 1 = 5 into the output: 17.",
    ),
    "bend": SingleChoice(
        "Six hidden layers with the activation *linear* meet the circle. What is the border?",
        {
            "circle": "A circle: six layers are deep enough.",
            "hexagon": "A shape with six sides.",
            "line": "A straight line.",
            "none": "There is none: the weights do not move.",
        },
        "line",
        {
            "circle": "Depth without a bend is of no use: the product of six matrices is a matrix.",
            "hexagon": "Sides come from neurons that bend. These do not.",
            "none": "They move, and find the best straight line there is.",
        },
        "A linear function of a linear function is linear, however often.",
    ),
    "test": SingleChoice(
        "Why are some points kept out of training?",
        {
            "speed": "So that an epoch is shorter.",
            "judge": "To judge the network by points that it has not seen.",
            "noise": "Because they are too noisy to learn from.",
            "later": "To train on them when the others are learnt.",
        },
        "judge",
        {
            "speed": "It is shorter, but that is not the aim.",
            "noise": "They are drawn by chance, and are as noisy as the others.",
            "later": "Then nothing would be left to judge it by.",
        },
        "On its training points a network can be perfect by heart. What counts is how it does on "
        "new ones, and only points that were kept apart tell.",
    ),
    "remedy": MultipleChoice(
        "The training loss is near 0 and the test loss climbs. Which of these help?",
        {
            "data": "More training points.",
            "price": "A price on large weights.",
            "long": "Training for longer.",
            "stop": "Stopping where the test loss was least.",
            "wide": "More neurons.",
        },
        {"data", "price", "stop"},
        {
            "data": "A border that suits many points has no room for the noise of each.",
            "price": "Sharp corners around single points take large weights.",
            "long": "It goes on learning the noise by heart.",
            "stop": "That is early stopping: use the weights of that moment.",
            "wide": "It has learnt the training points by heart already; more neurons make that "
            "easier.",
        },
        "All three that help leave the network less room to learn single points by heart.",
    ),
    "batches": Numeric(
        "400 training samples, batches of 32. How many updates are in an epoch?",
        13,
        0.01,
        feedback={
            12.0: "12 batches hold 384 samples. The other 16 want to be learnt from, too.",
            12.5: "There is no half update: the last batch is smaller.",
            32.0: "32 is the size of a batch, not their number.",
        },
        explanation="400 / 32 = 12.5: twelve full batches, and a last one of 16 samples.",
    ),
    "scale": SingleChoice(
        "A table has weights in grams, near 150, and lengths in centimetres, near 8. The "
        "playground centres and scales each column before training. Why?",
        {
            "units": "Grams and centimetres cannot be added.",
            "range": "Inputs above 1 are not allowed.",
            "alike": "So that one learning rate suits the weights of both.",
            "test": "So that the test part is like the training part.",
        },
        "alike",
        {
            "units": "The weights have units as well, so that their products can be added.",
            "range": "They are allowed. They just make some gradients very large.",
            "test": "The test part is scaled by the mean and spread of the training part, and "
            "stays as it is otherwise.",
        },
        "The gradient of a weight is proportional to its input. Twenty times the input is twenty "
        "times the step, and a rate that suits one column breaks the other.",
    ),
}
