"""A question that is asked before the controls come alive."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Predict:
    """`question` with a few `options`; `answer(run)` is the 0-based option that a run shows, None where it decides nothing.

    The answer is read off the run that is on the screen, never stored.
    """

    question: str
    options: tuple
    answer: callable

    def verdict(self, predicted, run):
        """One sentence that sets the student's prediction beside the run, or "" where there is nothing to say."""
        shown = None if predicted is None else self.answer(run)
        if shown is None:
            return ""
        if shown == predicted:
            return f"You predicted “{self.options[predicted]}”, and the run shows it."
        return f"You predicted “{self.options[predicted]}”; the run shows “{self.options[shown]}”."
