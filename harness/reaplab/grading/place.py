"""Where a submission's programs run: right here, for one's own; see sandbox.py for
those of strangers.
"""

from .. import server as servers, spawn


class Here:
    """No walls at all: for programs that their own author wants judged."""

    name = "none"

    def run(self, command, **options):
        """spawn.run() in this place."""
        return spawn.run(command, **options)

    def start(self, command, **options):
        """spawn.spawn() in this place."""
        return spawn.spawn(command, **options)

    def start_server(self, command, **options):
        """servers.start_foreign_server() in this place."""
        return servers.start_foreign_server(command, **options)
