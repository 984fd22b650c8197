"""What the tests answer to the exercises of each lesson: right answers, and plausible wrong ones.

A module holds for each exercise a solution (`SOLUTIONS`), other ways to it (`OTHER_SOLUTIONS`),
wrong answers (`WRONG`), and what no hint may say (`FORMULAS`). `ALSO` names exercises whose
solution solves another one, too.
"""
