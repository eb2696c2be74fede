"""What a check may ask for: the submission's programs, its diagnosis, its files."""

from . import labs
from .. import diagnosis
from ..servers import server as servers
from .outcome import CannotJudge

MOST_TEXT = 1 << 16  # bytes of a file of answers
NO_ANSWERS = "there is no answers.toml"


class Work:
    """One submission under judgement. `folder`: its files, never to be trusted;
    regular files only. `lab`: the Lab; `box`: where its programs run."""

    def __init__(self, lab, folder, built, box):
        self.lab = lab
        self.folder = folder
        self.box = box
        self._built = built
        self._diagnosed = {}
        self.answers, self.answers_fault = _read_answers(folder / "answers.toml")

    def has(self, name):
        """Whether the program was handed in, and built."""
        return name in self._built.programs

    def command(self, name):
        """The program's command, a list of words."""
        found = self._built.programs[name]
        return list(found) if isinstance(found, (list, tuple)) else [str(found)]

    def diagnose(self, name):
        """(Evidence, Verdict) of a server; gathered once."""
        if name not in self._diagnosed:
            self._diagnosed[name] = diagnosis.diagnose(
                self.command(name), self.box
            )
        return self._diagnosed[name]

    def start_server(self, name, *options, **extra):
        """Start the server on a free port: a Server, to be used as a context.
        Raises servers.ServerFailed."""
        return servers.start_foreign_server(
            [*self.command(name), *options], box=self.box, **extra
        )

    def start(self, command, **options):
        """Start a program, as spawn.spawn() does: a Popen, for spawn.end()."""
        return self.box.spawn(command, **options)

    def run(self, command, **options):
        """Run a program to its end, as spawn.run() does: a Finished."""
        return self.box.run(command, **options)

    def process(self, popen):
        """The Process of a program that start() has just started."""
        return self.box.find(popen)[0]

    def lab_program(self, name):
        """The path of a program of this project's."""
        path = labs.ROOT / "build" / name
        if not path.exists():
            raise CannotJudge(f"build/{name} is not built")
        return path


def _read_answers(path):
    """(the answers, why they could not be read)."""
    try:
        if path.stat().st_size > MOST_TEXT:
            return {}, f"answers.toml is larger than {MOST_TEXT} bytes"
        return labs.load_toml(path), None
    except FileNotFoundError:
        return {}, NO_ANSWERS
    except RecursionError:
        return {}, "answers.toml nests too deep"
    except (OSError, ValueError) as error:
        return {}, str(error)
