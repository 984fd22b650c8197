"""Lesson 09: the quiz."""

from nnlib.exercises.items import Item, MultipleChoice, Numeric, SingleChoice

QUESTIONS: dict[str, Item] = {
    "state": SingleChoice(
        "What makes a network recurrent?",
        {
            "deep": "It has many layers.",
            "loop": "Its state at one step goes into the next.",
            "order": "It sorts its inputs.",
            "gates": "It has gates.",
        },
        "loop",
        {
            "deep": "Unfolded it looks deep, but all these layers are one cell.",
            "order": "Inputs come in the order that they have. It depends on them; it sorts "
            "nothing.",
            "gates": "LSTM and GRU have them. The plain RNN has none, and is recurrent.",
        },
        "A cycle in the graph: what it knows at step t depends on what it knew at t − 1.",
    ),
    "count": Numeric(
        "A plain RNN cell reads 3 numbers at a step and has 5 hidden units. How many parameters "
        "has it?",
        45.0,
        0.1,
        feedback={
            20.0: "15 + 5: the weights from state to state are missing.",
            40.0: "15 + 25: the biases are missing.",
            15.0: "That is W alone, 3 · 5.",
            30.0: "U goes from 5 units to 5 units: that makes 25.",
        },
        explanation="W has 3 · 5 = 15, U has 5 · 5 = 25, b has 5: 45.",
    ),
    "times": Numeric(
        "How many times as many parameters has an LSTM as a plain RNN of the same sizes?",
        4.0,
        0.05,
        feedback={
            3.0: "Three gates, and the candidate besides.",
            2.0: "c is a second state, but it has no weights of its own.",
            1.0: "Each gate looks at input and state with weights of its own.",
        },
        explanation="Input, forget and output gate and the candidate: four times W, U and b. A GRU "
        "has three.",
    ),
    "left": Numeric(
        "ρ = 0.9, and tanh is in its steep middle. Which share of a gradient is left after 20 "
        "steps back? (Two decimals.)",
        0.12,
        0.006,
        feedback={
            0.9: "That is after one step.",
            0.045: "Shares multiply, they do not divide by the steps.",
            0.18: "0.9 · 20 makes 18. Take the power instead.",
            0.02: "Ten steps leave 0.35; ten more leave 0.35 of that.",
        },
        explanation="0.9²⁰ = 0.12.",
    ),
    "gates": MultipleChoice(
        "Which of these are true of an LSTM?",
        {
            "add": "The cell is changed by adding.",
            "never": "Its gradient cannot vanish.",
            "keep": "A large forget bias makes memory long at the start.",
            "show": "The output gate decides what the cell keeps.",
            "learnt": "Gates are computed from input and state, at every step.",
        },
        {"add", "keep", "learnt"},
        {
            "add": "c = f c + i g: an old part that is kept, and a new part that is added.",
            "never": "With f = 0.5 it vanishes as 0.5ᵏ along the cell.",
            "keep": "With b = 5 half is gone only after 103 steps.",
            "show": "The forget gate does. The output gate decides what is shown of it.",
            "learnt": "That is what their weights are for.",
        },
        "The cell is a sum, guarded by gates. Whether it remembers depends on where they stand.",
    ),
    "carry": SingleChoice(
        "An LSTM holds a number in c and shall carry it unchanged over 50 steps. Where must its "
        "gates stand?",
        {
            "open": "All open: i = f = o = 1.",
            "shut": "All shut: i = f = o = 0.",
            "write": "i = 1, f = 0.",
            "carry": "i = 0, f = 1.",
        },
        "carry",
        {
            "open": "Then every new candidate is added on top.",
            "shut": "f = 0 forgets everything at once.",
            "write": "That throws the old number away and writes a new one.",
        },
        "Keep everything, add nothing. o does not matter for what is kept.",
    ),
    "many": SingleChoice(
        "A network reads a film review and says whether it is a good one. Which form is that?",
        {
            "one": "A sequence to one answer.",
            "each": "A sequence to an answer at every step.",
            "from": "One input to a sequence.",
            "none": "No sequence is involved.",
        },
        "one",
        {
            "each": "It could speak after every word, but here only its last word counts.",
            "from": "That would be writing a review, given a mark.",
            "none": "Words in an order are a sequence.",
        },
        "The state after the last word goes into the answer.",
    ),
    "explode": SingleChoice(
        "After 500 calm updates of an RNN the loss jumps to a huge value. What helps first?",
        {
            "longer": "Longer sequences.",
            "relu": "A larger learning rate, to get over it.",
            "clip": "Clip the gradient to a largest length.",
            "mask": "A mask.",
        },
        "clip",
        {
            "longer": "Longer sequences make longer products, and explosions likelier.",
            "relu": "Then the same gradient throws it even further.",
            "mask": "A mask says where a sequence ends. It does not make gradients shorter.",
        },
        "Where factors above 1 multiply, a gradient explodes now and then. Clipping keeps its "
        "direction and shortens the step.",
    ),
}
