"""Histogram equalisation and CLAHE: ours against scikit-image and OpenCV, one thread."""

import numpy as np

from benchmarks.measuring import Result, Target, peer, take_turns
from mediedu.enhance import equalize_adaptive, equalize_histogram


def measure(rounds: int) -> list[Result]:
    """Run the comparison on noisy photographs of 512² and 2048²."""
    cv2 = peer("cv2", "equalizeHist", "createCLAHE")
    exposure = peer("skimage.exposure", "equalize_hist", "equalize_adapthist")
    data = peer("skimage.data", "camera")
    cv2.setNumThreads(1)
    rng = np.random.default_rng(0)
    results = []
    for size in (512, 2048):
        image = np.tile(data.camera(), (size // 512, size // 512)) + rng.normal(0, 10, (size, size))
        image = image.clip(0, 255).astype(np.uint8)
        difference = np.abs(equalize_histogram(image).astype(int) - cv2.equalizeHist(image)).max()
        if difference > 1:
            raise AssertionError(
                f"equalize_histogram is {difference} grey levels away from cv2.equalizeHist."
            )
        calls = {
            "equalize_histogram": lambda image=image: equalize_histogram(image),
            "skimage equalize_hist": lambda image=image: exposure.equalize_hist(image),
            "cv2.equalizeHist": lambda image=image: cv2.equalizeHist(image),
        }
        targets = [Target("skimage equalize_hist", at_least=15), Target("cv2.equalizeHist", at_most=1.5)]
        results.append(Result(f"equalise {size}² uint8", take_turns(calls, rounds=rounds), targets))
    eight = (data.camera() + rng.normal(0, 10, (512, 512))).clip(0, 255).astype(np.uint8)
    sixteen = eight.astype(np.uint16) * 16
    clahe = cv2.createCLAHE(2.0, (8, 8))
    for image in (eight, sixteen):
        calls = {
            "equalize_adaptive": lambda image=image: equalize_adaptive(image),
            "skimage equalize_adapthist": lambda image=image: exposure.equalize_adapthist(image, 64),
            "cv2 CLAHE": lambda image=image: clahe.apply(image),
        }
        target = [Target("skimage equalize_adapthist", at_least=15)] if image.dtype == np.uint8 else []
        results.append(Result(f"CLAHE 512² {image.dtype}", take_turns(calls, rounds=rounds), target))
    return results
