"""Augment batches with albumentations in a process of its own and answer with CPU seconds.

A line on standard input holds a batch's shape (4 numbers), whether to bend, and the settings of
`benchmarks.augmentation`; the answer is one number. Nothing of ours is imported, so that any Python that has
albumentations can run it.
"""

import sys
import time
from functools import cache

import albumentations as A
import cv2
import numpy as np

cv2.setNumThreads(1)


@cache
def chain(side, elastic, angle, scale, shift, noise, bend):
    steps = [
        A.Affine(
            rotate=(-angle, angle),
            scale=(1 - scale, 1 + scale),
            translate_percent=(-shift, shift),
            interpolation=cv2.INTER_LINEAR,
            border_mode=cv2.BORDER_REFLECT,
            p=1,
        ),
        A.HorizontalFlip(p=0.5),
    ]
    if elastic:
        # Displacements as large as ours: smoothing leaves 1/(2·√π·sigma) of the noise.
        sigma = side / 8
        steps.append(
            A.ElasticTransform(
                alpha=bend * side * 2 * np.pi**0.5 * sigma,
                sigma=sigma,
                interpolation=cv2.INTER_LINEAR,
                border_mode=cv2.BORDER_REFLECT,
                approximate=True,
                p=1,
            )
        )
    steps.append(A.GaussNoise(std_range=(noise, noise), p=1))
    return A.Compose(steps, seed=0)


@cache
def batch(shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


for line in sys.stdin:
    words = line.split()
    shape, elastic = tuple(map(int, words[:4])), bool(int(words[4]))
    change, images = chain(min(shape[1:3]), elastic, *map(float, words[5:])), batch(shape)
    started = time.process_time()
    for image in images:
        change(image=image)
    print(time.process_time() - started, flush=True)
