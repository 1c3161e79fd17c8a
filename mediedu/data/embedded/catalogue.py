"""Which real images the installed packages hold, and what is known about each."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_PYDICOM = "pydicom's test files; no terms of their own (its README knows of no restriction on their use)"
_NEMA = "DICOM working group 4 example images, by way of pydicom's test files"
_ICBM = (
    "terms of the McConnell Brain Imaging Centre, as commonly quoted: free to use, copy, change and pass on "
    "with its "
    "copyright notice (nilearn, which ships the file, names no licence)"
)
_FONOV = (
    "Fonov V. et al., Unbiased average age-appropriate atlases for pediatric studies, NeuroImage 54:313-327, "
    "2011; "
    "file converted and shipped by nilearn"
)
_AVERAGE = (
    "This is no single patient: 152 healthy adult brains were aligned and averaged, so it is smoother and "
    "less noisy "
    "than any scan, the skull is removed, and left mirrors right because the template was made symmetric."
)


@dataclass(frozen=True)
class File:
    """One image file inside an installed package, and what is known about it."""

    package: str
    place: str
    title: str
    description: str
    licence: str
    citation: str
    modality: str = ""
    units: str = ""
    spacing: tuple[float, ...] | None = None

    def path(self) -> Path:
        """Find the file, without importing the package."""
        spec = find_spec(self.package)
        if spec is not None and spec.origin is not None:
            path = Path(spec.origin).parent / self.place
            if path.is_file():
                return path
        raise FileNotFoundError(
            f"The file {Path(self.place).name} should have come with the package {self.package}, but it is "
            f"not "
            f"there. Install that package again: pip install --force-reinstall {self.package}"
        )


FILES = {
    "ct_small": File(
        "pydicom",
        "data/test_files/CT_small.dcm",
        "CT of the spine, 128 × 128",
        "A vertebra and the muscles behind it, lying on the table. The full slice was cut down to a small "
        "file: the "
        "body does not fit into the picture.",
        _PYDICOM,
        _NEMA,
    ),
    "ct_slice": File(
        "pydicom",
        "data/test_files/J2K_pixelrep_mismatch.dcm",
        "CT of the head, 512 × 512",
        "A tilted slice through the skull base: the frontal sinuses and the roofs of the orbits in front, "
        "the petrous bones with their air cells on either side. Compressed without loss (JPEG 2000).",
        _PYDICOM,
        "pydicom test file J2K_pixelrep_mismatch.dcm (pydicom issue 1149)",
    ),
    "mr_small": File(
        "pydicom",
        "data/test_files/MR_small.dcm",
        "MR, 64 × 64",
        "A small cut-out of an MR slice of 20 mm a side.",
        _PYDICOM,
        _NEMA,
    ),
    "mr_abdomen": File(
        "pydicom",
        "data/test_files/examples_overlay.dcm",
        "MR of the abdomen, 300 × 484",
        "A slice through liver, spleen, both kidneys and the aorta, with an overlay in the file that is not "
        "drawn.",
        _PYDICOM,
        "pydicom example file examples_overlay.dcm",
    ),
    "ultrasound": File(
        "pydicom",
        "data/test_files/examples_jpeg2k.dcm",
        "Ultrasound of a lymph node, power Doppler",
        "Two views of a lymph node, blood flow in orange. Name of the hospital, date and numbers are burned "
        "into "
        "the pixels, where a cleaned header does not reach them.",
        _PYDICOM,
        "pydicom example file examples_jpeg2k.dcm; " + _NEMA,
    ),
    "cine": File(
        "pydicom",
        "data/test_files/examples_ybr_color.dcm",
        "Ultrasound loop of the heart",
        "Thirty frames of a beating heart, seen from its apex. Made smaller and shorter than the original.",
        _PYDICOM,
        "pydicom example file examples_ybr_color.dcm",
    ),
    "bone_scan": File(
        "pydicom",
        "data/test_files/JPEG2000.dcm",
        "Bone scan of the whole body",
        "A gamma camera's picture: bright where bone takes up the tracer. Compressed with loss (JPEG 2000).",
        _PYDICOM,
        "pydicom test file JPEG2000.dcm",
    ),
    "retina": File(
        "skimage",
        "data/retina.jpg",
        "Fundus photograph of a normal left eye",
        "The optic disc, the macula and the vessels of a healthy retina.",
        "CC0-1.0",
        "Häggström M., Medical gallery of Mikael Häggström 2014, WikiJournal of Medicine 1(2), 2014, "
        "doi 10.15347/wjm/2014.008; file shipped by scikit-image",
        modality="OP",
    ),
    "microaneurysms": File(
        "skimage",
        "data/microaneurysms.png",
        "Microaneurysms in the retina",
        "A detail of a diabetic patient's fundus photograph, green channel: the small dark dots are widened "
        "capillaries.",
        "CC0-1.0",
        "Budai A. et al., Robust vessel segmentation in fundus images, Int J Biomed Imaging 2013:154860 "
        "(HRF image 07_dr); file shipped by scikit-image",
        modality="OP",
    ),
    "histology": File(
        "skimage",
        "data/ihc.png",
        "Histology of the colon",
        "Glands of the colon, stained for the protein FHL2 (brown, DAB) and for cell nuclei (blue, "
        "haematoxylin).",
        "no known copyright restrictions",
        "Center for Microscopy and Molecular Imaging (CMMI); file shipped by scikit-image",
        modality="SM",
    ),
    "cell": File(
        "skimage",
        "data/cell.png",
        "A cell floating in saline",
        "A quantitative phase image: the brighter, the longer the optical path through the cell. The bands "
        "in the "
        "background are an artefact.",
        "CC0-1.0",
        "Müller P. et al., Accurate evaluation of size and refractive index for spherical objects in "
        "quantitative "
        "phase imaging, Optics Express 26:10729-10743, 2018; file shipped by scikit-image",
        modality="SM",
        spacing=(0.000107, 0.000107),
    ),
    "brain_t1": File(
        "nilearn",
        "datasets/data/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz",
        "Average T1-weighted MR of the brain",
        _AVERAGE,
        _ICBM,
        _FONOV,
        modality="MR",
    ),
    "brain_gray_matter": File(
        "nilearn",
        "datasets/data/mni_icbm152_gm_tal_nlin_sym_09a_converted.nii.gz",
        "Probability of grey matter",
        "0 is never, 255 is always grey matter, over the 152 brains. " + _AVERAGE,
        _ICBM,
        _FONOV,
        units="probability × 255",
    ),
    "brain_white_matter": File(
        "nilearn",
        "datasets/data/mni_icbm152_wm_tal_nlin_sym_09a_converted.nii.gz",
        "Probability of white matter",
        "0 is never, 255 is always white matter, over the 152 brains. " + _AVERAGE,
        _ICBM,
        _FONOV,
        units="probability × 255",
    ),
}
"""Name of the sample → its file."""
