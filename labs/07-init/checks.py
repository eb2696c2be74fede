"""What lab 07 asks of an init: orphans come to it and are reaped, signals reach the
program, and its end, as it was, is the end of init."""

import contextlib
import signal

from reaplab import spawn
from reaplab.deadline import eventually
from reaplab.grading import Check, failed, idea_of, passed, predictions
from reaplab.grading.init_family import Family, at_rest
from reaplab.grading.inherited import inherits_no_signals
