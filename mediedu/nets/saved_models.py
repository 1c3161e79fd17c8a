"""Models read from files, with the layers and losses of this room."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mediedu.nets.backend import load_keras

if TYPE_CHECKING:
    import keras

__all__ = ["load_model"]


def load_model(path: str | Path) -> "keras.Model":
    """Read a model that ``model.save("NAME.keras")`` wrote.

    Keras' own ``keras.saving.load_model`` does the work; here the layers and losses of this room are made
    known to it first.

    Parameters
    ----------
    path : path
        Of a ``.keras`` file.

    Returns
    -------
    keras.Model

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> load_model("nowhere.keras")
    Traceback (most recent call last):
    ...
    FileNotFoundError: There is no model file nowhere.keras. ...
    """
    if not Path(path).is_file():
        raise FileNotFoundError(
            f"There is no model file {path}. Write one with model.save('NAME.keras'), or check the path."
        )
    keras = load_keras()
    for module in ("divisible_layer", "local_response", "losses"):
        import_module(f"mediedu.nets.{module}")
    return keras.saving.load_model(path)
