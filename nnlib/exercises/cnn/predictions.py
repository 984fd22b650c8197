"""Lesson 06: what the learner predicts before each explorable."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "in place": Numeric(
        "The second pixel of the output is 205: its window holds 128, 128, 240 / 128, 245, 240 / "
        "128, 245, 240, and the weights are ones around a 4, divided by 12. Now suppose a program "
        "writes the first result, 178, into the picture at once, in the place of the 128 at the "
        "left of the middle row. What does it compute for the second pixel?",
        209,
        0.6,
        feedback={
            205.0: "205 is right only if the window still holds the old 128. Here it holds 178.",
            255.0: "255 is 205 + 50: that pixel has a weight of one twelfth, not of 1.",
            221.0: "221 gives the new pixel the weight 4/12. It stands at the side: 1/12.",
            178.0: "178 is the first result. The second window adds up nine other pixels.",
        },
        explanation="One pixel of the window is larger by 178 − 128 = 50, and its weight is 1/12. "
        "So 2457/12 becomes 2507/12 = 208.9, which is 209.",
    ),
    "centre": SingleChoice(
        "A filter is learnt by gradient descent from a picture of noise between 0 and 1. Then the "
        "mean, 0.5, is subtracted from the picture, and it is learnt again, with the best rate in "
        "both cases. What happens?",
        {
            "same": "It takes as many steps: the filter is the same.",
            "slower": "It takes more steps: the pixels became smaller.",
            "never": "It is not found any more: half of the picture is negative.",
            "faster": "It takes far fewer steps.",
        },
        "faster",
        {
            "same": "The minimum is the same. But how curved is the valley that leads to it?",
            "slower": "Smaller pixels make smaller gradients, and the best rate makes up for that.",
            "never": "The filter multiplies and adds; the sign of a pixel does not matter to it.",
        },
        "With a mean of 0.5 all nine pixels rise and fall together, and one direction is 36 times "
        "as curved as another. Without the mean all directions are nearly alike.",
    ),
    "weights": Numeric(
        "A layer makes 6 feature maps of a grey image of 28 x 28 pixels: each with one kernel of "
        "5 x 5, and one bias. How many numbers does it learn?",
        156,
        0.4,
        feedback={
            150.0: "150 are the weights, 6 · 25. Each map has a bias too.",
            151.0: "Each of the 6 maps has a bias of its own.",
            26.0: "26 is one kernel with its bias. There are 6 of them.",
            117600.0: "117,600 products are computed. The same few weights serve for all places.",
            122304.0: "The kernel is the same at every place of the image: it is learnt once.",
            3692640.0: "That is what a dense layer with as many outputs would learn.",
        },
        explanation="6 · (5 · 5 + 1) = 156. The size of the image does not come into it.",
    ),
    "field": Numeric(
        "Five convolutions of 3 x 3, stride 1, one after the other. How many pixels wide is the "
        "part of the image that one pixel at the end sees?",
        11,
        0.1,
        feedback={
            3.0: "3 is what it sees of the map just before it. Each of those sees 3 in turn.",
            15.0: "The windows of neighbours overlap: each layer adds less than 3.",
            10.0: "Each layer adds 2. What did the counting begin with?",
            243.0: "3⁵ would be right if the windows of neighbours did not overlap.",
            13.0: "Each layer adds 2, and there are five of them.",
        },
        explanation="It begins with 1 pixel, and each layer adds one on either side: "
        "1 + 5 · 2 = 11.",
    ),
    "shift": SingleChoice(
        "Two networks learn digits that lie in the middle of the paper, and both then read over "
        "90% right. One has convolutions and pools, the other dense layers. Now each digit moves "
        "4 pixels to the right. What happens?",
        {
            "conv": "The convolutions still read it, the dense layers do not.",
            "both": "Both read it about as well as before.",
            "dense": "The dense layers read it, the convolutions do not.",
            "none": "Neither reads it: they have never seen one there.",
        },
        "conv",
        {
            "both": "Each weight of a dense layer belongs to one pixel, and now the ink lies on "
            "others.",
            "dense": "Which of the two uses the same weights at every place?",
            "none": "The convolution slides the same kernels over every place, seen or not.",
        },
        "The kernels find the same strokes, only further right, and the last pool asks whether "
        "there are any and not where. A dense layer has learnt nothing about those pixels.",
    ),
    "level": SingleChoice(
        "The weights of a kernel have the sum 0. Its window stands on level ground: all pixels are "
        "200. What is the output?",
        {
            "200": "200: level ground stays as it is.",
            "zero": "0, however bright the ground is.",
            "depends": "That depends on which weights are where.",
            "mean": "200 divided by the number of weights.",
        },
        "zero",
        {
            "200": "It would, if the weights had the sum 1.",
            "depends": "On level ground each weight meets the same number, so only the sum counts.",
            "mean": "Nothing divides here. Take the 200 out of the sum: what is left in it?",
        },
        "The sum is 200 times the sum of the weights, and that is 0. Such a kernel answers to "
        "changes only: it finds edges.",
    ),
}
