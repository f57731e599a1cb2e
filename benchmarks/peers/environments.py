"""The throw-away environments of the peers, made by uv in the temporary folder of the benchmarks."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ROOT, FailedRunError, run

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Peer:
    """A library that computes RCA, on the data frames it is written for."""

    key: str
    name: str
    environment: str
    packages: tuple[str, ...]

    @property
    def script(self) -> Path:
        """The script that its Python runs."""
        return HERE / f"{self.key}.py"


# economic-complexity asks for pandas below 3 itself; econcomplex takes the newest.
_FIRST = ("economic-complexity[pandas,polars]==0.3.0", "pyarrow", "numpy")
PEERS = (
    Peer("economic_complexity_pandas", "economic-complexity (pandas)", "economic-complexity", _FIRST),
    Peer("economic_complexity_polars", "economic-complexity (polars)", "economic-complexity", _FIRST),
    Peer("econcomplex_pandas", "econcomplex (pandas)", "econcomplex", ("econcomplex==1.0.1", "pyarrow")),
)


class Environments:
    """Makes each environment once, and remembers why it could not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path | str] = {}

    def python(self, peer: Peer) -> Path:
        """Return the Python of a peer; raise `FailedRunError` where its environment cannot be made."""
        if peer.environment not in self._made:
            self._made[peer.environment] = self._make(peer)
        made = self._made[peer.environment]
        if isinstance(made, str):
            raise FailedRunError(made)
        return made

    def _make(self, peer: Peer) -> Path | str:
        folder = self._folder / f"peer-{peer.environment}"
        python = folder / "bin" / "python"
        uv = ROOT / ".ci" / "uv"
        try:
            run([uv, "venv", "--quiet", "--python", sys.executable, folder])
            run([uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *peer.packages])
        except (FailedRunError, OSError) as error:
            return f"its environment could not be made: {error}"
        return python
