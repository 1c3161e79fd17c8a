"""Made-up images whose truth is known to the pixel: masses, brain slices, nuclei, CT sections."""

from mediedu.data.phantom.breast_mass import breast_mass
from mediedu.data.phantom.phantom import Phantom

__all__ = ["Phantom", "breast_mass"]
