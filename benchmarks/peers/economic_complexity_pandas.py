"""RCA by economic-complexity, on pandas."""

from __future__ import annotations

from economic_complexity import rca
from manners import matrix_cells, measure, read_matrix

if __name__ == "__main__":
    measure(lambda path: rca(read_matrix(path)), matrix_cells, ("economic-complexity", "pandas"))
