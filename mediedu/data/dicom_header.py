"""Facts from a DICOM header that a lesson can use, in plain words; nothing about the patient."""

from typing import Any

from mediedu.data.pixels import MODALITIES

_FACTS = {
    "Modality": "Modality",
    "BodyPartExamined": "Body part",
    "Manufacturer": "Maker of the device",
    "PhotometricInterpretation": "Photometric interpretation",
    "BitsAllocated": "Bits allocated",
    "BitsStored": "Bits stored",
    "RescaleSlope": "Rescale slope",
    "RescaleIntercept": "Rescale intercept",
    "WindowCenter": "Suggested window centre",
    "WindowWidth": "Suggested window width",
    "PixelPaddingValue": "Value outside the picture",
    "SliceThickness": "Slice thickness (mm)",
    "SpacingBetweenSlices": "Spacing between slices (mm)",
    "KVP": "Tube voltage (kV)",
    "XRayTubeCurrent": "Tube current (mA)",
    "ConvolutionKernel": "Reconstruction kernel",
    "MagneticFieldStrength": "Magnetic field (T)",
    "RepetitionTime": "Repetition time (ms)",
    "EchoTime": "Echo time (ms)",
    "FlipAngle": "Flip angle (degrees)",
    "FrameTime": "Frame time (ms)",
    "NumberOfFrames": "Frames",
}


def header_facts(dataset: Any) -> dict[str, str]:
    """Collect the acquisition's facts.

    Parameters
    ----------
    dataset : pydicom.Dataset
        The header.

    Returns
    -------
    dict of str to str
        Fact in words to value; only those that the header holds.
    """
    facts = {}
    for key, words in _FACTS.items():
        value = dataset.get(key)
        if value is not None and str(value) != "":
            facts[words] = ", ".join(map(str, value)) if type(value).__name__ == "MultiValue" else str(value)
    if "PixelRepresentation" in dataset:
        facts["Signed numbers"] = "yes" if dataset.PixelRepresentation else "no"
    if "LossyImageCompression" in dataset:
        facts["Lossily compressed once"] = "yes" if dataset.LossyImageCompression == "01" else "no"
    facts["Packed as"] = str(dataset.file_meta.TransferSyntaxUID.name)
    return facts


def title_of(dataset: Any) -> str:
    """Make a short title from modality and body part.

    Examples
    --------
    >>> title_of({"Modality": "CT", "BodyPartExamined": "CHEST"})
    'CT, chest'
    """
    modality = str(dataset.get("Modality") or "")
    what = MODALITIES.get(modality, modality)
    part = str(dataset.get("BodyPartExamined") or "").lower().replace("_", " ").strip()
    words = ", ".join(word for word in (what, part) if word)
    return words[:1].upper() + words[1:]
