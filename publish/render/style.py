"""Style sheets of our own with their custom properties worked out.

The layout engine resolves ``var()`` and ``calc()`` anew for every element, which costs a fifth of
its time; an edition's tokens are known before, so ``calc(2 * var(--line))`` is put in as ``36pt``.
Only our own sheets come through here, never anything from a manuscript.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping

_DECLARED = re.compile(r"--([\w-]+):\s*([^;}]+?)\s*[;}]")
_USED = re.compile(r"var\(--([\w-]+)\)")
#: ``calc()`` with at most three levels of brackets inside.
_CALC = re.compile(r"calc\(((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)\)")
_OPERATORS: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def resolved(sheet: str) -> str:
    """The sheet with every declared property in its place and every sum worked out, in pt.

    A property that is not declared in the sheet stays as it is (an element may declare it).
    Raises :class:`ValueError` for a sum that is not of numbers and lengths in pt.
    """
    values = dict(_DECLARED.findall(sheet))
    # Properties refer to properties: as often as they are deep, which is twice.
    for _ in range(4):
        values = {name: _USED.sub(_from(values), value) for name, value in values.items()}
    return _CALC.sub(_sum, _USED.sub(_from(values), sheet))


def _from(values: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda match: values.get(match[1], match[0])


def _sum(match: re.Match[str]) -> str:
    text = match[1].replace("calc(", "(")
    if "var(" in text:
        return match[0]
    try:
        value = _value(ast.parse(text.replace("pt", "").strip(), mode="eval").body)
    except (SyntaxError, KeyError, TypeError) as error:
        raise ValueError(f"calc({match[1]}) is no sum of lengths in pt") from error
    return f"{value:.4f}".rstrip("0").rstrip(".") + "pt"


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(float() | int() as value):
            return float(value)
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand)
        case ast.BinOp(left, sign, right):
            return _OPERATORS[type(sign)](_value(left), _value(right))
        case _:
            raise TypeError(ast.dump(node))
