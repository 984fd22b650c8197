"""Lesson 06: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "size": Numeric(
        "An image is 227 pixels wide. A convolution has a kernel of 11, a stride of 4, and no "
        "padding. How wide is its map?",
        55,
        0.1,
        feedback={
            54.0: "(227 − 11) / 4 = 54 counts the steps. The first place counts too.",
            56.0: "56.75 is 227 / 4. The window must fit in: it can begin at 216 at most.",
            217.0: "217 is the width with a stride of 1.",
            216.0: "216 = 227 − 11 is where the last window begins.",
        },
        explanation="(227 − 11) / 4 + 1 = 55: that is conv1 of AlexNet.",
    ),
    "kernels": MultipleChoice(
        "Which of these kernels keep the brightness of level ground?",
        {
            "box": "Nine times 1/9.",
            "sobel": "Sobel: −1 0 1 / −2 0 2 / −1 0 1.",
            "sharpen": "5 in the middle, −1 on its four sides.",
            "laplace": "−4 in the middle, 1 on its four sides.",
            "identity": "1 in the middle, else 0.",
        },
        {"box", "sharpen", "identity"},
        {
            "box": "Its sum is 1.",
            "sobel": "Its sum is 0: level ground becomes 0.",
            "sharpen": "5 − 4 = 1.",
            "laplace": "Its sum is 0: level ground becomes 0.",
            "identity": "It keeps everything.",
        },
        "On level ground the output is the ground times the sum of the weights.",
    ),
    "flip": SingleChoice(
        "What is the difference between convolution and correlation?",
        {
            "sum": "Convolution divides by the sum of the weights.",
            "edge": "Correlation pads the image, convolution does not.",
            "turn": "Convolution turns the kernel by 180 degrees first.",
            "bias": "Convolution has a bias.",
        },
        "turn",
        {
            "sum": "Neither divides. What the weights add up to is up to the kernel.",
            "edge": "Both can be done with padding and without.",
            "bias": "A layer has one; the sum itself, in mathematics, has none.",
        },
        "For a symmetric kernel the two agree. Layers of networks compute correlation and are "
        "called convolutions all the same: a kernel that is learnt may as well be learnt turned.",
    ),
    "channels": Numeric(
        "conv2 of LeNet-5 reads 6 maps and makes 16, with kernels of 5 x 5. How many numbers does "
        "it learn, with a bias for each map that it makes?",
        2416,
        0.5,
        feedback={
            416.0: "416 = 16 · (25 + 1) has one slice for each filter. Each needs one for all 6.",
            2400.0: "2,400 are the weights. There are 16 biases.",
            2496.0: "There is one bias for each map that comes out, not for each pair of maps.",
            156.0: "156 is conv1, which reads a single channel.",
        },
        explanation="16 · (6 · 25 + 1) = 2,416: each filter has a slice of 5 x 5 for every map.",
    ),
    "slides": SingleChoice(
        "Lecture slides give a layer of AlexNet a receptive field of about 52 pixels. Which is it, "
        "and what does the formula give?",
        {
            "conv3": "conv3: 99.",
            "pool1": "pool1: 19.",
            "conv2": "conv2: 51.",
            "pool2": "pool2: 67.",
        },
        "conv2",
        {
            "conv3": "99 is nearly twice as much.",
            "pool1": "19 is far less: pool1 sees 3 windows of 11, four pixels apart.",
            "pool2": "67 is off by 15, and another layer comes closer.",
        },
        "r = 11 after conv1, 11 + 2 · 4 = 19 after pool1, and 19 + 4 · 8 = 51 after conv2.",
    ),
    "parameters": SingleChoice(
        "Where are most of AlexNet's 61 million parameters?",
        {
            "conv": "In the five convolutions.",
            "pool": "In the pools.",
            "first": "In conv1, whose kernels are the largest.",
            "dense": "In the three dense layers.",
        },
        "dense",
        {
            "conv": "They do 92% of the work with 4% of the parameters.",
            "pool": "A pool learns nothing.",
            "first": "96 kernels of 11 x 11 on 3 channels are 34,944 numbers with their biases.",
        },
        "The dense layers hold 96%. fc6 alone learns 37.8 million: 9,216 inputs times 4,096 "
        "neurons.",
    ),
    "train": MultipleChoice(
        "Which of these helped to train AlexNet?",
        {
            "relu": "ReLU in the place of a function that saturates.",
            "zero": "First weights that are all 0.",
            "dropout": "Dropout in the dense layers.",
            "augment": "Moved and mirrored copies of the photographs.",
            "gpus": "Two GPUs, each with half of the network.",
        },
        {"relu", "dropout", "augment", "gpus"},
        {
            "relu": "Its slope does not fade, so the early layers learn.",
            "zero": "Then all filters of a layer would stay alike.",
            "dropout": "Two of the dense layers had it, against overfitting.",
            "augment": "Crops and mirror images made 2,048 times as many pictures.",
            "gpus": "One card had 3 GB, too little for the whole.",
        },
        "Each of the four has a small experiment of its own in this lesson.",
    ),
}
