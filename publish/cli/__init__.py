"""The command line: arguments in, diagnostics, progress and results out.

The only room that knows ``argv`` and the terminal.  It asks :mod:`publish.build` for
everything and imports it late, so that ``publish --help`` stays fast.

Exit codes: 0 built or clean, 1 bad content, 2 wrong usage or a missing path,
70 a mistake in publish itself (sysexits.h, EX_SOFTWARE), 130 interrupted.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence

import click

from publish.cli.commands import app
from publish.cli.terminal import Output, remark
from publish.diagnostics import Diagnostic, Failure, did_you_mean
from publish.text.expressions import kept_expressions

#: When Python looks for circles of objects that nothing refers to.  A book and its pages are
#: millions of objects, nearly all without circles: to look as often as Python does by itself is an
#: eighth of the time of a build, and frees nothing that matters.
_COLLECT = (100_000, 20, 50)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no exception leaves this function.

    ``--traceback`` is understood anywhere on the line, since it is typed after the fact.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    traceback = "--traceback" in given
    given = [argument for argument in given if argument != "--traceback"]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file name need not be Unicode, nor the terminal able to show Chinese.
            stream.reconfigure(errors="backslashreplace")
    out = Output("--json" in given)
    gc.set_threshold(*_COLLECT)
    try:
        with kept_expressions(), app.make_context("publish", given) as context:
            code = app.invoke(context)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.UsageError as error:
        out.diagnostics((_usage(error),))
        return 2
    except Failure as failure:
        out.diagnostics(failure.diagnostics)
        return failure.exit_code
    except (KeyboardInterrupt, click.Abort):
        remark("interrupted")
        return 130
    except BrokenPipeError:
        # Whoever read the output has gone; what Python still holds back must go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 130
    except Exception as error:
        if traceback:
            raise
        if isinstance(error, OSError) and error.strerror:
            place = None if error.filename is None else str(error.filename)
            out.diagnostics((Diagnostic("C-SYSTEM", "error", error.strerror, path=place),))
            return 1
        message = f"a mistake in publish itself: {type(error).__name__}: {error}"
        hints = ("run it again with --traceback and report what it says",)
        out.diagnostics((Diagnostic("C-BUG", "error", message, hints=hints),))
        return 70


def _usage(error: click.UsageError) -> Diagnostic:
    """A mistake in the arguments, in our words where click's change between its versions."""
    command = error.ctx.command_path if error.ctx else "publish"
    hints: tuple[str, ...] = (f"{command} --help shows how",)
    if isinstance(error, click.NoSuchOption):
        message = f"no such option: {error.option_name}"
        known = [o for p in error.ctx.command.params for o in p.opts] if error.ctx else []
        hints = (*did_you_mean(error.option_name, known), *hints)
    else:
        message = " ".join(error.format_message().split()).rstrip(".")
        message = message[:1].lower() + message[1:]
    return Diagnostic("C-USAGE", "error", message, hints=hints)
