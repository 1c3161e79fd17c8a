"""Integrated gradients of 16 images, on one thread: ours, an eager loop, three libraries and the floor.

The floor is what no method can do without: as many gradients, of points that lie ready, in batches of the
same size by one compiled function. Every contestant's answer is compared with ours, by its own rule, before
anything is timed. Networks end at the logits for all. What is too slow for every round is done in part
and counted so many times, and its name says so.

alibi, saliency (PAIR) and tf-explain are not in the project's locks: alibi asks for an older NumPy. They need
an environment of their own, and `explain` is measured only when named:

    python requirements/environment.py test --folder peers-env
    peers-env/bin/pip install --no-deps alibi saliency tf-explain tf-keras
    peers-env/bin/pip install spacy dill attrs "transformers<5" numpy==2.4.6
    peers-env/bin/python -m benchmarks explain
"""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import MissingPeer, Result, Target, agree, peer, take_turns
from mediedu.explain import integrated_gradients, path_points, saliency
from mediedu.explain.batch_size import points_at_once
from mediedu.nets import cnn_classifier, load_keras, set_seed

IMAGES, CLASS = 16, 1
ONE = "INTRA", "INTER"
LOOPED = 8  # points of the eager loop that are really computed
# The side of the images; steps; rounds as a share of those asked for; whether the slower peers take part.
TASKS = ((28, 50, 1.0, True), (28, 200, 0.4, True), (128, 50, 0.2, True), (128, 200, 0.2, False))

Images = NDArray[np.float32]


def measure(rounds: int) -> list[Result]:
    """Compare on images of noise; what is in them does not change the time."""
    for name, value in {"KERAS_BACKEND": "tensorflow", **{f"TF_NUM_{n}OP_THREADS": "1" for n in ONE}}.items():
        os.environ.setdefault(name, value)  # read when TensorFlow starts: run this subject alone
    try:
        keras = load_keras()
    except ModuleNotFoundError as missing:
        raise MissingPeer(str(missing)) from missing
    results = []
    for side, steps, share, every in TASKS:
        set_seed(0)
        net = cnn_classifier((side, side, 1), 2)
        model = keras.Model(net.inputs[0], net.get_layer("logits").output)
        images = np.random.default_rng(0).random((IMAGES, side, side, 1), dtype=np.float32)
        results.append(_task(model, images, steps, max(3, round(rounds * share)), every))
    return results


def _task(model: Any, images: Images, steps: int, rounds: int, every: bool) -> Result:
    loop = f"eager, point by point, {LOOPED}, ×{IMAGES * steps // LOOPED}"
    floor = "the gradients alone, compiled"
    calls: dict[str, Callable[[], Any]] = {
        "integrated_gradients": lambda: ours(model, images, steps),
        floor: gradients_alone(model, images, steps),
        "tf-explain": lambda: tf_explain(model, images, steps),
        loop: lambda: eager(model, images[:1], LOOPED),
    }
    targets = [Target(floor, at_most=1.2), Target("tf-explain", at_least=1), Target(loop, at_least=50)]
    evenly = evenly_weighted(model, images, steps)
    agree("eager loop", ours(model, images[:1], LOOPED), calls[loop](), 1e-4)
    agree("tf-explain", evenly, calls["tf-explain"]() * images, 1e-4)
    if every:
        calls["alibi"] = lambda: alibi(model, images, steps)
        targets.append(Target("alibi", at_least=1.5))
        agree("alibi", ours(model, images, steps), calls["alibi"](), 1e-4)
    if images.shape[1] == 28:
        calls["saliency (PAIR)"] = lambda: pair(model, images, steps)
        targets.append(Target("saliency (PAIR)", at_least=2.5))
        agree("saliency (PAIR)", evenly, calls["saliency (PAIR)"](), 1e-4)
    times = take_turns(calls, rounds=rounds)
    times[loop] = [t * (IMAGES * steps // LOOPED) for t in times[loop]]
    return Result(f"{IMAGES} images {images.shape[1]}², {steps} steps", times, targets)


def ours(model: Any, images: Images, steps: int, rule: Any = "gauss-legendre") -> Images:
    """Give ours, which also measures the completeness gap."""
    return np.asarray(integrated_gradients(model, images, target=CLASS, steps=steps, rule=rule).values)


def evenly_weighted(model: Any, images: Images, steps: int) -> Images:
    """Give what two of the libraries mean: points with both ends among them, all of one weight."""
    before_the_end = ours(model, images, steps - 1, "left") * (steps - 1)
    return np.asarray((before_the_end + saliency(model, images, target=CLASS).values * images) / steps)


def gradients_alone(model: Any, images: Images, steps: int) -> Callable[[], Any]:
    """Make the floor: the points lie ready as tensors, and nothing is added up."""
    tf = peer("tensorflow")
    calls = -(-IMAGES * steps // points_at_once([images], None))
    rows = -(-IMAGES * steps // calls)
    points = tf.constant(np.resize(images, (rows, *images.shape[1:])))

    @tf.function
    def gradients(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            score = model(x, training=False)[:, CLASS]
        return tape.gradient(score, x)

    return lambda: [gradients(points) for _ in range(calls)][-1].numpy()


def eager(model: Any, images: Images, steps: int) -> Images:
    """Loop over images and points with TensorFlow's eager execution, as a first program would."""
    tf = peer("tensorflow")
    found = np.zeros_like(images)
    for n, image in enumerate(images):
        for place, weight in zip(*path_points("gauss-legendre", steps), strict=True):
            x = tf.constant((place * image)[None], tf.float32)
            with tf.GradientTape() as tape:
                tape.watch(x)
                score = model(x, training=False)[0, CLASS]
            found[n] += weight * tape.gradient(score, x).numpy()[0]
    return found * images


def tf_explain(model: Any, images: Images, steps: int) -> Images:
    """Give tf-explain's mean gradient, without the picture it makes of it."""
    theirs = peer("tf_explain.core.integrated_gradients", "IntegratedGradients").IntegratedGradients
    points = theirs.generate_interpolations(images, steps)
    return np.asarray(theirs.get_integrated_gradients(points, model, CLASS, steps))


def pair(model: Any, images: Images, steps: int) -> Images:
    """Give PAIR saliency's answer, image by image, as its guide has it: up to 50 points in a batch."""
    core, tf = peer("saliency.core", "IntegratedGradients"), peer("tensorflow")

    def call(x: Images, call_model_args: Any = None, expected_keys: Any = None) -> dict[str, Images]:
        points = tf.convert_to_tensor(x)
        with tf.GradientTape() as tape:
            tape.watch(points)
            score = model(points, training=False)[:, CLASS]
        return {core.INPUT_OUTPUT_GRADIENTS: tape.gradient(score, points).numpy()}

    method = core.IntegratedGradients()
    return np.stack(
        [method.GetMask(image, call, x_steps=steps, batch_size=min(steps, 50)) for image in images]
    )


def alibi(model: Any, images: Images, steps: int) -> Images:
    """Give alibi's answer, in batches of its own choice (100 points)."""
    theirs = peer("alibi.explainers", "IntegratedGradients").IntegratedGradients
    found = theirs(model, n_steps=steps, method="gausslegendre")
    return np.asarray(found.explain(images, target=CLASS).attributions[0])
