"""The room as a whole: cheap to import; its names are functions even where a module is called the same."""

import importlib
import subprocess
import sys

import mediedu.explain

HEAVY = ("keras", "tensorflow", "jax", "sklearn", "scipy", "skimage", "matplotlib")


def test_the_room_does_not_load_keras_before_it_is_used() -> None:
    code = f"import sys, mediedu.explain as e; dir(e); print([h for h in {HEAVY} if h in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_is_there_and_none_is_a_module() -> None:
    for module in ("integrated_gradients", "saliency", "grad_cam", "occlusion", "pointing_game"):
        importlib.import_module(f"mediedu.explain.{module}")
    for name in mediedu.explain.__all__:
        assert callable(getattr(mediedu.explain, name)), name
        assert name in dir(mediedu.explain)
        assert f"`{name}`" in (mediedu.explain.__doc__ or "") or name[0].isupper()
