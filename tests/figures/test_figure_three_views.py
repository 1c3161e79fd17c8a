"""Three views: each side of an asymmetric phantom appears at its own letter."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from mediedu.figures import Figure, three_views, viewer
from mediedu.figures.canvas import Canvas
from mediedu.figures.three_views import checked_position
from mediedu.figures.viewer import checked_affine, nifti_bytes

ALT = "What it shows"
SHAPE, SPACING = (20, 30, 24), (2.0, 1.0, 1.0)


def phantom():
    """Make a dark box with a bright block far superior, a little anterior and far to the patient's right."""
    volume = np.full(SHAPE, 40, np.uint8)
    volume[14:18, 16:22, 18:22] = 200
    return volume


def panels(figure):
    """Find the three pictures on the page, from left to right."""
    pixels = np.asarray(Image.open(io.BytesIO(figure.png)).convert("RGB")).astype(int)
    labels, _ = ndimage.label(pixels.max(axis=2) < 230)
    boxes = sorted(ndimage.find_objects(labels), key=lambda box: -labels[box].size)[:3]
    return [(box, pixels[box]) for box in sorted(boxes, key=lambda box: box[1].start)]


def bright_centre(panel):
    rows, columns = np.nonzero(panel.min(axis=2) > 150)
    return (rows.mean() + 0.5) / panel.shape[0], (columns.mean() + 0.5) / panel.shape[1]


def test_the_block_lies_where_radiologists_look_for_it():
    figure = three_views(phantom(), alt=ALT, spacing=SPACING, position=(15, 18, 19), crosshair=False)
    (_, axial), (_, coronal), (_, sagittal) = panels(figure)
    right, anterior, superior = 1 - 20 / 24, 1 - 19 / 30, 1 - 16 / 20
    np.testing.assert_allclose(bright_centre(axial), (anterior, right), atol=0.01)
    np.testing.assert_allclose(bright_centre(coronal), (superior, right), atol=0.01)
    np.testing.assert_allclose(bright_centre(sagittal), (superior, anterior), atol=0.01)


def test_spacing_gives_true_proportions_on_one_scale():
    sizes = [panel.shape[:2] for _, panel in panels(three_views(phantom(), alt=ALT, spacing=SPACING))]
    millimetres = np.array([(30, 24), (40, 24), (40, 30)])
    scale = np.array(sizes) / millimetres
    np.testing.assert_allclose(scale, scale.mean(), rtol=0.01)


def test_letters_stand_at_the_sides_they_name(monkeypatch):
    words, text = [], Canvas.text

    def kept(self, x, y, word, **how):
        words.append((word, 2 * x, 2 * y))
        text(self, x, y, word, **how)

    monkeypatch.setattr(Canvas, "text", kept)
    figure = three_views(phantom(), alt=ALT, spacing=SPACING, crosshair=False)
    letters = [(word, x, y) for word, x, y in words if len(word) == 1]
    for (box, _), (top, right, bottom, left) in zip(panels(figure), ("ALPR", "SLIR", "SPIA"), strict=True):
        middle = (box[1].start + box[1].stop) / 2
        near = {
            word: (
                "left"
                if x < box[1].start
                else "right"
                if x > box[1].stop
                else "top"
                if y < box[0].start + 1
                else "bottom"
            )
            for word, x, y in letters
            if box[1].start - 20 < x < box[1].stop + 20 or x == middle
        }
        assert near == {top: "top", right: "right", bottom: "bottom", left: "left"}
    assert any("patient's right (R) is on your left" in word for word, _, _ in words)


def test_a_left_right_flip_is_seen():
    plain = three_views(phantom(), alt=ALT, position=(15, 18, 12), crosshair=False)
    flipped = three_views(phantom()[..., ::-1], alt=ALT, position=(15, 18, 12), crosshair=False)
    assert bright_centre(panels(plain)[0][1])[1] < 0.4
    assert bright_centre(panels(flipped)[0][1])[1] > 0.6


def test_the_cross_marks_the_position_and_can_be_left_out():
    volume = np.full(SHAPE, 40, np.uint8)
    figure = three_views(volume, alt=ALT, spacing=SPACING, position=(15, 22, 20), limits=(0, 255))
    for (_, panel), (down, across) in zip(
        panels(figure),
        [(1 - 22.5 / 30, 1 - 20.5 / 24), (1 - 15.5 / 20, 1 - 20.5 / 24), (1 - 15.5 / 20, 1 - 22.5 / 30)],
        strict=True,
    ):
        yellow = (panel[..., 0] - panel[..., 2]) > 60
        row, column = yellow.sum(axis=1).argmax(), yellow.sum(axis=0).argmax()
        assert row / panel.shape[0] == pytest.approx(down, abs=0.015)
        assert column / panel.shape[1] == pytest.approx(across, abs=0.015)
        assert not yellow[row, column], "the centre stays free"
    bare = three_views(volume, alt=ALT, spacing=SPACING, crosshair=False, limits=(0, 255))
    assert all((panel == panel[..., :1]).all() for _, panel in panels(bare))


def test_masks_follow_the_volume():
    volume = phantom()
    figure = three_views(
        volume, alt=ALT, mask={"block": volume > 100}, position=(15, 18, 19), crosshair=False
    )
    for _, panel in panels(figure):
        rows, columns = np.nonzero((panel[..., 0] - panel[..., 2]) > 90)
        centre = (
            (rows.min() + rows.max() + 1) / 2 / panel.shape[0],
            (columns.min() + columns.max() + 1) / 2 / panel.shape[1],
        )
        np.testing.assert_allclose(centre, bright_centre(panel), atol=0.02)


def test_limits_come_from_the_whole_volume():
    volume = np.zeros((4, 4, 4))
    volume[0, 0, 0], volume[3, 3, 3] = 0.0, 10.0
    volume[2] = 5.0
    (_, axial), *_ = panels(three_views(volume, alt=ALT, position=(2, 0, 0), crosshair=False))
    assert (axial == 128).all()


def test_position_is_a_voxel_and_fractions_are_rounded():
    assert checked_position(None, (5, 4, 3)) == (2, 2, 1)
    assert checked_position((0.5, 1.4, 2), (5, 4, 3)) == (1, 1, 2)
    for wrong in ((5, 0, 0), (-1, 0, 0), (1, 2), "abc", (0, 0, np.nan)):
        with pytest.raises(ValueError, match=r"position is .*shape \(5, 4, 3\)"):
            checked_position(wrong, (5, 4, 3))


def test_bad_volumes_get_a_sentence():
    with pytest.raises(ValueError, match=r"\(3, 3\).*show"):
        three_views(np.zeros((3, 3)), alt=ALT)
    with pytest.raises(TypeError, match="complex"):
        three_views(np.zeros((3, 3, 3)) * 1j, alt=ALT)
    with pytest.raises(ValueError, match="spacing is"):
        three_views(np.zeros((3, 3, 3)), alt=ALT, spacing=(1, 1))
    with pytest.raises(ValueError, match="'m' has shape"):
        three_views(np.zeros((3, 3, 3)), alt=ALT, mask={"m": np.zeros((3, 3, 2))})
    with pytest.raises(ValueError, match="alt is"):
        viewer(np.zeros((3, 3, 3)), alt="")
    for affine in (np.eye(3), np.zeros((4, 4)), np.full((4, 4), np.nan)):
        with pytest.raises(ValueError, match="affine must be"):
            viewer(np.zeros((3, 3, 3)), alt=ALT, affine=affine)


def test_viewer_without_a_kernel_is_three_views_in_true_proportions():
    affine = np.zeros((4, 4))
    affine[2, 0], affine[1, 1], affine[0, 2], affine[3, 3] = 2, 1, 1, 1
    figure = viewer(phantom(), alt=ALT, affine=affine)
    assert isinstance(figure, Figure)
    assert figure == three_views(phantom(), alt=ALT, spacing=SPACING)


def test_viewer_writes_the_volume_with_its_axes_turned():
    import nibabel

    affine = checked_affine(None, SHAPE, SPACING)
    for dtype in (np.uint8, np.int16, np.bool_, np.float64):
        image = nibabel.Nifti1Image.from_bytes(nifti_bytes(phantom().astype(dtype), affine))
        np.testing.assert_array_equal(np.asarray(image.dataobj).transpose(2, 1, 0), phantom().astype(dtype))
        assert nibabel.aff2axcodes(image.affine) == ("R", "A", "S")
        assert image.header.get_zooms() == (1.0, 1.0, 2.0)
        ends = image.affine @ np.array([[0, 0, 0, 1], [23, 29, 19, 1]]).T
        np.testing.assert_allclose(ends[:3, 0], -ends[:3, 1], err_msg="the centre is the origin")


def test_the_live_viewer_holds_the_volume_and_its_mask_the_radiological_way(monkeypatch):
    import nibabel

    monkeypatch.setattr(sys.modules["mediedu.figures.viewer"], "live", lambda: True)
    affine = np.diag([1.0, 1.0, 1.0, 1.0])[[2, 1, 0, 3]] * 1.5
    affine[3, 3] = 1.0
    masks = {"block": phantom() > 100, "rest": phantom() < 100}
    canvas, caption = viewer(
        phantom(), alt="A <bright> block", affine=affine, mask=masks, limits=(0, 250)
    ).children
    volume, mask = canvas.volumes
    assert (volume.cal_min, volume.cal_max) == (0, 250)
    assert canvas.opts.is_radiological_convention
    assert canvas.opts.is_orientation_text_visible
    shown = nibabel.Nifti1Image.from_bytes(volume.data)
    np.testing.assert_array_equal(np.asarray(shown.dataobj), phantom().transpose(2, 1, 0))
    np.testing.assert_array_equal(shown.affine, np.diag([1.5, 1.5, 1.5, 1]))
    labels = np.asarray(nibabel.Nifti1Image.from_bytes(mask.data).dataobj)
    assert set(np.unique(labels)) == {1, 2}
    assert "A &lt;bright&gt; block" in caption.value
    assert "right (R) is on your left" in caption.value


def test_in_a_kernel_static_output_is_one_figure_byte_for_byte(tmp_path, monkeypatch):
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    monkeypatch.setenv("MEDIEDU_STATIC", "1")
    source = """import numpy as np
from mediedu.figures import viewer
viewer(np.arange(60.0).reshape(3, 4, 5), alt="A ramp", mask=np.ones((3, 4, 5), bool))"""
    notebook = new_notebook(cells=[new_code_cell(source)])
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (output,) = notebook.cells[0].outputs
    here = viewer(np.arange(60.0).reshape(3, 4, 5), alt="A ramp", mask=np.ones((3, 4, 5), bool))
    assert output.data == here._repr_mimebundle_()


def test_importing_the_room_loads_neither_matplotlib_nor_pillow_nor_widgets():
    code = "import sys, mediedu.figures; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"matplotlib", "PIL", "ipywidgets", "anywidget", "ipyniivue", "nibabel", "scipy"} & set(loaded)
