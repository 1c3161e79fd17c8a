"""Made-up images whose truth is known to the pixel: masses, brain slices, nuclei, CT sections."""

from mediedu.data.phantom.brain_slice import brain_slice
from mediedu.data.phantom.breast_mass import breast_mass
from mediedu.data.phantom.ct_section import ct_section
from mediedu.data.phantom.nuclei import nuclei
from mediedu.data.phantom.phantom import Phantom

__all__ = ["Phantom", "brain_slice", "breast_mass", "ct_section", "nuclei"]
