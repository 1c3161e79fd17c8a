"""Four devices give what one gives: four virtual ones of the processor, in a process of their own."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from mediedu.nets import data_parallel, load_keras

PROGRAM = """
import json, warnings
import numpy as np
from mediedu.nets import cnn_classifier, data_parallel, devices, set_seed, train
warnings.simplefilter("ignore", DeprecationWarning)
rng = np.random.default_rng(0)
labels = np.arange(102) % 2
images = (rng.normal(size=(102, 12, 12, 1)) + 0.3 * labels[:, None, None, None]).astype("float32")

def go(n, judged, **settings):
    set_seed(0)
    model = cnn_classifier((12, 12, 1), 2, widths=(4, 8), dropout=0.3)
    training = train(model, (images[:n], labels[:n]), (images[:judged], labels[:judged]), epochs=3,
                     progress=False, keep="last", **({"batch_size": 16} | settings))
    return model, training

def say(call):
    try:
        call()
    except ValueError as error:
        return str(error)

one, curves = go(96, 40)
with data_parallel(4) as used:
    four, others = go(96, 40)
    shared = len(four.trainable_variables[0].value.sharding.device_set)
    odd = say(lambda: go(96, 40, batch_size=18))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", UserWarning)
        rest, _ = go(102, 39)  # a last batch of 6, of which 4 can be shared
    steps = int(rest.optimizer.iterations.value)
print(json.dumps({
    "used": used, "devices": devices(), "shared": shared, "odd": odd, "steps": steps,
    "warned": [str(w.message) for w in warned if issubclass(w.category, UserWarning)],
    "too many": say(lambda: data_parallel(9).__enter__()),
    "weights": max(float(np.abs(np.asarray(a) - np.asarray(b)).max())
                   for a, b in zip(one.get_weights(), four.get_weights())),
    "curves": max(float(np.abs(curves.curves[k] - others.curves[k]).max()) for k in curves.curves),
    "predicted": float(np.abs(four.predict(images[:7]) - one.predict(images[:7])).max()),
}))
"""


@pytest.fixture(scope="module")
def four_devices():
    if find_spec("jax") is None:
        pytest.skip("JAX is not installed in this environment; the environment of the JAX lock runs this.")
    environment = os.environ | {
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=4",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_four_devices_give_the_weights_and_curves_of_one(four_devices):
    assert four_devices["used"] == four_devices["devices"] == [f"cpu:{i}" for i in range(4)]
    assert four_devices["shared"] == 4
    assert 0 <= four_devices["weights"] < 1e-5
    assert 0 <= four_devices["curves"] < 1e-5
    assert four_devices["predicted"] < 1e-5


def test_what_cannot_be_shared_equally_is_said(four_devices):
    assert "18 can't be shared equally by 4 devices; take a multiple of 4, such as 20" in four_devices["odd"]
    assert four_devices["steps"] == 3 * 7
    assert len(four_devices["warned"]) == 1
    assert "the last 3 of 39 are left out" in four_devices["warned"][0]
    assert "there are 4" in four_devices["too many"]


def test_tensorflow_is_refused_with_a_sentence():
    if load_keras().backend.backend() != "tensorflow":
        pytest.skip("Keras does not run on TensorFlow in this environment.")
    with pytest.raises(RuntimeError, match="needs JAX"), data_parallel(2):
        pass
