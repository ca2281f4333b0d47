"""`%%runcfg part NAME`: a cell that runs here, as if the line above it were not there."""

from __future__ import annotations

import ast
from typing import Any


def run_part(shell: Any, code: str) -> Any:
    """Run the code in the notebook; returns the value of its last expression, which the cell then shows."""
    raw = shell.transform_cell(code)
    file = shell.compile.cache(raw, shell.execution_count, raw_code=code)
    tree = shell.transform_ast(shell.compile.ast_parse(raw, filename=file))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, file, "exec"), shell.user_global_ns, shell.user_ns)
    if last is None or code.rstrip().endswith(";"):
        if last is not None:
            exec(compile(ast.Module([last], []), file, "exec"), shell.user_global_ns, shell.user_ns)
        return None
    return eval(compile(ast.Expression(last.value), file, "eval"), shell.user_global_ns, shell.user_ns)
