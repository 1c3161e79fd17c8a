"""Known wrong answers of chapter 15: each is real code and gets its own message."""

from exercise_cases import exercise_tests

PARTS = """
def normalise(training, others):
    mean, spread = training.mean(), training.std()
    {body}
"""
TURN = """
def augment_mended(images, masks, seed):
    turn = Augmentation(rotation=(20, 70))
    {body}
"""
CALL = """
def call_malignant(logits, temperature, miss):
    def p(z):
        return 1 / (1 + np.exp(-z))
    return {body}
"""

WRONG = {
    "augmentation_and_validation.1": [
        (
            PARTS.format(body="return (training - mean) / spread, (others - others.mean()) / others.std()"),
            "brought to their own mean and spread",
        ),
        (
            """
def normalise(training, others):
    every = np.concatenate([training, others])
    return (training - every.mean()) / every.std(), (others - every.mean()) / every.std()
""",
            "come from all images",
        ),
        (PARTS.format(body="return training - mean, others - mean"), "don't divide"),
        (PARTS.format(body="return training / spread, others / spread"), "don't take the mean away"),
        (
            PARTS.format(body="return (training - mean) / spread**2, (others - mean) / spread**2"),
            "by the variance",
        ),
        (PARTS.format(body="return (others - mean) / spread, (training - mean) / spread"), "are swapped"),
        (PARTS.format(body="return (training - mean) / spread, others * 1.0"), "as they came"),
        (
            PARTS.format(body="return (training - mean) / spread, (others - mean) / others.std()"),
            "divided by their own spread",
        ),
        (
            PARTS.format(
                body="return tuple((x - training.mean(0)) / training.std(0) for x in (training, others))"
            ),
            "Each pixel place",
        ),
        (PARTS.format(body="return (training - mean) / spread"), "Two arrays are needed"),
    ],
    "augmentation_and_validation.2": [
        (
            TURN.format(
                body="return turn(images, rng=seed), "
                "np.round(turn(masks.astype(np.float32), rng=seed + 1)).astype(np.uint8)"
            ),
            "a seed of their own",
        ),
        (
            TURN.format(
                body="return turn(images, rng=seed), "
                "np.round(turn(masks.astype(np.float32), rng=seed)).astype(np.uint8)"
            ),
            "interpolated and rounded",
        ),
        (
            TURN.format(
                body="return turn(images, rng=seed), turn(images, masks, rng=seed + 1)[1]",
            ),
            "another seed than the images",
        ),
        (TURN.format(body="return turn(images, masks, rng=seed + 1)"), "Keep `seed`"),
        (TURN.format(body="return turn(images, rng=seed), masks"), "beside turned images"),
        (TURN.format(body="return images, masks"), "images came back unturned"),
        (TURN.format(body="return turn(images, masks, rng=seed)[::-1]"), "label maps first"),
        (TURN.format(body="return turn(images, rng=seed)"), "Two arrays are needed"),
    ],
    "augmentation_and_validation.3": [
        (CALL.format(body="p(logits / temperature)"), "You return numbers"),
        (CALL.format(body="p(logits) >= 1 / (1 + miss)"), "has no effect"),
        (CALL.format(body="p(logits * temperature) >= 1 / (1 + miss)"), "You multiply"),
        (CALL.format(body="p(logits / temperature) >= 0.5"), "still 0.5"),
        (CALL.format(body="p(logits / temperature) >= miss / (1 + miss)"), "The dearer a miss"),
        (CALL.format(body="p(logits) / temperature >= 1 / (1 + miss)"), "not the logit"),
        (CALL.format(body="p(logits / temperature) >= 1 / miss"), "Both costs stand below"),
        (CALL.format(body="logits / temperature >= 1 / (1 + miss)"), "take the sigmoid first"),
        (CALL.format(body="p(logits / temperature) < 1 / (1 + miss)"), "marks the benign"),
        (CALL.format(body="p(logits / temperature) > 1 / (1 + miss)"), "take >=, not >"),
    ],
}

test_exercise = exercise_tests("augmentation_and_validation", WRONG)
