"""Lesson 10: what the learner predicts before each experiment."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "inputs": SingleChoice(
        "A disc of orange points lies in a ring of blue ones. The network has no hidden layer: one "
        "neuron, and nothing else. With which inputs can it tell the two apart?",
        {
            "none": "With none: one neuron draws a straight line.",
            "plain": "With x₁ and x₂, if it trains for long.",
            "product": "With x₁x₂.",
            "squares": "With x₁² and x₂².",
        },
        "squares",
        {
            "none": "It draws a straight line in the space of its inputs. Those need not be the "
            "coordinates.",
            "plain": "Training finds the best line. No line has the disc on one side and the ring "
            "on the other.",
            "product": "x₁x₂ tells in which quadrants a point lies. Disc and ring lie in all four.",
        },
        "x₁² + x₂² is the squared distance from the middle. The neuron weighs both squares about "
        "alike and draws its line there: in the plane that is a closed curve, nearly a circle.",
    ),
    "neurons": Numeric(
        "Now the inputs are x₁ and x₂ again, with one hidden layer of tanh neurons. How many of "
        "them does it take at least to close a border around the disc?",
        3,
        0.01,
        feedback={
            1.0: "One neuron gives one straight border.",
            2.0: "Two borders make a wedge or a strip. Both are open at an end.",
            4.0: "Four are comfortable. But there is a closed shape with fewer sides than a "
            "square.",
        },
        explanation="Each hidden neuron adds a straight side, and a closed shape has three sides "
        "or more. The soft steps of tanh round off the corners of the triangle.",
    ),
    "updates": Numeric(
        "There are 150 training samples, and the batch size is 10. How often do the weights move "
        "in one epoch?",
        15,
        0.01,
        feedback={
            1.0: "They move once in an epoch only if the batch is all of the data.",
            10.0: "10 samples are in a batch. How many batches are in 150 samples?",
            150.0: "So it is with a batch size of 1. Here ten samples share one update.",
        },
        explanation="An epoch passes over every sample once: 150 / 10 = 15 batches, and each batch "
        "moves the weights once.",
    ),
    "overfit": SingleChoice(
        "Two layers of 12 neurons learn from 30 noisy points. You let them train for long. What do "
        "the two curves of the loss do?",
        {
            "both": "Both fall, and stay low.",
            "apart": "Training falls towards 0; test falls, turns and climbs.",
            "rise": "Both climb in the end.",
            "level": "Training stays high: 30 points are too few.",
        },
        "apart",
        {
            "both": "The training points are all it sees. Does what it learns about their noise "
            "hold for others?",
            "rise": "Each update lowers the loss on training samples, more or less. That curve "
            "has no reason to climb.",
            "level": "Few points are easy to learn: by heart, if need be.",
        },
        "It first finds what the points have in common, and then learns each one by heart, noise "
        "included. That pays on the training points only.",
    ),
    "spiral": SingleChoice(
        "The spiral, two hidden layers, 3,000 updates. Which change helps plain SGD the most?",
        {
            "adam": "Adam in its place.",
            "linear": "No activation functions, so that nothing saturates.",
            "slow": "A hundredth of the learning rate.",
            "batch": "Batches of 100, for an exact gradient.",
        },
        "adam",
        {
            "linear": "Without a bend, all layers together draw a straight line.",
            "slow": "It has not come far enough as it is. Smaller steps take it less far.",
            "batch": "The gradient is less noisy then. But the steps are no longer than before.",
        },
        "Adam measures each weight's gradients and gives each its own step. On a loss with steep "
        "and level directions that brings it far ahead in the same number of updates.",
    ),
}
