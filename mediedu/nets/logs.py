"""Write the curves of a training to files: a table, and TensorBoard's own format.

Both are written from the curves themselves after each epoch, so a resumed training leaves no row twice and
none out.
"""

import csv
import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["TensorBoardLog", "write_csv"]

NAME = "curves.csv"


def write_csv(folder: Path, curves: Mapping[str, Sequence[float]]) -> Path:
    """Write curves as a table with one row for each epoch, in place of the one that was there.

    Parameters
    ----------
    folder : Path
        Of the training; made if it isn't there.
    curves : mapping
        Name of a measure → its values.

    Returns
    -------
    Path
        Of the table, ``curves.csv``. Numbers have all their digits.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(write_csv(Path(folder), {"loss": [0.7, 0.4]}).read_text())
    epoch,loss
    1,0.7
    2,0.4
    <BLANKLINE>
    """
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{NAME}.part"
    try:
        with aside.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["epoch", *curves])
            writer.writerows([i + 1, *row] for i, row in enumerate(zip(*curves.values(), strict=True)))
        os.replace(aside, folder / NAME)
    except BaseException:  # the table before stays
        aside.unlink(missing_ok=True)
        raise
    return folder / NAME


class TensorBoardLog:
    """Write curves for TensorBoard. It needs the package ``tensorboard``, not TensorFlow.

    Parameters
    ----------
    folder : Path
        The log of an earlier run of this training in its folder ``tensorboard`` is written anew.
    curves : mapping
        What is known so far, from a resumed training.

    Raises
    ------
    ModuleNotFoundError
        If tensorboard is not installed.
    """

    def __init__(self, folder: Path, curves: Mapping[str, Sequence[float]]) -> None:
        require_tensorboard()
        from tensorboard.summary import Writer

        place = folder / "tensorboard"
        for old in place.glob("*tfevents*"):
            old.unlink()
        self._writer: Any = Writer(str(place))
        for epoch in range(max(map(len, curves.values()), default=0)):
            self.write(epoch + 1, {name: values[epoch] for name, values in curves.items()})

    def write(self, epoch: int, values: Mapping[str, float]) -> None:
        """Add the values after an epoch, counted from 1."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, epoch)
        self._writer.flush()

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def require_tensorboard() -> None:
    """Do nothing where tensorboard is installed.

    Raises
    ------
    ModuleNotFoundError
        If it isn't.
    """
    if find_spec("tensorboard") is None:
        raise ModuleNotFoundError(
            "tensorboard=True writes for TensorBoard, which is not installed here. Install the package "
            f"tensorboard, or leave it out: the same curves are in {NAME} in the training's folder."
        )
