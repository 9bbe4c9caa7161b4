"""Calls a student's function: on copies, with a time limit that needs no signal, in calm words."""
import builtins
import contextlib
import copy
import ctypes
import gc
import io
import re
import sys
import threading
import time
import warnings

import numpy as np

SECONDS = 5.0   # for all calls of one function in one check
GRACE = 2.0     # how long a function that catches every exception is asked to stop
PRINTED = 2000  # characters of a function's own output that are shown


class Failed(Exception):
    """The call gave no value; the text ends a sentence that begins with "your function"."""


class _Stop(SystemExit):
    """Raised inside a thread that has run too long.

    `except Exception` does not catch it, and `threading` ends silently.
    """


class _Echo(io.TextIOBase):
    """Passes on PRINTED characters: a loop that prints for 5 s would freeze the notebook."""

    def __init__(self, out):
        self.out, self.left = out, PRINTED

    def write(self, text):
        self.out.write(text[: self.left])
        self.left = max(0, self.left - len(text))
        return len(text)


class Watched:
    """A student's function: all its calls together have SECONDS and print PRINTED characters.

    A call works on copies of its arguments and returns the value, or raises Failed. A pure-Python
    loop or recursion is stopped by an exception raised in its thread, again and again if it is
    caught; so is one that an interrupt of the cell leaves behind. One long call into compiled code
    cannot be stopped: it is left behind in its thread, and the message says so. Where that call
    holds Python's lock, as `sum(range(10**12))` does, not even the message comes. A process of its
    own could be killed, but would need a second or more to start, and what a student's function
    needs (globals, closures, open figures) cannot be sent to it.

    >>> Watched(max)(2, 3)
    3
    >>> Watched(lambda sigma: 1 / sigma)(0)
    Traceback (most recent call last):
        ...
    lnnlib.answers.watchdog.Failed: raised ZeroDivisionError: division by zero
    """

    def __init__(self, function):
        self.function = function
        self.end = time.monotonic() + SECONDS
        self.echo = _Echo(sys.stdout)

    def __call__(self, *arguments):
        call = _Call(self.function, copy.deepcopy(arguments))
        with self._quietly():
            try:
                call.start()
                in_time = call.done.wait(max(self.end - time.monotonic(), 0.01))
            finally:  # an interrupted cell leaves no loop behind either
                ended = call.stop()
        if in_time and call.values:
            return call.values[0]
        if in_time:
            raise Failed(f"raised {call.error}")
        if ended:
            raise Failed(f"was stopped after {SECONDS:g} s: "
                         "look for a loop or a recursion that never ends")
        raise Failed(f"was still running after {SECONDS:g} s and could not be stopped: "
                     "restart the kernel before you go on")

    @contextlib.contextmanager
    def _quietly(self):
        """One short output, no question and no warnings: a grader takes those for a failure."""
        with (warnings.catch_warnings(), contextlib.redirect_stdout(self.echo),
              contextlib.redirect_stderr(self.echo), _no_questions()):
            warnings.simplefilter("ignore")
            yield


@contextlib.contextmanager
def _no_questions():
    """`input` raises in a student's thread: its box would stay open, and nobody waits for it."""
    ask = builtins.input

    def refuse(*prompt):
        if isinstance(threading.current_thread(), _Call):
            raise EOFError("input() has nobody to ask here; everything comes as an argument")
        return ask(*prompt)

    builtins.input = refuse
    try:
        yield
    finally:
        builtins.input = ask


class _Call(threading.Thread):
    """One call of a student's function, in a thread of its own that another one can stop."""

    def __init__(self, function, arguments):
        super().__init__(daemon=True)
        self.function, self.arguments = function, arguments
        self.values, self.error = [], None
        self.over, self.lock = False, threading.Lock()
        # not `is_alive`: an interrupted `join` makes it lie before Python 3.13
        self.done = threading.Event()

    def run(self):
        try:
            with np.errstate(all="ignore"):
                self.values.append(self.function(*self.arguments))
        except BaseException as error:  # whatever a student's code raises, SystemExit included
            # the error itself would keep its frames, and this thread, alive
            self.error = _text(error)
        finally:
            while not self.over:
                try:
                    with self.lock:
                        # a stop that is still on its way would strike inside `threading` itself
                        self._interrupt(None)
                        self.over = True
                except _Stop:
                    pass
            self.done.set()

    def stop(self):
        """Ask the student's code to end, for at most GRACE seconds; whether it did.

        Who interrupts the cell once more is heard after that.
        """
        give_up, interrupt = time.monotonic() + GRACE, None
        with _stops_come_through():
            while not self.done.is_set() and time.monotonic() < give_up:
                try:
                    with self.lock:
                        if not self.over and self.ident:
                            self._interrupt(ctypes.py_object(_Stop))
                    self.done.wait(0.05)
                except KeyboardInterrupt as again:
                    interrupt = again
        if interrupt:
            raise interrupt
        return self.done.is_set()

    def _interrupt(self, error):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), error)


@contextlib.contextmanager
def _stops_come_through():
    """Python swallows an exception that strikes a finalizer or a garbage collector's callback.

    It prints it, too. A thread is most easily caught right after a collection, in such a callback,
    and in a large kernel again and again: so the collector rests meanwhile. A finalizer may still
    be struck; that is not printed, since the stop is repeated.
    """
    report, collecting = sys.unraisablehook, gc.isenabled()
    sys.unraisablehook = lambda event: None if event.exc_type is _Stop else report(event)
    gc.disable()
    try:
        yield
    finally:
        sys.unraisablehook = report
        if collecting:
            gc.enable()


def _text(error):
    """The kind and the message of an exception, in one short line."""
    try:
        message = " ".join(str(error).split())
    except Exception:  # an exception whose own text fails
        message = ""
    if misfit := re.search(r"mismatch in its core dimension.*size (\d+) .* (\d+)\)", message):
        message = f"two matrices do not fit: size {misfit[2]} meets size {misfit[1]}"
    if len(message) > 120:
        message = message[:120].rpartition(" ")[0] + " .."
    kind = type(error).__name__
    return f"{kind}: {message}" if message else kind
