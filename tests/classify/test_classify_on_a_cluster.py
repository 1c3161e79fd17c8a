"""Features and cross-validation on a Dask cluster: the same call, the same numbers, done by the workers."""

import logging
import os
import warnings

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster, get_task_stream
from joblib import parallel_config
from sklearn.model_selection import GridSearchCV

from mediedu.classify import cross_validate, diagnosis_pipeline
from mediedu.data import phantom
from mediedu.describe import GLCMFeatures, ShapeFeatures

KINDS = np.array(["benign", "malignant"] * 12)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Give two worker processes of one thread each, on free ports of this machine alone."""
    # On a busy machine a worker imports for a while before it answers.
    patience = {f"distributed.comm.timeouts.{step}": "180s" for step in ("connect", "tcp")}
    with (
        dask.config.set(patience),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=None,
            local_directory=str(tmp_path_factory.mktemp("dask")),
            silence_logs=logging.ERROR,
        ) as cluster,
        Client(cluster, timeout="180s") as client,
    ):
        client.wait_for_workers(2, timeout=180)
        yield client


@pytest.fixture(scope="module")
def masses():
    return [phantom.breast_mass(kind, 96, seed=seed) for seed, kind in enumerate(KINDS)]


@pytest.fixture(scope="module")
def masks(masses):
    return [mass.labels > 0 for mass in masses]


def workers_of(stream):
    """Return the workers that did something, by the scheduler's own account."""
    return {task["worker"] for task in stream.data}


def test_the_cluster_is_two_processes(client):
    processes = set(client.run(os.getpid).values())
    assert len(processes | {os.getpid()}) == 3


@pytest.mark.parametrize("transformer", [ShapeFeatures(log=True), GLCMFeatures(distances=(1, 3))])
def test_features_come_from_both_workers_and_are_the_same(client, masses, masks, transformer):
    given = masks if isinstance(transformer, ShapeFeatures) else [mass.image for mass in masses]
    here = transformer.fit_transform(given)
    with get_task_stream(client) as stream, parallel_config("dask"):
        there = transformer.fit_transform(given)
    assert np.array_equal(there, here)
    assert len(workers_of(stream)) == 2


def test_warnings_and_errors_of_a_worker_arrive(client, masks):
    two_blobs = np.zeros((32, 32), bool)
    two_blobs[4:12, 4:12] = two_blobs[20:24, 20:24] = True
    with parallel_config("dask"):
        with pytest.warns(UserWarning, match=r"Image 3: .*2 blobs"):
            ShapeFeatures().transform([*masks[:3], two_blobs])
        with pytest.raises(ValueError, match="Image 1: "):
            ShapeFeatures().transform([masks[0], np.zeros((32, 32), bool)])


def test_cross_validation_is_the_same(client, masks):
    """Feature extraction inside the pipeline, so a worker's task asks for tasks of its own."""
    model = diagnosis_pipeline(ShapeFeatures())
    here = cross_validate(model, masks, KINDS, folds=3)
    with get_task_stream(client) as stream, parallel_config("dask"):
        there = cross_validate(model, masks, KINDS, folds=3)
    assert np.array_equal(there.scores, here.scores)
    assert np.array_equal(there.answers, here.answers)
    assert np.array_equal(there.fold, here.fold)
    assert len(workers_of(stream)) == 2
    assert there.auc.mean() > 0.5


def test_a_search_inside_is_the_same(client, masks):
    table = ShapeFeatures().fit_transform(masks)
    search = GridSearchCV(diagnosis_pipeline(), {"classifier__C": [0.1, 1, 10]}, cv=3)
    here = cross_validate(search, table, KINDS, folds=3)
    with warnings.catch_warnings(), parallel_config("dask"):
        warnings.simplefilter("error")
        there = cross_validate(search, table, KINDS, folds=3)
    assert np.array_equal(there.scores, here.scores)
    chosen = [[model.best_params_ for model in result.estimators[0]] for result in (here, there)]
    assert chosen[0] == chosen[1]
