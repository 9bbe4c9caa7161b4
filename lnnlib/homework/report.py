"""`progress`: what is solved, in one section or in the whole course."""
from dataclasses import dataclass

from . import record
from .exercise import exercises
from .verdict import LOOKS, box, marked, plain_list


@dataclass(frozen=True, repr=False)
class Progress:
    """Rows of (exercise, tries, solved); it displays itself.

    >>> Progress(rows=())
    0 of 0 exercises solved
    """

    rows: tuple

    @property
    def headline(self):
        return f"{sum(solved for *_, solved in self.rows)} of {len(self.rows)} exercises solved"

    @property
    def lines(self):
        """One for each exercise of a section, or one for each section of the course."""
        sections = {}
        for exercise, _, solved in self.rows:
            sections.setdefault(exercise.id.rpartition("-")[0], []).append(solved)
        if len(sections) > 1:
            return [f"{'✓' if all(done) else '○'} {section}: {sum(done)} of {len(done)} solved"
                    for section, done in sections.items()]
        return [f"{'✓' if solved else '○'} {exercise.id} {exercise.title}: "
                f"{_how_far(tries, solved)}"
                for exercise, tries, solved in self.rows]

    def __repr__(self):
        return "\n".join([self.headline, *self.lines])

    def _repr_html_(self):
        done = all(solved for *_, solved in self.rows)
        return box(self.headline, plain_list([marked(line) for line in self.lines]),
                   LOOKS["right" if done else "not answered"].colour)


def _how_far(tries, solved):
    if solved:
        return "solved"
    if not tries:
        return "not tried yet"
    return f"{tries} {'try' if tries == 1 else 'tries'}, not solved yet"


def progress(section=None):
    """What is solved in one lecture section, or in the whole course.

    >>> progress("6.2.2").headline.endswith("of 2 exercises solved")
    True
    """
    entries = record.read()
    rows = [(exercise, entries.get(exercise.id, record.EMPTY)) for exercise in exercises(section)]
    return Progress(tuple((exercise, entry["tries"], entry["solved"]) for exercise, entry in rows))
