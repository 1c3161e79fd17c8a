"""How Keras is started, and what is said when the machine cannot do what was asked."""

import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from mediedu.nets import backend, differentiation

keras = backend.load_keras()


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=240
    )


def test_the_room_does_not_load_keras_before_it_is_used() -> None:
    heavy = ("keras", "tensorflow", "jax", "sklearn", "matplotlib")
    code = f"import sys, mediedu.nets as n; dir(n); print([h for h in {heavy} if h in sys.modules])"
    assert run(code).stdout.strip() == "[]"


def test_a_net_is_loaded_in_a_fresh_process_which_says_nothing_on_stderr(tmp_path) -> None:
    from mediedu.nets import tissue_patch_cnn

    model = tissue_patch_cnn(widths=(4, 8, 8))
    model.save(tmp_path / "net.keras")
    patch = np.linspace(0, 1, 169, dtype=np.float32).reshape(1, 13, 13, 1)
    np.save(tmp_path / "patch.npy", patch)
    done = run(
        "import numpy as np; from mediedu.nets import load_model\n"
        f"model = load_model({str(tmp_path / 'net.keras')!r})\n"
        f"print(*np.asarray(model(np.load({str(tmp_path / 'patch.npy')!r})))[0])"
    )
    assert done.stderr == ""
    found = [float(value) for value in done.stdout.split()]
    assert np.allclose(found, keras.ops.convert_to_numpy(model(patch))[0], atol=1e-6)


def test_what_was_said_is_shown_when_the_start_fails(capfd) -> None:
    def start() -> None:
        with backend._stderr_aside():
            os.write(2, b"the library's own words\n")
            raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        start()
    with backend._stderr_aside():
        os.write(2, b"chatter\n")
    assert capfd.readouterr().err == "the library's own words\n"


def fake(name: str = "tensorflow", order: str = "channels_last") -> SimpleNamespace:
    return SimpleNamespace(
        backend=SimpleNamespace(backend=lambda: name),
        config=SimpleNamespace(image_data_format=lambda: order),
    )


def test_other_backends_and_channels_first_are_refused_with_a_sentence() -> None:
    backend._check(fake())
    with pytest.raises(ValueError, match=r"runs on torch here.*KERAS_BACKEND=tensorflow"):
        backend._check(fake("torch"))
    with pytest.raises(ValueError, match=r"channels first.*set_image_data_format"):
        backend._check(fake(order="channels_first"))


def test_without_keras_a_sentence_says_what_to_install(monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.setattr(backend, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"Install the extra 'deep'"):
        backend.load_keras()


def test_jax_is_taken_where_only_it_is_installed(monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr(backend, "find_spec", lambda name: None if name == "tensorflow" else "here")
    started = fake("jax")
    started.ops = SimpleNamespace(add=lambda a, b: a + b)
    monkeypatch.setattr(backend, "import_module", lambda name: started)
    assert backend.load_keras() is started
    assert os.environ["KERAS_BACKEND"] == "jax"


def test_no_gpu_when_one_is_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(backend, "devices", lambda: ["cpu:0"])
    assert not backend.has_gpu()
    with pytest.raises(backend.NoGPU, match=r"finds only cpu:0.*train on the processor.*nvidia-smi"):
        backend.require_gpu()
    monkeypatch.setattr(backend, "devices", lambda: ["gpu:0", "gpu:1"])
    assert backend.has_gpu()
    backend.require_gpu()


def test_devices_are_named() -> None:
    assert backend.devices()
    assert all(":" in name for name in backend.devices())


class ResourceExhaustedError(Exception):
    """Named as TensorFlow's."""


@pytest.mark.parametrize(
    "error",
    [
        ResourceExhaustedError("{{node conv}} allocator GPU_0_bfc"),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 8 bytes."),
        MemoryError(),
    ],
)
def test_out_of_memory_says_what_to_change(error) -> None:
    with (
        pytest.raises(
            backend.OutOfMemory, match=r"a batch of 32\. Take a smaller batch \(try 16\)"
        ) as caught,
        backend.guard_memory(32),
    ):
        raise error
    assert caught.value.__cause__ is error


def test_other_errors_pass_through_the_guard() -> None:
    with pytest.raises(ValueError, match=r"^unlike$"), backend.guard_memory():
        raise ValueError("unlike")


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "3", True])
def test_a_seed_that_is_none(seed) -> None:
    with pytest.raises(ValueError, match=r"whole number from 0 to 4294967295"):
        backend.set_seed(seed)


def test_the_same_seed_gives_the_same_weights() -> None:
    from mediedu.nets import cnn_classifier

    def weights(seed):
        backend.set_seed(seed)
        return np.concatenate([w.ravel() for w in cnn_classifier((8, 8, 1), 2, widths=(4, 4)).get_weights()])

    assert np.array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))


def test_placeholders_are_told_from_numbers() -> None:
    seen = []

    class Look(keras.layers.Layer):
        def call(self, x):
            seen.append(differentiation.is_concrete(x))
            return x

    assert differentiation.is_concrete(np.ones(2))
    assert differentiation.is_concrete(keras.ops.ones(2))
    assert not differentiation.is_concrete(keras.KerasTensor((2,)))
    model = keras.Sequential([keras.Input((2,)), Look()])
    seen.clear()
    model.predict(np.ones((1, 2)), verbose=0)
    assert seen == [False]


def test_the_gradient_of_a_net_is_that_of_differences() -> None:
    layer = keras.layers.Dense(
        3, activation="tanh", kernel_initializer=keras.initializers.RandomNormal(seed=1)
    )
    at = np.array([[0.3, -0.2]], np.float32)
    layer.build(at.shape)
    found = differentiation.gradient(layer, at)
    step = 1e-2 * np.eye(2, dtype=np.float32)
    ahead = [float(keras.ops.sum(layer(at + s)) - keras.ops.sum(layer(at - s))) / 2e-2 for s in step]
    assert np.allclose(found[0], ahead, atol=1e-3)
