"""Lesson 03: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "minus": SingleChoice(
        "Why does the rule b ← b − η f′(b) have a minus sign?",
        {
            "uphill": "The slope points uphill, and we want to go downhill.",
            "negative": "Slopes are negative near a minimum.",
            "smaller": "Parameters should become smaller, to keep the network simple.",
            "rate": "The learning rate would have to be negative otherwise.",
        },
        "uphill",
        {
            "negative": "Only to the left of a minimum. To its right they are positive, and the "
            "rule works on both sides.",
            "smaller": "That is what weight decay does, in a later lesson. Here b grows wherever "
            "the slope is negative.",
            "rate": "True, but that says the same in other words: why should it be negative?",
        },
        "The derivative, and in several dimensions the gradient, points to where f grows fastest. "
        "The opposite direction is that of steepest descent.",
    ),
    "one step": Numeric(
        "f = b². Start at b = 3 and take one step with a learning rate of 0.1. Where is b then?",
        2.4,
        0.001,
        feedback={
            3.6: "That step went uphill: the rule subtracts.",
            2.7: "The slope of b² at 3 is 2 · 3 = 6, not 3.",
            0.6: "0.6 is the length of the step. The question is where it ends.",
            -0.6: "−0.6 is the step. The question is where it ends.",
            2.1: "9 is the value of f at 3. The step goes with its slope, 6.",
            2.9: "That moved b by the learning rate itself. It is a factor before the slope.",
            -3.0: "That moved b by the slope itself; the learning rate makes a tenth of it.",
        },
        explanation="The slope is 2b = 6, so b becomes 3 − 0.1 · 6 = 2.4.",
    ),
    "flat": SingleChoice(
        "Gradient descent stands still, because the gradient is exactly 0. Where may it be?",
        {
            "global": "At the global minimum, and nowhere else.",
            "minimum": "At a minimum, local or global.",
            "any": "At a minimum, a saddle point or even a maximum.",
            "bottom": "Where f = 0.",
        },
        "any",
        {
            "global": "A gradient only knows its surroundings. It is 0 at the bottom of every "
            "hollow, however high that lies.",
            "minimum": "Those are two cases. But between two hollows, on the pass, the ground is "
            "level too.",
            "bottom": "A gradient of 0 says that f does not change there, not how large it is.",
        },
        "All of these have a gradient of 0. In practice a little noise, as in mini-batches, pushes "
        "it off maxima and saddle points. Nothing promises the global minimum.",
    ),
    "rate limit": Numeric(
        "f = 5x². Above which learning rate does plain gradient descent diverge?",
        0.2,
        0.001,
        feedback={
            0.4: "The second derivative of 5x² is 10, not 5.",
            0.1: "0.1 = 1/10 reaches the minimum in one step. Up to twice that it still converges.",
            10.0: "10 is the second derivative. The limit is 2 divided by it.",
            5.0: "What counts is the second derivative, 10; and the more of it, the lower the "
            "limit.",
            1.0: "1 is the limit for x². This is five times as steep.",
        },
        explanation="A step multiplies x by 1 − 10η. It shrinks as long as 10η < 2, so the limit "
        "is 0.2.",
    ),
    "momentum": MultipleChoice(
        "Which of these are true of gradient descent with a momentum of 0.9?",
        {
            "steady": "Where the gradient stays the same, steps grow to 10 times their length.",
            "cancel": "Where the gradient flips its sign at each step, steps become shorter.",
            "never": "It never runs past the minimum.",
            "limit": "On a quadratic valley it stands a larger learning rate.",
            "hessian": "It has to compute second derivatives.",
        },
        {"steady", "cancel", "limit"},
        {
            "steady": "Steady gradients do add up: 1 + 0.9 + 0.81 + ... = 1/(1 − 0.9) = 10.",
            "cancel": "Gradients that flip do cancel in the velocity: 1 − 0.9 + 0.81 − ... is "
            "about 0.53.",
            "never": "It does run past the minimum, as a rolling ball does, and comes back.",
            "limit": "The limit does rise: from 2/λ to (2 + 2 · 0.9)/λ, where λ is the largest "
            "curvature.",
            "hessian": "It needs nothing but gradients and the memory of one velocity.",
        },
        "Momentum adds up what is steady and cancels what flips. Both help in a narrow valley.",
    ),
    "adaptive": MultipleChoice(
        "Which of these are true of AdaGrad, RMSprop and Adam?",
        {
            "steep first": "AdaGrad slows down most in the directions with large gradients.",
            "stuck": "The steps of AdaGrad can become so small that it all but stops.",
            "forget": "RMSprop forgets old gradients little by little.",
            "one rate": "All three move each parameter by the same factor times its gradient.",
            "global": "Adam finds the global minimum.",
        },
        {"steep first", "stuck", "forget"},
        {
            "steep first": "AdaGrad divides by the root of the summed squared gradients; that sum "
            "grows fastest where gradients are large.",
            "stuck": "The sum in AdaGrad never shrinks, so its steps can indeed fade away far from "
            "the minimum.",
            "forget": "RMSprop replaces AdaGrad's sum by a running mean, and that forgets.",
            "one rate": "Plain gradient descent does that. These three give each parameter a "
            "factor of its own.",
            "global": "Adam follows gradients downhill like the others, and can end in any hollow.",
        },
        "All three scale each direction by the gradients it has had: AdaGrad by their sum, RMSprop "
        "and Adam by a running mean.",
    ),
    "batch noise": Numeric(
        "The batch grows from 25 to 400 samples. By which factor does the noise of the gradient "
        "(its standard deviation) shrink?",
        4.0,
        0.01,
        feedback={
            16.0: "16 is how much larger the batch is, and how much the variance shrinks. The "
            "standard deviation is its root.",
            256.0: "That is 16 squared; it is the root of 16 that counts.",
            0.25: "The noise becomes 0.25 times what it was: it shrinks by a factor of 4.",
            20.0: "20 is the root of 400. What counts is how many times larger the batch is: 16.",
        },
        explanation="The noise goes with 1/√B, and √(400/25) = √16 = 4.",
    ),
    "first aid": SingleChoice(
        "You train a network with a rate of 0.3. After ten updates the loss is NaN. What do you "
        "try first?",
        {
            "rate": "A smaller learning rate.",
            "longer": "More epochs.",
            "batch": "A larger batch at the same rate.",
            "momentum": "The same rate with a momentum of 0.99.",
        },
        "rate",
        {
            "longer": "Once the numbers have overflowed, no update brings them back.",
            "batch": "Less noise does not help: the limit set by the curvature is the same for an "
            "exact gradient.",
            "momentum": "At the limit of a quadratic that could help, by less than a factor of 2. "
            "But in steady directions steps would grow a hundredfold.",
        },
        "NaN after a few updates is what divergence looks like. Take a third or a tenth of the "
        "rate; once it learns, raise it again until just below where it breaks.",
    ),
}
