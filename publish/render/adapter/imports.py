"""WeasyPrint imported in half the time, without a file of it being touched.

Three things take most of its start: C declarations, which cffi parses with a parser written in
Python (so, too, every name of a C type at its first use); libraries that have other names on other
systems, for each of which a compiler and a linker are run; and fontTools, which only variable and
emoji fonts need.  While the three modules concerned are executed, their ``import`` statements give
them declarations remembered from an earlier run, libraries under the names that Linux knows, and
names that import fontTools when first used.
Where one of them is not the file that publish/render/adapter/replaced.py knows, it is imported as
ever.
"""

from __future__ import annotations

import builtins
import contextlib
import hashlib
import importlib
import io
import pickle
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from publish.model import cache
from publish.render.adapter.guard import DIGITS
from publish.render.adapter.replaced import IMPORTED

_WITH_FONTS = ("weasyprint.pdf.fonts", "weasyprint.text.fonts")
_WITH_C = "weasyprint.text.ffi"

#: C types that WeasyPrint names; arrays of known length are made from their element.
_TYPES = (
    *("PangoFcFontMap *", "FcChar8 **", "FcResult *", "PangoRectangle *", "unsigned int *"),
    *("PangoLogAttr[]", "char[]", "char", "hb_tag_t", "hb_codepoint_t"),
)
_ARRAY = re.compile(r"(\w+)\[(\d+)\]")

#: What a parser of cffi knows after the declarations, without what it needs only meanwhile.
_STATE = ("_declarations", "_included_declarations", "_anonymous_counter", "_int_constants")


def engine() -> Any:
    """The package ``weasyprint``, imported the fast way if it is not imported yet."""
    if "weasyprint" not in sys.modules:
        finder = _Finder()
        sys.meta_path.insert(0, finder)
        try:
            importlib.import_module("weasyprint")
        finally:
            sys.meta_path.remove(finder)
    return sys.modules["weasyprint"]


class _Finder:
    """Finds the three modules, and gives them an ``__import__`` of their own."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: Any = None
    ) -> ModuleSpec | None:
        """The usual place of the module, with another loader; None for all other modules."""
        if name not in IMPORTED:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return None
        source = Path(spec.loader.path).read_bytes()
        if hashlib.sha256(source).hexdigest()[:DIGITS] != IMPORTED[name]:
            return None
        spec.loader = _Loader(name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    """Executes a module whose import statements ask :func:`_import` first."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute it; what it imports later, inside functions, comes the usual way."""
        busy = True

        def ask(name: str, *rest: Any) -> Any:
            found = _import(module.__name__, name) if busy else None
            return builtins.__import__(name, *rest) if found is None else found

        vars(module)["__builtins__"] = {**vars(builtins), "__import__": ask}
        try:
            super().exec_module(module)
        finally:
            busy = False


def _import(importer: str, name: str) -> Any:
    """What stands for a module that another one imports; None if that is the module itself."""
    if importer == _WITH_C and name == "cffi":
        return SimpleNamespace(FFI=_declarations())
    late = importer in _WITH_FONTS and name.split(".")[0] == "fontTools"
    return _LateModule(name) if late and name not in sys.modules else None


# --- fontTools when it is needed ---------------------------------------------------------------


class _LateModule:
    """Stands for a module of which names are imported."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        late = _Late(self._name, name)
        if not name.endswith("Error"):
            return late
        # An except clause wants a class; it has the real one before anything can raise it.
        return type(name, (Exception,), {"late": late})


class _Late:
    """Stands for a name of a module; at its first use all such names become the real ones."""

    def __init__(self, module: str, name: str) -> None:
        self._place = module, name

    def _real(self) -> Any:
        _settle()
        return self._found()

    def _found(self) -> Any:
        module, name = self._place
        try:
            return getattr(importlib.import_module(module), name)
        except AttributeError:
            return importlib.import_module(f"{module}.{name}")

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._real()(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real(), name)


def _settle() -> None:
    for module in map(sys.modules.get, _WITH_FONTS):
        for name, value in list(vars(module).items()):
            late = getattr(value, "late", None) if isinstance(value, type) else value
            if isinstance(late, _Late):
                setattr(module, name, late._found())


# --- declarations remembered -------------------------------------------------------------------


def _declarations() -> Any:
    """The class FFI of cffi, which parses the same declarations once for all, and opens libraries
    without looking for a compiler."""
    # WeasyPrint's own library, of the version that it found.
    cffi = importlib.import_module("cffi")
    stock: Any = cffi.FFI

    class Remembering(stock):  # type: ignore[misc]
        def cdef(self, csource: str, **options: Any) -> None:
            if options or self._cdefsources:
                super().cdef(csource, **options)
                return
            known = _recalled(_path(cffi.__version__, csource))
            if known is None:
                super().cdef(csource)
                known = _remembered(_path(cffi.__version__, csource), self._parser)
            else:
                self._cdef_version = object()
                self._cdefsources.append(csource)
                self._parser.__dict__.update(known["state"])
            self._parser.parse_type = _typist(self._parser.parse_type, known["types"])

        def dlopen(self, name: str, flags: int = 0) -> Any:
            """A library; OSError if there is none of that name, so that the next one is tried.

            Linux looks for a library by its soname.  For any other name, cffi asks the compiler
            what it would link, and opens that by its soname after all.
            """
            if not sys.platform.startswith("linux"):
                return super().dlopen(name, flags)
            if ".so." not in name:
                raise OSError(f"{name} is no soname")
            # Kept until cffi has opened it too: what is not there is not looked for.
            opened = self._backend.load_library(name, flags)
            found = super().dlopen(name, flags)
            del opened
            return found

    return Remembering


def _path(version: str, source: str) -> Path:
    """Where declarations are kept: named by them, by cffi, by Python and by this module."""
    asked = repr((version, sys.version, source, _TYPES, _STATE))
    name = hashlib.sha256(asked.encode("utf-8")).hexdigest()
    return cache.cache_folder() / f"declarations-{name[:32]}"


def _remembered(path: Path, parser: Any) -> Mapping[str, Any]:
    """What a parser knows and what it says of the types; written, if that can be done."""
    known = {
        "state": {name: getattr(parser, name) for name in _STATE},
        "types": {name: parser.parse_type(name) for name in _TYPES},
    }
    # Declarations with «…» are completed by a compiler, so they are not ready yet.
    if not parser._recomplete and parser._uses_new_feature is None:
        with contextlib.suppress(OSError, pickle.PickleError, TypeError, AttributeError):
            cache.write(path, pickle.dumps(known, protocol=4))
    return known


def _recalled(path: Path) -> Mapping[str, Any] | None:
    data = cache.read(path)
    if data is None:
        return None
    try:
        known = _Models(io.BytesIO(data)).load()
        complete = set(known["state"]) == set(_STATE) and set(known["types"]) == set(_TYPES)
    except Exception:
        # Whatever is wrong with a file of the cache, the declarations are parsed again.
        return None
    return known if complete else None


class _Models(pickle.Unpickler):
    """Reads objects of cffi's models and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The class, if it is one of the models; UnpicklingError for any other name."""
        if module != "cffi.model" or "." in name:
            raise pickle.UnpicklingError(f"{module}.{name} is no declaration")
        return super().find_class(module, name)


def _typist(stock: Any, types: Mapping[str, Any]) -> Any:
    """A ``parse_type`` that knows some types, and arrays of them."""
    model = importlib.import_module("cffi.model")

    def parse_type(text: str) -> Any:
        if text in types:
            return types[text]
        array = _ARRAY.fullmatch(text)
        if array and array[1] in types:
            return model.ArrayType(types[array[1]], int(array[2]))
        return stock(text)

    return parse_type
