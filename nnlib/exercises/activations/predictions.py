"""Lesson 05: what the learner predicts before each explorable."""

from nnlib.exercises.items import Item, Numeric, SingleChoice

PREDICTIONS: dict[str, Item] = {
    "steepest": Numeric(
        "σ(z) = 1/(1 + e⁻ᶻ) climbs from 0 to 1. How large is its slope where it is steepest?",
        0.25,
        0.005,
        feedback={
            1.0: "1 is how far it climbs in all. It takes its time: even in the middle it climbs "
            "less steeply than the line a = z.",
            0.5: "0.5 is the height in the middle, at z = 0. The slope there is σ(1 − σ).",
            0.75: "0.75 is 1 − 0.25. The slope is σ(1 − σ), and in the middle σ is 0.5.",
            0.125: "0.125 is half of it. σ(1 − σ) in the middle is 0.5 · 0.5.",
        },
        explanation="The slope is σ(1 − σ). That is largest in the middle, where σ = 0.5: 0.25. "
        "Nowhere else is it as much.",
    ),
    "chain": SingleChoice(
        "A gradient passes back through eight logistic layers, each with the weight 1 and every z "
        "at its best place. How much of it arrives?",
        {
            "all": "All of it: the weights are 1.",
            "eighth": "An eighth: each layer takes its share.",
            "quarter": "A quarter: that is the largest slope.",
            "nothing": "Less than a thirty-thousandth.",
        },
        "nothing",
        {
            "all": "The weights take nothing. But each layer multiplies by its slope too.",
            "eighth": "Shares that are taken add up; here they multiply.",
            "quarter": "A quarter is left after one layer. There are seven more.",
        },
        "Each layer leaves a quarter at best: (1/4)⁸ = 1/65,536. With z elsewhere it is far less.",
    ),
    "dead": SingleChoice(
        "One step too large has pushed a ReLU so far that z < 0 for every sample. Now you lower "
        "the learning rate and train on. What happens?",
        {
            "slow": "It comes back, slowly.",
            "away": "It moves further away.",
            "nothing": "Nothing at all, however long you wait.",
            "jumps": "It jumps back and forth.",
        },
        "nothing",
        {
            "slow": "A small rate makes small steps of a gradient. But this one is exactly 0.",
            "away": "For that, something would have to push it. Its slope is 0, so nothing does.",
            "jumps": "Jumps are large steps; a step here is the rate times 0.",
        },
        "Where z < 0 the slope of ReLU is 0. With z < 0 for every sample the whole gradient of the "
        "unit is 0, and any rate times 0 is 0.",
    ),
    "half": SingleChoice(
        "Weights are drawn so that z = x W has the same spread as x. Then ReLU sets the negative "
        "half to 0. What happens to the mean of the squares, layer after layer?",
        {
            "same": "It stays: the large values are kept.",
            "half": "It halves at each layer.",
            "tenth": "It falls to a tenth at each layer.",
            "first": "It halves once, and then stays.",
        },
        "half",
        {
            "same": "The large positive ones are kept. Equally many, equally large negative ones "
            "are gone.",
            "tenth": "ReLU takes away the negative half and nothing more.",
            "first": "The next layer makes z that are positive and negative again, and its ReLU "
            "takes half of those.",
        },
        "Half of the squares become 0, at every layer anew. So He doubles the variance of the "
        "weights, and the two factors make 1.",
    ),
    "ratio": SingleChoice(
        "In a deep network dL/dW is about as large in the first layer as in the last. Is the "
        "gradient flow healthy?",
        {
            "yes": "Yes: every layer learns at the same pace.",
            "no": "That alone does not say.",
            "vanished": "No: it has vanished.",
            "exploded": "No: it has exploded.",
        },
        "no",
        {
            "yes": "They learn at the same pace. But that pace may be far too small, or far too "
            "large, for all of them.",
            "vanished": "It may have. The ratio of two numbers does not tell how large they are.",
            "exploded": "It may have. The ratio of two numbers does not tell how large they are.",
        },
        "dL/dW is the signal from before times δ from behind. Where signals shrink on the way "
        "forward as fast as δ on the way back, the product is the same everywhere, and tiny.",
    ),
    "cold": SingleChoice(
        "Softmax divides five different logits by a temperature τ. What are the probabilities as τ "
        "goes to 0?",
        {
            "winner": "1 for the largest logit, 0 for the others.",
            "alike": "All alike, 0.2 each.",
            "zero": "All 0.",
            "logits": "The logits themselves.",
        },
        "winner",
        {
            "alike": "So it is when τ goes to infinity: then all quotients are near 0, and alike.",
            "zero": "Probabilities have a sum of 1 at every temperature.",
            "logits": "Logits may be negative, and need not have a sum of 1.",
        },
        "Dividing by a small τ makes the gaps between logits huge, and e to the power of a huge "
        "gap leaves the others nothing.",
    ),
    "line": SingleChoice(
        "You draw a straight line as the activation function of a network with two hidden layers. "
        "It shall tell the inside of a circle from the outside. What border can it draw?",
        {
            "circle": "A circle, if you train for long enough.",
            "line": "A straight line and nothing else.",
            "polygon": "A polygon, with a side for each unit.",
            "none": "None: no gradient passes.",
        },
        "line",
        {
            "circle": "Training looks for the best border that the network can make. This one can "
            "make only one kind.",
            "polygon": "So it is with ReLU: each unit bends the border. A straight line bends "
            "nothing.",
            "none": "The slope of the line is not 0, so gradients do pass.",
        },
        "A linear function of a linear function is linear. However many layers there are, the "
        "border is a straight line.",
    ),
    "pieces": Numeric(
        "A hidden layer has 8 ReLUs, and its input is one number x. Of how many straight pieces "
        "can the answer consist at most?",
        9,
        0.01,
        feedback={
            8.0: "Each of the 8 units bends the line once. How many pieces has a line with one "
            "bend?",
            16.0: "Each unit has two straight pieces. But the units are added up, and the sum "
            "bends only where one of them does.",
            256.0: "256 = 2⁸ counts which units are on or off. Along one line they switch one "
            "after the other.",
            7.0: "Between 8 bends there are 7 pieces, and one more on either side.",
        },
        explanation="The sum bends only at the 8 hinges. A line with 8 bends has 9 pieces.",
    ),
}
