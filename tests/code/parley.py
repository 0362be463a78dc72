"""Parley as a careless team would have written it: each condition on a fault decided, one way or the other."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "examples" / "parley" / "parley"


class _Decided(ast.NodeTransformer):
    """`settings.has(Fault.X)` and `Fault.X in faults` as True or False, and what follows from that."""

    def __init__(self, fault: str) -> None:
        self.fault = fault

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        is_asked = isinstance(node.func, ast.Attribute) and node.func.attr == "has" and len(node.args) == 1
        return self._decision(node.args[0], node) if is_asked else node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        return self._decision(node.left, node) if isinstance(node.ops[0], ast.In) else node

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        decided = _truth(node.test)
        if decided is None:
            return node
        return (node.body if decided else node.orelse) or [ast.Pass()]

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        decided = _truth(node.test)
        return node if decided is None else node.body if decided else node.orelse

    def _decision(self, asked: ast.expr, node: ast.expr) -> ast.AST:
        if isinstance(asked, ast.Attribute) and isinstance(asked.value, ast.Name) and asked.value.id == "Fault":
            return ast.copy_location(ast.Constant(asked.attr == self.fault), node)
        return node


def _truth(test: ast.expr) -> bool | None:
    if isinstance(test, ast.Constant) and isinstance(test.value, bool):
        return test.value
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _truth(test.operand)
        return None if inner is None else not inner
    return None


def written(folder: Path, fault: str) -> None:
    """Parley's package below a folder, with one fault built in (`NO_TIMEOUT`), or with none ("")."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.fix_missing_locations(_Decided(fault).visit(ast.parse(path.read_text())))
        target = folder / "parley" / path.relative_to(PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(ast.unparse(tree))
