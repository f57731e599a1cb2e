"""What the scripts share: arguments as JSON, an answer as JSON, and cells kept for comparison. No library of ours."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

Cells = tuple[Any, Any, Any]


def measure(compute: Callable[[str], Any], cells: Callable[[Any], Cells], packages: tuple[str, ...]) -> None:
    """Time `compute` from the file to its result, then keep the cells (exporter, code, RCA) that trade."""
    import numpy as np

    arguments = json.loads(sys.argv[1])
    start = time.perf_counter()
    result = compute(arguments["path"])
    seconds = time.perf_counter() - start
    exporter, code, rca = cells(result)
    countries, products = np.asarray(exporter).astype("U3"), np.asarray(code).astype("U6")
    np.savez(arguments["out"], exporter=countries, code=products, rca=np.asarray(rca, dtype=float))
    print(json.dumps({"seconds": seconds, "rows": len(rca), "versions": {name: version(name) for name in packages}}))


def read_matrix(path: str) -> Any:
    """Read the file as an exporter x product matrix with pandas, the quick way: dictionary columns, then a group-by."""
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=["i", "k", "v"], read_dictionary=["i", "k"])
    frame = table.to_pandas()
    return frame.groupby(["i", "k"], observed=True)["v"].sum().unstack(fill_value=0.0)


def matrix_cells(matrix: Any) -> Cells:
    """Return the cells of an RCA matrix that are above zero."""
    import numpy as np

    values = np.asarray(matrix, dtype=float)
    rows, columns = np.nonzero(values > 0)
    exporters, codes = np.asarray(matrix.index.astype(str)), np.asarray(matrix.columns.astype(str))
    return exporters[rows], codes[columns], values[rows, columns]
