"""What a chapter quotes from a committed benchmark run is what the run's file holds."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

NUMBER = r"(-?\d+(?:\.\d+)?)"
WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
HELD_OUT = "results/ultrasound, held out/all"
PARTS = "automatic_auc_in_parts"
FIVE_LOSSES = ("cross_entropy", "dice", "focal", "cross_entropy+dice", "focal+dice")
ALL_IMAGES = f"{PARTS}/Dice from 0.7/images + {PARTS}/Dice below 0.7/images"


def with_interval(where: str) -> list[str]:
    return [f"{where}/mean", *(f"{where}/interval_95_first_repeat/{end}" for end in (0, 1))]


AUC_AND_INTERVAL = f"AUC {NUMBER} \\({NUMBER} to {NUMBER}\\)"
BOTH = f"{AUC_AND_INTERVAL}, balanced accuracy {NUMBER} \\({NUMBER} to {NUMBER}\\)"

ACCURACY = f"accuracy {NUMBER} \\({NUMBER} to {NUMBER}\\)"
# The mean over the seeds, and the interval of the seed with the middle AUC.
TEST_PART = [
    f"results/test/{measure}/{where}"
    for measure in ("auc", "accuracy")
    for where in ("mean", "interval_95_middle_seed/0", "interval_95_middle_seed/1")
]


def both(masks: str) -> list[str]:
    where = f"results/{masks}/15 shape features"
    return with_interval(f"{where}/auc") + with_interval(f"{where}/balanced_accuracy")


def dice_and_interval(part: str) -> list[str]:
    where = f"results/test/{part}/dice"
    return [f"{where}/mean", f"{where}/interval_95/0", f"{where}/interval_95/1"]


# Chapter (and which of two runs) → run, then: how a sentence goes → where its numbers are in that file.
QUOTED: dict[str, tuple[str, dict[str, list[str]]]] = {
    "07_regions_and_contours": (
        "segment_lesions",
        {
            r"[Oo]n the (\d+)\b(?= (?:images )?that the weights were not)": [f"{HELD_OUT}/images"],
            rf"mean Dice\D{{0,20}}{NUMBER}": [f"{HELD_OUT}/dice_mean"],
            rf"95 % interval\D{{0,10}}{NUMBER} to {NUMBER}": [
                f"{HELD_OUT}/dice_interval_95/0",
                f"{HELD_OUT}/dice_interval_95/1",
            ],
            rf"median\D{{0,10}}{NUMBER}": [f"{HELD_OUT}/dice_median"],
            r"(\w+) (?:lesions? )?(?:was|were) missed": [f"{HELD_OUT}/missed"],
            rf"From phantom to patient\D*0\.\d+ to {NUMBER}": [f"{HELD_OUT}/dice_mean"],
        },
    ),
    "10_classifiers": (
        "diagnose_masses",
        {
            r"on (\d+) real": [ALL_IMAGES],
            rf"drawn by experts: {BOTH}": both("expert"),
            rf"a program found, \S+ {BOTH}": both("automatic"),
            rf"difference of the two AUCs[^:]*: {NUMBER} \({NUMBER} to {NUMBER}\)": [
                "expert_less_automatic_auc/difference",
                "expert_less_automatic_auc/interval_95/0",
                "expert_less_automatic_auc/interval_95/1",
            ],
            rf"rule on the Fourier factor: {AUC_AND_INTERVAL}": with_interval(
                "results/expert/one-line rule/auc"
            ),
            rf"with the experts' outlines, {NUMBER} \({NUMBER} to {NUMBER}\)": with_interval(
                "results/automatic/one-line rule/auc"
            ),
            rf"do as well \(AUC {NUMBER}\)": ["results/coarse/15 shape features/auc/mean"],
            r"(\d+) of the (\d+) automatic outlines": [f"{PARTS}/Dice below 0.7/images", ALL_IMAGES],
            r"(\d+) of them malignant": ["results/automatic/malignant masks/dice_below_0.7"],
            rf"among the other (\d+) the AUC is {NUMBER}": [
                f"{PARTS}/Dice from 0.7/images",
                f"{PARTS}/Dice from 0.7/auc",
            ],
            rf"On those (\d+) the AUC is {NUMBER}, on the others {NUMBER}": [
                f"{PARTS}/images the segmentation's weights were fitted on/images",
                f"{PARTS}/images the segmentation's weights were fitted on/auc",
                f"{PARTS}/the others/auc",
            ],
            r"outlines of (\d+) of the (\d+) images": [
                f"{PARTS}/images the segmentation's weights were fitted on/images",
                ALL_IMAGES,
            ],
        },
    ),
    "17_mri_tissue": (
        "train_tissue",
        {
            rf"Dice {NUMBER} for CSF, {NUMBER} for grey matter and {NUMBER} for white matter": [
                f"results/patch CNN/{tissue}/dice" for tissue in ("CSF", "grey matter", "white matter")
            ],
            rf"By grey value alone it is {NUMBER}, {NUMBER} and {NUMBER}": [
                f"results/25 nearest grey values/{tissue}/dice"
                for tissue in ("CSF", "grey matter", "white matter")
            ],
        },
    ),
    "18_unet_segmentation": (
        "compare_losses",
        {
            rf"mean Dice of the five was {NUMBER} for cross-entropy, {NUMBER} for Dice, {NUMBER} for the "
            rf"focal loss, {NUMBER} for cross-entropy \+ Dice and {NUMBER} for focal \+ Dice": [
                f"results/{terms}/dice_mean" for terms in FIVE_LOSSES
            ],
            r"(\w+) of the twenty-five found nothing": [
                " + ".join(f"results/{terms}/found_nothing" for terms in FIVE_LOSSES)
            ],
            r"with Dice in the loss it happened (\w+) times in fifteen": [
                " + ".join(f"results/{terms}/found_nothing" for terms in FIVE_LOSSES if "dice" in terms)
            ],
        },
    ),
    "18_unet_segmentation, hippocampus": (
        "train_hippocampus",
        {
            r"(\d+) epochs on (\d+) volumes": ["recipe/epochs", "data/learnt_from"],
            r"On (\d+) other volumes": ["data/test_volumes"],
            rf"Dice of {NUMBER} \({NUMBER} to {NUMBER}\) for the anterior part": dice_and_interval(
                "anterior"
            ),
            rf"and {NUMBER} \({NUMBER} to {NUMBER}\) for the posterior one": dice_and_interval("posterior"),
        },
    ),
    "14_keras_cnn": (
        "train_breastmnist",
        {
            r"On the (\d+) test images, with": ["data/test_images"],
            rf"interval of the middle seed: {AUC_AND_INTERVAL}, {ACCURACY}": TEST_PART,
            r"An AUC on (\d+) images": ["data/test_images"],
        },
    ),
    "14_keras_cnn, PneumoniaMNIST": (
        "train_pneumoniamnist",
        {
            r"On the (\d+) test images it": ["data/test_images"],
            rf"it gave: {AUC_AND_INTERVAL}, {ACCURACY}": TEST_PART,
        },
    ),
    "19_volumes_and_deeplab": (
        "train_hippocampus",
        {
            r"learnt from (\d+) volumes for (\d+) epochs": ["data/learnt_from", "recipe/epochs"],
            r"judged once on (\d+) others": ["data/test_volumes"],
            rf"mean Dice {NUMBER} \({NUMBER} to {NUMBER}\) in front": dice_and_interval("anterior"),
            rf"and {NUMBER} \({NUMBER} to {NUMBER}\) behind": dice_and_interval("posterior"),
        },
    ),
    "19_volumes_and_deeplab, DeepLab": (
        "deeplab_beside_unet",
        {
            r"on the same (\d+) synthetic": ["data/learnt_from"],
            r"for (\d+) steps": ["recipe/steps"],
            r"on (\d+) others": ["data/validation_images"],
            rf"mean Dice was {NUMBER} \({NUMBER} to {NUMBER}\) for the U-Net": [
                "results/U-Net/validation/dice_mean",
                "results/U-Net/validation/interval_95/0",
                "results/U-Net/validation/interval_95/1",
            ],
            rf"and {NUMBER} \({NUMBER} to {NUMBER}\) for DeepLab": [
                "results/DeepLabV3+/validation/dice_mean",
                "results/DeepLabV3+/validation/interval_95/0",
                "results/DeepLabV3+/validation/interval_95/1",
            ],
            r"after (\d+) and (\d+) CPU seconds": [
                "results/U-Net/training_cpu_seconds",
                "results/DeepLabV3+/training_cpu_seconds",
            ],
        },
    ),
}
# Sentences that need not be there, and numbers that are limits or come from a cell's own output.
OPTIONAL = ("median", "From phantom", "[Oo]n the")
OF_THE_TEXT = (
    r"Dice below (0\.1)",
    r"less than (0\.7) in Dice",
    r"From phantom to patient\D*(0\.\d+) to",
    r"ResNet-18 has an AUC of (0\.901)",
    r"accuracy of (0\.863) there",
    r"reached (0\.880)",
    r"reached 0\.880 and (0\.808)",
    r"±(0\.05)",
    r"ResNet-18 has (0\.944)",
    r"has 0\.944 and (0\.854)",
    r"nnU-Net has about (0\.90)",
    r"about 0\.90 and (0\.89)",
    r"published means are about (0\.90) and 0\.89",
    r"published means are about 0\.90 and (0\.89)",
)

each_chapter = pytest.mark.parametrize("chapter", QUOTED)


def passage(root: Path, chapter: str) -> str:
    """Give the prose from the paragraph that names the run to the next heading, in one line."""
    cells = json.loads(
        (root / "notebooks" / f"{chapter.partition(', ')[0]}.ipynb").read_text(encoding="utf-8")
    )["cells"]
    prose = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    name = f"benchmarks/runs/{QUOTED[chapter][0]}.json"
    assert name in prose, f"{chapter} does not say where its numbers come from: {name}"
    start = prose.rindex("\n\n", 0, prose.index(name))
    return " ".join(prose[start : prose.index("\n#", start + 2)].replace("−", "-").split())


def measured(run: Any, where: str) -> Decimal:
    total = Decimal(0)
    for path in where.split(" + "):
        value = run
        for key in path.split("/"):
            value = value[int(key) if isinstance(value, list) else key]
        total += Decimal(str(value))
    return total


def as_quoted(value: Decimal, quoted: str) -> str:
    if quoted.lower() in WORDS:
        return WORDS[int(value)]
    digits = len(quoted.partition(".")[2])
    return str(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def matches(text: str, chapter: str) -> dict[str, re.Match[str]]:
    found = {pattern: re.search(pattern, text) for pattern in QUOTED[chapter][1]}
    return {pattern: match for pattern, match in found.items() if match}


def faults(root: Path, chapter: str, text: str) -> list[str]:
    """Tell each sentence that is missing and each number that is not the measured one."""
    name, quotes = QUOTED[chapter]
    run = json.loads((root / "benchmarks" / "runs" / f"{name}.json").read_text(encoding="utf-8"))
    found = matches(text, chapter)
    missing = [p for p in quotes if p not in found and not p.startswith(OPTIONAL)]
    wrong = [
        f"{where} is {measured(run, where)}, the chapter says {quoted}: {match[0]}"
        for pattern, match in found.items()
        for quoted, where in zip(match.groups(), quotes[pattern], strict=True)
        if quoted.lower() != as_quoted(measured(run, where), quoted)
    ]
    return [f"no sentence like {pattern}" for pattern in missing] + wrong


@each_chapter
def test_quoted_numbers_are_the_measured_ones(project_root: Path, chapter: str) -> None:
    assert faults(project_root, chapter, passage(project_root, chapter)) == []


@each_chapter
def test_every_decimal_of_the_passage_is_compared(project_root: Path, chapter: str) -> None:
    text = passage(project_root, chapter)
    compared = {span for match in matches(text, chapter).values() for span in match.regs[1:]}
    compared |= {match.span(1) for pattern in OF_THE_TEXT for match in re.finditer(pattern, text)}
    alone = [
        text[max(0, match.start() - 40) : match.end()]
        for match in re.finditer(r"-?\d+\.\d+", text)
        if match.span() not in compared
    ]
    assert alone == []


@each_chapter
def test_a_changed_number_is_a_fault(project_root: Path, chapter: str) -> None:
    text = passage(project_root, chapter)
    for match in matches(text, chapter).values():
        for start, end in match.regs[1:]:
            quoted = text[start:end]
            if quoted.lower() in WORDS:
                other = WORDS[(WORDS.index(quoted.lower()) + 1) % len(WORDS)]
            else:
                other = quoted[:-1] + str((int(quoted[-1]) + 1) % 10)
            assert faults(project_root, chapter, text[:start] + other + text[end:]), f"{quoted} → {other}"
