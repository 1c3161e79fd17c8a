"""Known wrong answers of the made-up chapter."""

WRONG = {
    "gamma.1": [
        ("def gamma8(image, g):\n    return 255 * (image / 255) ** g", "You returned floats"),
        (
            """
def gamma8(image, g):
    return np.floor(255 * (np.arange(256) / 255) ** (1 / g) + 0.5).astype(np.uint8)[image]
""",
            "swapped",
        ),
        ("def gamma8(image, g):\n    image[:] = 0\n    return image", "changed the array"),
        ("def gamma8(image, g):\n    return undefined_name", "NameError"),
        ("gamma8 = 3", "the function gamma8 itself"),
    ],
    "gamma.2": [
        ("def table(g):\n    return np.arange(255)", "ends at 254"),
        ("def table(g):\n    return np.arange(256)", "the levels themselves"),
        ("def table(g):\n    return None", "Is a return missing"),
    ],
    "gamma.3": [("air = 0", "That is water"), ("air = 24", "stored value"), ("air = -500", "too large")],
}
