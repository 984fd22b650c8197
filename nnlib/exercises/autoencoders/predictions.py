"""Lesson 08: what the learner predicts before each explorable."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "rows": SingleChoice(
        "A linear autoencoder with a code of three is trained to the end; PCA keeps three "
        "components. What is the same in both?",
        {
            "weights": "The weights of the decoder are the three components.",
            "right angles": "The rows of the decoder stand at right angles, as components do.",
            "plane": "What the rows span, and so the error.",
            "nothing": "Nothing: one learns, the other computes.",
        },
        "plane",
        {
            "weights": "Turn the code, and turn the decoder back: the output is the same. So "
            "training has no reason to find these three.",
            "right angles": "Nothing in the loss asks for right angles.",
            "nothing": "Both look for the code of three numbers that loses least.",
        },
        "Both have the least squared error that three numbers allow, and only one "
        "three-dimensional plane has it. In that plane the network may choose any three rows.",
    ),
    "eight": SingleChoice(
        "A deep autoencoder squeezes 64 pixels through 8 numbers. How many numbers does PCA need "
        "for the same error on test digits?",
        {
            "fewer": "4: it is the best that there is.",
            "same": "8: a number is a number.",
            "half more": "About 12.",
            "all": "Nearly all 64.",
        },
        "half more",
        {
            "fewer": "It is the best with straight planes. A deep network may bend its surface.",
            "same": "That would be so if digits lay near a flat plane.",
            "all": "With 32 components PCA has a smaller error than this network with 8.",
        },
        "The curved surface of the deep network fits better than a flat plane of the same "
        "dimension. PCA needs about half as many numbers again.",
    ),
    "conv": SingleChoice(
        "A convolutional autoencoder for pictures of 8 x 8 pixels is to take pictures of 28 x 28. "
        "How many weights does it have then?",
        {
            "twelve": "About 12 times as many, as there are 12 times as many pixels.",
            "same": "As many as before.",
            "three": "3.5 times as many, as the side is 3.5 times as long.",
            "fewer": "Fewer: the pictures are redundant.",
        },
        "same",
        {
            "twelve": "So it is for a dense layer, with a weight for each pixel.",
            "three": "Its filters do not grow with the picture.",
            "fewer": "Its filters do not shrink either.",
        },
        "A filter of 3 x 3 slides over a picture of any size. The code grows, the weights do not.",
    ),
    "copy": SingleChoice(
        "100 units in the code, 64 pixels, and nothing but a small error is asked for. On whole "
        "digits the error becomes tiny. Now it gets digits with 30% of their pixels erased. What "
        "comes out?",
        {
            "holes": "The digits with most of their holes.",
            "whole": "Whole digits: it has learnt what digits look like.",
            "white": "White pictures: it has never seen such a thing.",
            "other": "Other digits than those it was given.",
        },
        "holes",
        {
            "whole": "It had no need to learn that. There is a simpler way to a small error.",
            "white": "It treats each pixel much as before.",
            "other": "To choose another digit it would have to know what digits are.",
        },
        "With more numbers than pixels it can copy, and a copy has no error. What it copies now is "
        "the holes.",
    ),
    "cross": SingleChoice(
        "A network has learnt to clean spoilt digits, and nothing else. You draw a large X. What "
        "does it make of it?",
        {
            "X": "A clean X.",
            "white": "Nothing: it removes what is no digit.",
            "noise": "Noise.",
            "towards": "Something closer to a digit.",
        },
        "towards",
        {
            "X": "To clean an X it would have to know what an X looks like.",
            "white": "White paper is no digit either.",
            "noise": "All that it was ever asked for were digits.",
        },
        "It moves what it is given towards what it was asked for. That was always a digit.",
    ),
    "hole": SingleChoice(
        "A network with a code of two numbers has learnt the digits. What does the decoder draw at "
        "places where no digit has its code?",
        {
            "blank": "White paper.",
            "digit": "Always a digit: that is all it has learnt.",
            "untold": "Whatever comes out: in places digits, in places smears.",
            "error": "It cannot draw there.",
        },
        "untold",
        {
            "blank": "White paper would be a picture as well, and it was never asked for it.",
            "digit": "Near the codes it does. Further away nothing has told it to.",
            "error": "The decoder is a function. It has a value everywhere.",
        },
        "The loss only looks at codes of digits. Between them the decoder goes on smoothly, which "
        "is often a digit, and sometimes nothing like one.",
    ),
    "gibbs": Numeric(
        "A restricted Boltzmann machine has 64 visible and 100 hidden units. The visible ones are "
        "known. How many hidden units may be drawn at the same time, without an error?",
        100,
        0.1,
        feedback={
            1.0: "One at a time is right where all units are connected. Which are not, here?",
            64.0: "64 is how many units each of them listens to.",
            50.0: "Half of them would be right if each had a partner in its own layer.",
            6400.0: "6,400 is the number of weights.",
        },
        explanation="No two hidden units are connected. Given the visible ones, each goes by its "
        "own probability, whatever the others do.",
    ),
    "labels": SingleChoice(
        "A classifier gets one labelled digit of each kind. Which numbers about the digits let it "
        "read the most of the others?",
        {
            "pixels": "The 64 pixels: everything is in them.",
            "bottleneck": "The 8 numbers of a bottleneck: the essence.",
            "denoising": "The 256 units of a denoising autoencoder.",
            "boltzmann": "The 100 hidden units of a Boltzmann machine.",
        },
        "boltzmann",
        {
            "pixels": "Everything is in them, but ten examples do not show what matters.",
            "bottleneck": "It keeps what redraws a digit. That is not what tells digits apart.",
            "denoising": "They beat the pixels. Another kind does even better here.",
        },
        "Ten labels are too few to learn what matters. The hidden units have learnt it from 1,438 "
        "digits without labels. With 200 labels the order is another one.",
    ),
}
