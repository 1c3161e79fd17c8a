"""The parts of `mediedu.figures.explore`: ranges, display scale, measures, static frames, the live view."""
