"""The small set of real breast ultrasound, read as the benchmarks read it."""

import sys

import pytest

__all__ = ["ultrasound"]


@pytest.fixture(scope="session")
def ultrasound(real_data, project_root):
    """Give image, expert's mask and kind of 32 benign and 32 malignant masses."""
    sys.path.append(str(project_root))
    try:
        from benchmarks import segment_lesions
    finally:
        sys.path.remove(str(project_root))
    return segment_lesions.ultrasound(real_data("busi-subset"))
